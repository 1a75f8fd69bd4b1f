package io.camelsegment.tracking.server;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.regex.Pattern;

/** Writes the one reply to a call, in the format of the call. Belongs to the event loop. */
final class ReplyWriter {

    /** Ready to be written: Vert.x checks and encodes a string for each answer. */
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private static final Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,99}");

    private final TrackingApi api;
    private final HttpServerRequest request;
    private final ApiCall call;
    private boolean done;

    ReplyWriter(TrackingApi api, HttpServerRequest request, ApiCall call) {
        this.api = api;
        this.request = request;
        this.call = call;
    }

    /** Returns whether a reply was written or given up. */
    boolean isDone() {
        return done;
    }

    /** Gives up the reply, because the sender is gone. */
    void giveUp() {
        done = true;
    }

    /**
     * Writes a reply. Later replies, and one to a sender that is gone, are dropped.
     *
     * @param source decides which pages may read it; null when unknown
     * @return completes when the reply is on its way; null if it was dropped
     */
    Future<Void> write(Reply reply, TrackingSource source) {
        HttpServerResponse response = request.response();
        if (done || response.ended() || response.closed()) {
            return null;
        }
        done = true;
        if (reply.retryAfterSeconds() > 0) {
            String seconds = Long.toString(reply.retryAfterSeconds());
            response.putHeader("Retry-After", seconds).putHeader("X-RateLimit-Reset", seconds);
        }
        api.putCommonHeaders(request, source);
        return switch (call.format()) {
            case JSON -> end(response, reply.status(), JSON, reply.body());
            case JSONP -> {
                response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                Buffer script = Buffer.buffer(callback() + "(" + reply.body() + ");");
                yield end(response, reply.status(), "application/javascript", script);
            }
            // 200 even for a bad event, as at Segment: nobody reads the reason, and the image shows with any status.
            case PIXEL -> {
                response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                yield end(response, reply.status() == 400 ? 200 : reply.status(), "image/gif", ResponseBodies.pixel());
            }
        };
    }

    private Future<Void> end(HttpServerResponse response, int status, CharSequence contentType, Buffer body) {
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        return TrackingApi.end(request, body);
    }

    /** Returns the function of a JSONP answer; {@code void} when the parameter is no plain name. */
    private String callback() {
        QueryParameters.Parameter callback = new QueryParameters(request.query()).first("callback");
        return callback != null && CALLBACK.matcher(callback.value()).matches() ? callback.value() : "void ";
    }
}
