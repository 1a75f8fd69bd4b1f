package io.camelsegment.tracking.server;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * An answer to a sender. Its status decides what every SDK does: 200 and 400 end a request, 429 and 503 have it
 * repeated.
 *
 * @param status            HTTP status
 * @param retryAfterSeconds when to send the request again; 0 for never
 * @param body              JSON
 * @param refusal           why the whole request is refused; null when it is not, or when its events are counted
 * @param message           that reason as a sentence; null without a refusal
 */
record Reply(int status, long retryAfterSeconds, Buffer body, String refusal, String message) {

    /** Seconds that a sender waits for its source to be ready. */
    private static final int NOT_READY_SECONDS = 5;

    /** Seconds until the keys for a token may be fetched again. */
    private static final int KEY_SET_SECONDS = 30;

    /** Returns the reply to a request that has nothing to deliver. */
    static Reply success() {
        return new Reply(200, 0, ResponseBodies.success(), null, null);
    }

    /** Returns the reply to a request whose other events were delivered. */
    static Reply delivered(List<Rejection> rejected) {
        return new Reply(200, 0, ResponseBodies.success(rejected), null, null);
    }

    /** Returns the reply to a request that will never be accepted. */
    static Reply refused(String code, String message) {
        return new Reply(400, 0, ResponseBodies.refusal(code, message), code, message);
    }

    /** Returns the reply to a request whose only event will never be accepted. */
    static Reply rejected(Rejection rejection) {
        return new Reply(400, 0, ResponseBodies.refusal(rejection.code(), rejection.message()), null, null);
    }

    static Reply unavailable(String reason) {
        return later(503, NOT_READY_SECONDS, "unavailable", reason);
    }

    static Reply overloaded(long seconds) {
        return later(429, seconds, "overloaded", "too much is waiting for delivery");
    }

    static Reply rateLimited(long seconds) {
        return later(429, seconds, "rate_limited", "the write key sends more events than its source accepts");
    }

    static Reply keysUnavailable() {
        return later(429, KEY_SET_SECONDS, "keys_unavailable", "the keys to verify the token could not be fetched");
    }

    static Reply deliveryFailed(long seconds) {
        return later(429, seconds, "delivery_failed", "not all events could be delivered", null);
    }

    static Reply internalError(long seconds) {
        return later(429, seconds, "internal_error", "the collector could not handle the request");
    }

    private static Reply later(int status, long seconds, String code, String reason) {
        return later(status, seconds, code, reason, code);
    }

    private static Reply later(int status, long seconds, String code, String reason, String refusal) {
        String message = reason + "; send the same request again later";
        return new Reply(status, seconds, ResponseBodies.refusal(code, message), refusal, message);
    }

    /** Returns whether the sender need not send the request again. */
    boolean endsRequest() {
        return status == 200 || status == 400;
    }
}
