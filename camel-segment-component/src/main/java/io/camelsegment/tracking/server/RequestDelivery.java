package io.camelsegment.tracking.server;

import io.camelsegment.event.EventBatch;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.RequestDeliveries;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.Tracing;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Delivers the events of one request to its source. One worker thread parses the body and hands the events on, because
 * a route may block, or the event loop does where the source says that it does not; the thread that ends the last event
 * produces the reply. No thread waits.
 */
final class RequestDelivery {

    /** Most bytes of a body on the event loop: more would hold up the other requests of the loop. */
    private static final int MOST_ON_EVENT_LOOP = 1 << 20;

    private final TrackingApi api;
    private final HttpServerRequest request;
    private final ApiCall call;
    private final RequestBody body;
    private final Executor workers;
    private final Consumer<Reply> replyTo;
    private final long begun = System.nanoTime();
    private final Instant receivedAt = Instant.ofEpochMilli(System.currentTimeMillis());

    /** Of the moment at which the request began. */
    private final Sources.Known known;

    /** Null without traces. */
    private final Tracing.Request span;

    private boolean spanEnded;
    private TrackingSource source;
    /** Null for none. */
    private RateLimit rateLimit;

    private String writeKey;
    private boolean unknownKey;
    private EventParser parser;
    private String clientAddress;

    /** Null until there are events, and when nothing is remembered. */
    private volatile RequestDeliveries log;

    private volatile boolean senderIsGone;

    /** Guarded by itself: routes refuse events on other threads. */
    private final List<Rejection> rejected = new ArrayList<>(0);

    /** The events that were handed on, each at its index in the batch. */
    private SegmentEvent[] handedOn;

    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<Throwable> firstFailure = new AtomicReference<>();
    private int total;

    /**
     * Creates a delivery.
     *
     * @param workers runs what may block, such as routes
     * @param replyTo gets the reply once, on any thread
     */
    RequestDelivery(
            TrackingApi api,
            HttpServerRequest request,
            ApiCall call,
            RequestBody body,
            Executor workers,
            Consumer<Reply> replyTo) {
        this.api = api;
        this.request = request;
        this.call = call;
        this.body = body;
        this.workers = workers;
        this.replyTo = replyTo;
        this.span = api.span(request, call);
        this.known = api.sources().known();
        this.parser = known.parser();
    }

    /** Returns the source of a key; null when it is unknown. */
    KnownSource find(String key) {
        return api.sources().find(key, known);
    }

    /**
     * Sets the source.
     *
     * @param writeKey the key that led to it; null if a path did
     */
    void setSource(KnownSource found, String writeKey) {
        this.source = found.source();
        this.rateLimit = found.rateLimit();
        this.writeKey = writeKey;
        if (!parser.limits().equals(found.limits())) { // usually all sources share one
            parser = new EventParser(found.limits());
        }
    }

    /** Notes that the headers have a key of no source. */
    void setUnknownKey() {
        unknownKey = true;
    }

    /** Returns the source; null while it is unknown. */
    TrackingSource source() {
        return source;
    }

    void setClientAddress(String clientAddress) {
        this.clientAddress = clientAddress;
    }

    /**
     * Returns the most bytes that the request may have: the limit of its source, or the highest limit of all sources
     * while its own is unknown.
     */
    int maxRequestBytes() {
        return parser.limits().maxRequestBytes();
    }

    /**
     * Returns whether {@link #deliver} may run on the event loop; it leaves that when the source turns out to need it.
     */
    boolean mayUseEventLoop() {
        return body.size() <= MOST_ON_EVENT_LOOP
                && (source == null ? known.anyUsesEventLoop() : source.usesEventLoop());
    }

    /** Parses the complete body and hands its events on. */
    void deliver() {
        answer(this::tryDeliver);
    }

    /** A step that returns why the request is refused; null if it goes on. */
    private interface Step {
        Reply run() throws InvalidRequestException, InvalidTokenException, KeySetException, IOException;
    }

