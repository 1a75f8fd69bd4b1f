package io.camelsegment.tracking.server;

import io.camelsegment.event.RejectionReason;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call with events, from its first byte to its reply. The event loop reads the {@link RequestBody}, a worker or the
 * event loop runs the {@link RequestDelivery}, and the event loop writes the {@link Reply}.
 */
final class TrackingRequest {

    private static final Logger LOG = LoggerFactory.getLogger(TrackingRequest.class);

    private static final String NOT_SERVING = "the collector is starting or stopping";

    private final TrackingApi api;
    private final HttpServerRequest request;
    private final RoutingContext routing;
    private final ApiCall call;
    private final ContextInternal eventLoop;
    private final RequestBody body;
    private final RequestDelivery delivery;
    private final ReplyWriter writer;
    /** Null for a body that had arrived before, and for none. */
    private ReadTimeouts.Timeout readTimeout;

    private boolean bodyComplete;
    private boolean underWay;

    /**
     * Creates a request.
     *
     * @param source its source; null for the one whose write key it carries
     */
    TrackingRequest(TrackingApi api, RoutingContext routing, ApiCall call, KnownSource source) {
        this.api = api;
        this.routing = routing;
        this.request = routing.request();
        this.call = call;
        this.eventLoop = (ContextInternal) api.vertx().getOrCreateContext();
        this.body = new RequestBody(request, api.memory());
        this.delivery = new RequestDelivery(api, request, call, body, this::onWorkerThread, this::replyOnEventLoop);
        this.writer = new ReplyWriter(api, request, call);
        if (source != null) {
            delivery.setSource(source, null);
        }
    }

    void start() {
        // With HTTP/2 this is called after every reply, too.
        request.response().closeHandler(closed -> {
            ended();
            if (!writer.isDone()) {
                delivery.endSpan(0);
                delivery.senderIsGone();
            }
        });
        if (call.format() != ApiCall.Format.JSON) {
            startGet();
            return;
        }
        if (!request.isEnded()) {
            readTimeout = api.readTimeouts().begin(() -> onEventLoop(this::readTimedOut));
            request.exceptionHandler(this::brokenOff);
            request.handler(this::append);
            request.endHandler(end -> bodyRead());
        }
        checkHeaders();
        if (request.isEnded()) {
            Buffer read = routing.body().buffer();
            if (read != null) {
                append(Buffer.buffer(read.getBytes())); // a copy: whoever has read the body may still use it
            }
            bodyRead();
        } else {
            if (!writer.isDone() && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                request.response().writeContinue();
            }
            request.resume();
        }
    }

    private void startGet() {
        checkHeaders();
        if (HttpMethod.HEAD.equals(request.method())) {
            reply(Reply.success()); // as to a GET, without doing it: link checkers and mail scanners send that
        }
        if (!writer.isDone()) {
            try {
                body.set(QueryEvent.json(new QueryParameters(request.query())));
                bodyRead();
            } catch (IllegalArgumentException e) {
                reply(Reply.refused("bad_request", e.getMessage()));
            }
        }
    }

