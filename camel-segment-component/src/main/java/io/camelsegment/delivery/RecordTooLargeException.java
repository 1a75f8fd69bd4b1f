package io.camelsegment.delivery;

/** A record is larger than the service takes, so it was not sent. */
public class RecordTooLargeException extends DeliveryException {

    private static final long serialVersionUID = 1L;

    RecordTooLargeException(String service, String stream, int size, int limit) {
        super(service, stream, "RecordTooLarge", "record is " + size + " bytes, the limit is " + limit, 0, false);
    }
}
