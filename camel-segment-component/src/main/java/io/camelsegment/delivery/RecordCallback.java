package io.camelsegment.delivery;

/** Told once how a record ended, on a thread of the sender's executor and with no lock held. */
public interface RecordCallback {

    /** Takes the place at which the service stored the record. */
    void delivered(RecordResult result);

    /** Takes the reason why the record was given up. */
    void failed(DeliveryException reason);
}