    /** Replies before the body is read if the headers suffice. The rest of the body is then discarded. */
    private void checkHeaders() {
        if (!api.isServing()) {
            reply(Reply.unavailable(NOT_SERVING));
            return;
        }
        String writeKey = Sources.writeKeyOf(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (delivery.source() == null && writeKey != null) {
            // Else they are credentials for somebody else, such as a proxy before a staging server; the body has a key.
            KnownSource found = delivery.find(writeKey);
            if (found == null) {
                delivery.setUnknownKey();
            } else {
                delivery.setSource(found, writeKey);
            }
        }
        if (delivery.source() != null && !delivery.source().isReady()) {
            reply(api.notServed(delivery.source()));
            return;
        }
        if (body.hasTwoEnds()) {
            reply(Reply.refused("bad_request", "the request has a Content-Length and a Transfer-Encoding; send one"));
            breakOff(); // where the next request begins is anyone's guess
            return;
        }
        long declared = body.declaredLength();
        if (declared > delivery.maxRequestBytes()) {
            tooLarge();
        } else if (!api.memory().hasRoomFor(declared)) {
            reply(api.overloaded());
        }
    }

    private void readTimedOut() {
        if (!bodyComplete) {
            String late = "the body did not arrive within " + ReadTimeouts.SECONDS + " seconds";
            reply(Reply.unavailable(api.isServing() ? late : NOT_SERVING));
            breakOff();
        }
    }

    private void endReadTimeout() {
        if (readTimeout != null) {
            readTimeout.end();
        }
    }

    /** Takes nothing more of the request. With HTTP/2 its connection carries others, which go on. */
    private void breakOff() {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }

    private void append(Buffer chunk) {
        if (writer.isDone()) {
            return;
        }
        int maxBytes = delivery.maxRequestBytes();
        if (body.size() + chunk.length() > maxBytes) {
            tooLarge();
        } else if (!body.append(chunk, maxBytes)) {
            reply(api.overloaded());
        }
    }

    private void bodyRead() {
        endReadTimeout();
        bodyComplete = true;
        if (writer.isDone()) {
            return;
        }
        if (call.shape() == ApiCall.Shape.METRICS) {
            reply(Reply.success());
            return;
        }
        underWay = true;
        api.requestBegun();
        delivery.setClientAddress(api.trustedProxies().clientAddress(request));
        api.enter(delivery.mayUseEventLoop() ? this::deliverOnEventLoop : this::onWorkerThread, delivery::deliver);
    }

    private void deliverOnEventLoop(Runnable task) {
        onEventLoop(() -> {
            try {
                task.run();
            } catch (Throwable fault) { // also an Error, as on a worker thread
                unexpected(fault);
            }
        });
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
        endReadTimeout();
        if (!writer.isDone()) {
            delivery.endSpan(0);
        }
        writer.giveUp();
        if (!bodyComplete) {
            body.release();
        }
        delivery.senderIsGone();
        LOG.debug("A request broke off after {} bytes: {}", body.size(), cause.getMessage());
    }

    /** Notes that nothing is to be written any more. Runs on the event loop. */
    private void ended() {
        if (underWay) {
            underWay = false;
            api.requestEnded();
        }
    }

    private void unexpected(Throwable fault) {
        LOG.error("A request to {} could not be handled", request.path(), fault);
        reply(Reply.internalError(api.memory().secondsAfter(fault)));
    }

    private void tooLarge() {
        reply(Reply.refused(
                RejectionReason.REQUEST_TOO_LARGE.code(),
                "request is more than " + delivery.maxRequestBytes() + " bytes; send smaller batches"));
    }

    /** At once on the event loop: the replies to a whole batch would wait for each other in its queue. */
    private void replyOnEventLoop(Reply reply) {
        if (eventLoop.inThread()) {
            eventLoop.dispatch(() -> reply(reply));
        } else {
            onEventLoop(() -> reply(reply));
        }
    }

    private void onEventLoop(Runnable task) {
        try {
            eventLoop.executor().execute(() -> eventLoop.dispatch(task)); // runOnContext drops it without a word
        } catch (RejectedExecutionException serverHasStopped) {
            body.release();
        }
    }

    /** Writes the reply and releases the body's memory. Runs on the event loop. */
    private void reply(Reply reply) {
        body.release();
        if (!writer.isDone()) {
            api.noteRefusal(reply, request, call, delivery.source());
        }
        Future<Void> written = writer.write(reply, delivery.source());
        if (written != null) {
            delivery.endSpan(request.response().getStatusCode());
            written.onComplete(result -> {
                ended();
                if (reply.endsRequest() && result.succeeded()) {
                    delivery.acknowledged();
                } else {
                    delivery.missed();
                }
            });
        }
    }
}
