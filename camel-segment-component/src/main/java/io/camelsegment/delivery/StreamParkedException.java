package io.camelsegment.delivery;

import java.time.Duration;

/** The stream takes no record until an operator mends it, so the record was given up; it may be taken later. */
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
