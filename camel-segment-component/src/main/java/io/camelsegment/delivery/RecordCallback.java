package io.camelsegment.delivery;

/** Receives the final result of a record, once, on a thread of {@link SenderRuntime#callbacks} and without a lock. */
public interface RecordCallback {

    /** Called when the service has stored the record; the result says where. */
    void delivered(RecordResult result);

    /** Called when the record was given up. */
    void failed(DeliveryException reason);
}
