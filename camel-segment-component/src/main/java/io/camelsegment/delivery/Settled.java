package io.camelsegment.delivery;

/**
 * A record and how it ended.
 *
 * @param result  where it was stored, null unless delivered
 * @param failure why it was given up, null if delivered
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
