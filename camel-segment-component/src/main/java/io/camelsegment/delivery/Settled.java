package io.camelsegment.delivery;

/**
 * A record with its final result.
 *
 * @param result  the delivery; null if given up
 * @param failure why the record was given up; null if delivered
 */
record Settled(PendingRecord record, RecordResult result, DeliveryException failure) {

    void callBack() {
        if (failure == null) {
            record.callback().delivered(result);
        } else {
            record.callback().failed(failure);
        }
    }
}
