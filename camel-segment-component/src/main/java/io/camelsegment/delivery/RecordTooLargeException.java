package io.camelsegment.delivery;

/** A record is larger than the service takes, so it was not stored. */
public class RecordTooLargeException extends DeliveryException {

    private static final long serialVersionUID = 1L;

    RecordTooLargeException(String service, String stream, String message, int attempts) {
        super(service, stream, RecordResult.TOO_LARGE, message, attempts, false);
    }
}