    private void answer(Step step) {
        Reply refusal;
        try {
            refusal = step.run();
        } catch (InvalidTokenException e) {
            refusal = Reply.refused(e.code(), e.getMessage());
        } catch (KeySetException e) {
            refusal = Reply.keysUnavailable();
        } catch (InvalidRequestException e) {
            if (source == null && unknownKey) {
                replyTo.accept(api.notServed(null));
                return;
            }
            String hint = body.hasUnknownEncoding() ? "; gzip is the only Content-Encoding that is decoded" : "";
            refusal = Reply.refused(e.code(), e.getMessage() + hint);
        } catch (IOException e) {
            refusal = Reply.refused("bad_request", "expected gzip, as Content-Encoding says, but the body is not");
        }
        if (refusal != null) {
            replyTo.accept(refusal);
        }
    }

    /** Returns why the request is refused; null if its events are on their way. */
    private Reply tryDeliver() throws InvalidRequestException, InvalidTokenException, KeySetException, IOException {
        byte[] json = body.json(maxRequestBytes());
        if (!body.hold(json.length)) {
            return api.overloaded();
        }
        EventBatch batch = parse(json);
        if (source == null) {
            String key = writeKey(batch);
            KnownSource found = key == null ? null : find(key);
            if (found == null) {
                return api.notServed(null);
            }
            EventParser before = parser;
            setSource(found, key);
            if (!source.isReady()) {
                return api.notServed(source);
            }
            if (!parser.equals(before)) {
                batch = parse(json);
            }
        }
        EventBatch parsed = batch;
        if (!source.usesEventLoop() && Context.isOnEventLoopThread()) {
            api.enter(workers, () -> answer(() -> deliver(json, parsed)));
            return null;
        }
        return deliver(json, parsed);
    }

    private Reply deliver(byte[] json, EventBatch batch) throws InvalidTokenException, KeySetException {
        if (body.isMislabelled()) {
            source.mislabelled();
        }
        body.forget();
        if (!body.holdNoMoreThan(json.length + source.overheadBytes(batch.size()))) {
            return api.overloaded();
        }
        if (source.signature() != null && !isSigned(json, batch)) {
            return Reply.refused(
                    "invalid_signature",
                    "X-Signature is missing or does not match the body; compare the shared secrets on both sides");
        }
        return source.bearerTokens() == null ? admit(batch) : verifyAndAdmit(batch);
    }

    private Reply verifyAndAdmit(EventBatch batch) throws InvalidTokenException, KeySetException {
        CompletableFuture<Void> verified = source.bearerTokens().verify(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (verified.isDone()) {
            return admit(batch, verified);
        }
        var unused = verified.whenComplete(
                (valid, failure) -> api.enter(workers, () -> answer(() -> admit(batch, verified))));
        return null;
    }

    private Reply admit(EventBatch batch, CompletableFuture<Void> verified)
            throws InvalidTokenException, KeySetException {
        try {
            verified.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof InvalidTokenException invalid) {
                throw invalid;
            }
            throw e.getCause() instanceof KeySetException unavailable ? unavailable : new KeySetException(e);
        }
        return admit(batch);
    }

