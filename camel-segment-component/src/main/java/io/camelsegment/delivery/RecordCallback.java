package io.camelsegment.delivery;

import java.util.List;

/** Receives the final results of the records it was given with. */
@FunctionalInterface
public interface RecordCallback {

    /**
     * Called once for each record, with all of this callback's records that ended together. Runs without a lock; two
     * threads may call at the same time. Failures, and all results unless it {@linkplain #neverBlocks never blocks},
     * come on a thread of {@link SenderRuntime#callbacks}.
     *
     * @param records not empty, in sending order; to be read only during the call
     */
    void settled(List<Settled> records);

    /**
     * Returns whether the call with delivered records never blocks, so that it may run where answers are applied. Asked
     * before each call.
     */
    default boolean neverBlocks() {
        return false;
    }

    /**
     * Called when a record was not stored and is sent again, where answers are applied. Must neither block nor throw.
     *
     * @param result   the service's answer for it
     * @param attempts made so far, 1 or more
     */
    default void retried(PendingRecord record, RecordResult result, int attempts) {}
}
