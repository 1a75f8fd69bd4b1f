package io.camelsegment.delivery;

import java.util.List;

/** Receives the final results of the records it was given with. */
@FunctionalInterface
public interface RecordCallback {

    /**
     * Called once for each record, with all of this callback's records that ended together. Runs on a thread of
     * {@link SenderRuntime#callbacks} and without a lock; two threads may call at the same time.
     *
     * @param records not empty, in sending order; to be read only during the call
     */
    void settled(List<Settled> records);
}