    private Reply admit(EventBatch batch) {
        if (rateLimit != null) {
            long seconds = rateLimit.secondsUntilTaken(writeKey == null ? "" : writeKey, batch.size());
            if (seconds > 0) {
                return Reply.rateLimited(seconds);
            }
        }
        if (!source.isReady()) {
            return api.notServed(source); // its route was stopped or replaced meanwhile
        }
        handOn(batch);
        batch.release();
        return null;
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

    /** Checks the signature, which for an array is that of its first element alone. */
    private boolean isSigned(byte[] json, EventBatch batch) {
        int first = 0;
        while (json[first] <= ' ') {
            first++;
        }
        byte[] signed = json[first] == '[' ? batch.originalBytes(0) : json;
        return source.signature().matches(request.getHeader("X-Signature"), signed);
    }

    private void handOn(EventBatch batch) {
        NormalizeOptions options = source.normalizeOptions(clientAddress);
        total = batch.size();
        pending.set(batch.size() + 1);
        log = api.deliveriesOf(source);
        if (senderIsGone) {
            missed();
        }
        List<SegmentEvent> events = new ArrayList<>(batch.size());
        handedOn = new SegmentEvent[batch.size()];
        EventObserver observer = api.observation().feed();
        EventObserver.Reception reception = observer == null ? null : reception();
        for (int i = 0; i < batch.size(); i++) {
            try {
                handedOn[i] = batch.normalize(i, receivedAt, options);
                events.add(handedOn[i]);
                if (observer != null) {
                    observer.received(reception, handedOn[i], batch.originalBytes(i));
                }
            } catch (InvalidEventException e) {
                reject(new Rejection(i, e.messageId(), e.code(), e.getMessage()), batch.originalBytes(i));
            }
        }
        if (!events.isEmpty()) {
            source.sentBy(batch.libraryName(indexOf(events.get(0))));
            source.process(events, log, span, this::ended);
        }
        ended(1, null);
    }

    private void reject(Rejection rejection, byte[] event) {
        synchronized (rejected) {
            rejected.add(rejection);
        }
        EventObserver observer = api.observation().faults();
        if (observer != null) {
            observer.rejected(
                    reception(),
                    new EventObserver.Refusal(0, rejection.code(), rejection.message()),
                    rejection.messageId(),
                    event);
        }
        source.reject(rejection, event, () -> ended(1, null));
    }

    private EventObserver.Reception reception() {
        return TrackingApi.reception(request, call, source, clientAddress);
    }

    private void refused(RefusedEvents.Refused refused) {
        SegmentEvent event = refused.event();
        reject(new Rejection(indexOf(event), event.messageId(), refused.code(), refused.message()), event.json());
    }

    @SuppressWarnings("ReferenceEquality") // a request may have the same event twice
    private int indexOf(SegmentEvent event) {
        int index = 0;
        while (handedOn[index] != event) {
            index++;
        }
        return index;
    }

    private void ended(int events, Throwable failure) {
        if (failure instanceof RefusedEvents refused) {
            refused.events().forEach(this::refused);
            return;
        }
        if (failure != null) {
            failed.addAndGet(events);
            firstFailure.compareAndSet(null, failure);
        }
        if (pending.addAndGet(-events) == 0) {
            source.requestDone(total, failed.get(), firstFailure.get(), System.nanoTime() - begun);
            if (failed.get() > 0 && log != null) {
                log.missed(); // before the reply, after which the request may come again
            }
            replyTo.accept(reply());
        }
    }

    private Reply reply() {
        if (failed.get() > 0) {
            return Reply.deliveryFailed(api.memory().secondsAfter(firstFailure.get()));
        }
        synchronized (rejected) {
            if (call.shape() == ApiCall.Shape.EVENT && !rejected.isEmpty()) {
                return Reply.rejected(rejected.get(0));
            }
            rejected.sort(Comparator.comparingInt(Rejection::index));
            return Reply.delivered(rejected);
        }
    }

    /**
     * Ends the request's span, if there is one; does nothing from the second time on. Runs on the event loop.
     *
     * @param status of the reply; 0 if the sender is gone
     */
    void endSpan(int status) {
        if (span != null && !spanEnded) {
            spanEnded = true;
            span.end(source == null ? null : source.name(), status);
        }
    }

    /** Notes that the sender has a reply that ends the request. */
    void acknowledged() {
        if (log != null) {
            log.acknowledged();
        }
    }

    /** Notes that the sender gets no reply, and so repeats the request. */
    void senderIsGone() {
        senderIsGone = true;
        missed();
    }

    /** Remembers the deliveries, on a worker thread because that may call a database. */
    void missed() {
        RequestDeliveries toRemember = log;
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
}
