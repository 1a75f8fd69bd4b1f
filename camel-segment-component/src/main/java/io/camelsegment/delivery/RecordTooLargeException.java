package io.camelsegment.delivery;

/** The record exceeds the service's limit, so it was not stored. */
public class RecordTooLargeException extends DeliveryException {

    private static final long serialVersionUID = 1L;

    RecordTooLargeException(String service, String stream, String message, int attempts) {
        super(service, stream, RecordResult.TOO_LARGE, message, attempts, false);
    }
}
