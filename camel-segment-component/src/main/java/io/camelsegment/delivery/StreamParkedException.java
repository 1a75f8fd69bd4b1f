package io.camelsegment.delivery;

import java.time.Duration;

/** The record was given up because the stream stores nothing until an operator mends it; it may be accepted later. */
public class StreamParkedException extends DeliveryException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    StreamParkedException(String service, String stream, RecordResult cause, int attempts, Duration retryAfter) {
        super(
                service,
                stream,
                cause.errorCode(),
                cause.errorMessage(),
                "takes no records until this is mended: " + cause.describe(),
                attempts,
                true);
        this.retryAfter = retryAfter;
    }

    /** Returns the time until the next trial, never negative. */
    public Duration getRetryAfter() {
        return retryAfter;
    }
}
