package io.camelsegment.http;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.event.EventBatch;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.RejectionReason;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.resend.RequestDeliveries;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that carries events, from its first byte to its answer. The body is read on the event loop; then one worker thread parses
 * it and hands the events on, because a route may block; the last event's callback, on any thread, has the answer written on the event
 * loop. No thread waits.
 */
final class TrackingRequest {

    private static final Logger LOG = LoggerFactory.getLogger(TrackingRequest.class);

    /** Time for a sender to bring its whole body, in milliseconds: the longest that any SDK waits for an answer is 60 s. */
    private static final long READ_TIMEOUT_MS = 30_000;

    /** Time after which a request that waits for others to go on looks itself whether it may, in milliseconds. */
    private static final long LONGEST_OUTSIDE_MS = 20;

    /** What a sender is told to wait, in seconds, when its source is not ready. */
    private static final int NOT_READY_SECONDS = 5;

    /** What a sender is told to wait, in seconds, when the keys for its token could not be fetched: until they may be fetched again. */
    private static final int KEY_SET_SECONDS = 30;

    private static final byte[] NOTHING = {};
    /** A body's array is at most this many times as large as what has come of it. */
    private static final int TRUSTED_GROWTH = 8;

    private static final Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,99}");

    private final TrackingApi api;
    private final HttpServerRequest request;
    private final RoutingContext routing;
    private final ApiCall call;
    private final Context eventLoop;
    private final Instant receivedAt = Instant.ofEpochMilli(System.currentTimeMillis());

    private TrackingSource source;
    private String writeKey;
    private EventParser parser;
    private byte[] body = NOTHING;
    private int bodySize;
    private long readTimer;
    private boolean bodyComplete;
    private String clientAddress;
    private boolean answered;
    private long heldBytes;
    /** Null until there are events, or when nothing is remembered. */
    private volatile RequestDeliveries deliveries;

    private volatile boolean senderIsGone;

    private final List<Rejection> rejected = new ArrayList<>(0);
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<Throwable> firstFailure = new AtomicReference<>();
    private int total;

    /** Takes a request of a known source, or, with a null source, of the one whose write key it carries. */
    TrackingRequest(TrackingApi api, RoutingContext routing, ApiCall call, TrackingSource source) {
        this.api = api;
        this.routing = routing;
        this.request = routing.request();
        this.call = call;
        this.eventLoop = api.vertx().getOrCreateContext();
        this.parser = api.parser();
        this.source = source;
    }

    void start() {
        // With HTTP/2 this comes after every answer, too.
        request.response().closeHandler(closed -> {
            if (!answered) {
                senderIsGone();
            }
        });
        if (call.format() != ApiCall.Format.JSON) {
            startGet();
            return;
        }
        if (!request.isEnded()) {
            readTimer = api.vertx().setTimer(READ_TIMEOUT_MS, timer -> readTimedOut());
            request.exceptionHandler(this::brokenOff);
            request.handler(this::append);
            request.endHandler(end -> bodyRead());
        }
        admit();
        if (request.isEnded()) {
            Buffer read = routing.body().buffer();
            if (read != null) {
                append(read);
            }
            bodyRead();
        } else {
            if (!answered && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                request.response().writeContinue();
            }
            request.resume();
        }
    }

    private void startGet() {
        admit();
        if (!answered) {
            try {
                body = QueryEvent.json(request.params());
                bodySize = body.length;
                bodyRead();
            } catch (IllegalArgumentException e) {
                refuse("bad_request", e.getMessage());
            }
        }
    }

    /** Answers at once, before the body is read, when the headers tell enough. What still comes of the body is then discarded. */
    private void admit() {
        if (!api.isServing()) {
            unavailable("the collector is starting or stopping");
            return;
        }
        writeKey = WriteKeys.ofAuthorization(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (source == null && writeKey != null) {
            source = api.writeKeys().find(writeKey);
            if (source == null) {
                notServed(null);
                return;
            }
        }
        if (source != null) {
            if (!source.isReady()) {
                notServed(source);
                return;
            }
            parser = parserOf(source);
        }
        long declared = contentLength();
        if (declared > parser.limits().maxRequestBytes()) {
            tooLarge();
        } else if (!api.admission().hasRoomFor(declared)) {
            overloaded();
        }
    }

    /** Counts the request's bytes against the budget, up to a sum; returns false if there is no room for them. */
    private boolean hold(long sum) {
        if (sum > heldBytes) {
            if (!api.admission().tryRaise(heldBytes, sum)) {
                return false;
            }
            heldBytes = sum;
        }
        return true;
    }

    /** The same, and gives back what was counted above the sum. */
    private boolean holdNoMoreThan(long sum) {
        if (sum < heldBytes) {
            api.admission().release(heldBytes - sum);
            heldBytes = sum;
        }
        return hold(sum);
    }

    /** Returns a parser with a source's own limits, mostly the one that all sources share. */
    private EventParser parserOf(TrackingSource found) {
        return parser.limits().equals(found.limits()) ? parser : new EventParser(found.limits());
    }

    /** Answers a sender whose write key is unknown (null) or whose source is not ready. */
    private void notServed(TrackingSource notReady) {
        if (notReady == null) {
            api.unknownKeys().refused();
            refuse(
                    "project_not_found",
                    "no source has this write key; send it as the user name of Basic authentication or as writeKey in the body");
        } else {
            unavailable("the source '" + notReady.name() + "' is suspended or stopping");
        }
    }

    private void readTimedOut() {
        unavailable("the body did not arrive within " + READ_TIMEOUT_MS / 1000 + " seconds");
        request.connection().close();
    }

    private long contentLength() {
        String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return header == null ? -1 : Long.parseLong(header);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }

    private void append(Buffer chunk) {
        if (answered) {
            return;
        }
        int size = bodySize + chunk.length();
        if (size > parser.limits().maxRequestBytes()) {
            tooLarge();
            return;
        }
        if (size > body.length) {
            int capacity = capacity(size);
            if (!hold(capacity)) {
                capacity = size;
                if (!hold(capacity)) {
                    overloaded();
                    return;
                }
            }
            body = Arrays.copyOf(body, capacity);
        }
        chunk.getBytes(body, bodySize);
        bodySize = size;
    }

    /**
     * Returns how large the array for the body is to be, once there are so many bytes of it: as large as the sender says, so that it need
     * not grow again and again, but not many times as large as what has come. Nobody shall fill the memory by saying so.
     */
    private int capacity(int size) {
        long declared = contentLength();
        long trusted = Math.min((long) size * TRUSTED_GROWTH, parser.limits().maxRequestBytes());
        if (declared >= size) {
            return (int) Math.min(declared, trusted);
        }
        return bodySize == 0 ? size : (int) Math.min(2L * size, trusted);
    }

    private void bodyRead() {
        api.vertx().cancelTimer(readTimer);
        bodyComplete = true;
        if (answered) {
            return;
        }
        if (call.shape() == ApiCall.Shape.METRICS) {
            answer(200, Answers.SUCCESS);
            return;
        }
        clientAddress = api.trustedProxies().clientAddress(request);
        api.intake().enter(this::onWorkerThread, this::deliver);
        if (api.intake().isAwaited()) {
            api.vertx().setTimer(LONGEST_OUTSIDE_MS, timer -> api.intake().letIn());
        }
    }

    private void onWorkerThread(Runnable task) {
        eventLoop
                .executeBlocking(
                        () -> {
                            task.run();
                            return null;
                        },
                        false)
                .onFailure(this::unexpected);
    }

    private void brokenOff(Throwable cause) {
        api.vertx().cancelTimer(readTimer);
        answered = true;
        if (!bodyComplete) {
            release();
        }
        senderIsGone();
        LOG.debug("A request broke off after {} bytes: {}", bodySize, cause.getMessage());
    }

    /** A sender that has no answer sends the request again. */
    private void senderIsGone() {
        senderIsGone = true;
        missed();
    }

    /** Remembers what was delivered, on a worker thread, because that may go to a database. */
    private void missed() {
        RequestDeliveries toRemember = deliveries;
        if (toRemember != null) {
            api.vertx()
                    .executeBlocking(
                            () -> {
                                toRemember.missed();
                                return null;
                            },
                            false);
        }
    }

    private void deliver() {
        try {
            byte[] json = json();
            if (!hold(json.length)) {
                eventLoop.runOnContext(v -> overloaded());
                return;
            }
            EventBatch batch = parse(json);
            if (source == null) {
                writeKey = writeKey(batch);
                TrackingSource found = writeKey == null ? null : api.writeKeys().find(writeKey);
                if (found == null || !found.isReady()) {
                    eventLoop.runOnContext(v -> notServed(found));
                    return;
                }
                source = found;
                EventParser own = parserOf(found);
                if (!own.equals(parser)) {
                    parser = own;
                    batch = parse(json);
                }
            }
            body = null;
            if (!holdNoMoreThan(json.length + (long) MemoryBudget.EVENT_BYTES * batch.size())) {
                eventLoop.runOnContext(v -> overloaded());
                return;
            }
            if (source.signature() != null && !isSigned(json, batch)) {
                eventLoop.runOnContext(v -> refuse(
                        "invalid_signature",
                        "X-Signature is missing or is not that of the body; compare the shared secrets on both sides"));
                return;
            }
            if (source.bearerTokens() != null) {
                source.bearerTokens().verify(request.getHeader(HttpHeaders.AUTHORIZATION));
            }
            if (source.rateLimit() != null) {
                long seconds = source.rateLimit().secondsUntilTaken(writeKey == null ? "" : writeKey, batch.size());
                if (seconds > 0) {
                    eventLoop.runOnContext(v -> tooManyEvents(seconds));
                    return;
                }
            }
            process(batch);
        } catch (InvalidTokenException e) {
            eventLoop.runOnContext(v -> refuse(e.code(), e.getMessage()));
        } catch (KeySetException e) {
            eventLoop.runOnContext(v -> retryLater(
                    429,
                    KEY_SET_SECONDS,
                    "keys_unavailable",
                    "the keys to verify the token with could not be fetched; send the same request again later"));
        } catch (InvalidRequestException e) {
            eventLoop.runOnContext(v -> refuse(e.code(), e.getMessage() + encodingHint()));
        } catch (IOException e) {
            eventLoop.runOnContext(
                    v -> refuse("bad_request", "expected gzip, as Content-Encoding says, but the body is not"));
        }
    }

    /** Segment's signature of an array is that of its first element alone. */
    private boolean isSigned(byte[] json, EventBatch batch) {
        int first = 0;
        while (json[first] <= ' ') {
            first++;
        }
        byte[] signed = json[first] == '[' ? batch.originalBytes(0) : json;
        return source.signature().matches(request.getHeader("X-Signature"), signed);
    }

    private EventBatch parse(byte[] json) throws InvalidRequestException {
        return switch (call.shape()) {
            case EVENT -> parser.parseEvent(json, call.type());
            case BATCH -> parser.parseBatch(json);
            case ANY, METRICS -> parser.parseAny(json);
        };
    }

    private static String writeKey(EventBatch batch) {
        String key = batch.writeKey();
        for (int i = 0; key == null && i < batch.size(); i++) {
            key = batch.writeKey(i);
        }
        return key;
    }

    /** Returns exactly the body's bytes, decompressed; of a body that is too large, as many as the parser needs to see that. */
    private byte[] json() throws IOException {
        if (!isGzip()) {
            return bodySize == body.length ? body : Arrays.copyOf(body, bodySize);
        }
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body, 0, bodySize), 8192)) {
            return gzip.readNBytes(parser.limits().maxRequestBytes() + 1);
        }
    }

    private boolean isGzip() {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return "gzip".equalsIgnoreCase(encoding) || "x-gzip".equalsIgnoreCase(encoding);
    }

    /** A body of another encoding is read as it is, because senders also name a charset there; when that fails they want to know why. */
    private String encodingHint() {
        return request.getHeader(HttpHeaders.CONTENT_ENCODING) == null || isGzip()
                ? ""
                : "; of all Content-Encodings only gzip is decoded";
    }

    private void process(EventBatch batch) {
        NormalizeOptions options = source.normalizeOptions(clientAddress);
        total = batch.size();
        pending.set(batch.size() + 1);
        deliveries = api.deliveriesOf(source);
        if (senderIsGone) {
            missed();
        }
        for (int i = 0; i < batch.size(); i++) {
            SegmentEvent event;
            try {
                event = batch.normalize(i, receivedAt, options, deliveries);
            } catch (InvalidEventException e) {
                Rejection rejection = new Rejection(i, e.messageId(), e.code(), e.getMessage());
                rejected.add(rejection);
                source.reject(rejection, batch.originalBytes(i), this::eventDone);
                continue;
            }
            source.process(event, this::eventDone);
        }
        eventDone(null);
    }

    private void eventDone(Throwable failure) {
        if (failure != null) {
            failed.incrementAndGet();
            firstFailure.compareAndSet(null, failure);
        }
        if (pending.decrementAndGet() == 0) {
            source.requestDone(total, failed.get(), firstFailure.get());
            if (failed.get() > 0 && deliveries != null) {
                deliveries.missed(); // before the answer, so that the request cannot come again earlier
            }
            eventLoop.runOnContext(v -> allDone());
        }
    }

    private void allDone() {
        if (failed.get() > 0) {
            retryLater(
                    429,
                    api.admission().secondsAfter(firstFailure.get()),
                    "delivery_failed",
                    "the events could not all be delivered; send the same request again later");
        } else if (call.shape() == ApiCall.Shape.EVENT && !rejected.isEmpty()) {
            refuse(rejected.get(0).code(), rejected.get(0).message());
        } else {
            answer(200, Answers.success(rejected));
        }
    }

    private void unexpected(Throwable fault) {
        LOG.error("A request to {} could not be handled", request.path(), fault);
        retryLater(
                429,
                api.admission().secondsAfter(fault),
                "internal_error",
                "the collector could not handle the request; send it again later");
    }

    private void tooLarge() {
        refuse(
                RejectionReason.REQUEST_TOO_LARGE.code(),
                "request is more than " + parser.limits().maxRequestBytes() + " bytes; send smaller batches");
    }

    /** Answers that the same request will never be taken; every SDK drops it then. */
    private void refuse(String code, String message) {
        answer(400, Answers.refusal(code, message));
    }

    private void unavailable(String reason) {
        retryLater(503, NOT_READY_SECONDS, "unavailable", reason + "; send the same request again later");
    }

    private void overloaded() {
        retryLater(
                429,
                api.admission().secondsUntilDrained(),
                "overloaded",
                "too much is waiting for delivery; send the same request again later");
    }

    private void tooManyEvents(long seconds) {
        retryLater(
                429,
                seconds,
                "rate_limited",
                "the write key brings more events than its source takes; send the same request again later");
    }

    private void retryLater(int status, long retryAfterSeconds, String code, String message) {
        String seconds = Long.toString(retryAfterSeconds);
        if (!answered && !request.response().ended()) {
            request.response().putHeader("Retry-After", seconds).putHeader("X-RateLimit-Reset", seconds);
        }
        answer(status, Answers.refusal(code, message));
    }

    /** Writes the one answer; later ones, and one to a sender that went away, are dropped. Runs on the event loop. */
    private void answer(int status, Buffer json) {
        release();
        HttpServerResponse response = request.response();
        if (answered || response.ended() || response.closed()) {
            return;
        }
        answered = true;
        api.allowOrigin(request, source);
        Future<Void> written =
                switch (call.format()) {
                    case JSON ->
                        response.setStatusCode(status)
                                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                                .end(json);
                    case JSONP ->
                        response.setStatusCode(status)
                                .putHeader(HttpHeaders.CONTENT_TYPE, "application/javascript")
                                .end(callback() + "(" + json + ");");
                    // As Segment does, also for a bad event: nobody reads the reason.
                    // A browser shows it whatever the status is.
                    case PIXEL ->
                        response.setStatusCode(status == 400 ? 200 : status)
                                .putHeader(HttpHeaders.CONTENT_TYPE, "image/gif")
                                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                                .end(Answers.PIXEL);
                };
        if (deliveries != null) {
            boolean over = status == 200 || status == 400;
            written.onComplete(result -> {
                if (over && result.succeeded()) {
                    deliveries.acknowledged();
                } else {
                    missed();
                }
            });
        }
    }

    /** Gives the bytes back. What is answered is over, and what is not yet answered is still held by somebody. */
    private void release() {
        api.admission().release(heldBytes);
        heldBytes = 0;
        body = NOTHING;
    }

    /** Returns the name of the function that a JSONP answer calls; anything that is no plain name becomes a harmless one. */
    private String callback() {
        String callback = routing.queryParams().get("callback");
        return callback != null && CALLBACK.matcher(callback).matches() ? callback : "void ";
    }
}
