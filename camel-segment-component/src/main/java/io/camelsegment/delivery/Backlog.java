package io.camelsegment.delivery;

import java.util.List;
import java.util.function.Consumer;

/**
 * Records that wait apart from the new ones: failed records, each with the earliest time of its next attempt, and
 * records that must not overtake another. The time is an argument, in nanoseconds. Not thread-safe: guarded by the
 * sender's lock.
 */
interface Backlog {

    /** Creates the backlog that keeps this order. */
    static Backlog of(Ordering ordering) {
        return ordering == Ordering.NONE ? new FailedGroups() : new KeyLanes(ordering == Ordering.STRICT);
    }

    /**
     * Begins a request with the records that may be sent now.
     *
     * @return whether the request took all of them
     */
    boolean drainTo(BatchBuilder batch, long now);

    /**
     * Adds a new record to the request begun last, or keeps it until it may be sent.
     *
     * @return false if it does not fit into the request and stays where it is
     */
    boolean offer(PendingRecord record, BatchBuilder batch);

    /**
     * Ends a request.
     *
     * @param sent      all its records
     * @param again     records to send again, in their order
     * @param notBefore earliest time to send them again
     */
    void settle(List<PendingRecord> sent, List<PendingRecord> again, long notBefore);

    /** Returns when the first failed record may be sent again; {@link RecordAccumulator#NEVER} if there is none. */
    long retryAt();

    /** Returns the first record that waited for another of its key and may be sent now; null if there is none. */
    PendingRecord firstReleased();

    /** Returns the oldest record that was never sent; null if there is none. */
    PendingRecord oldestUnsent();

    /** Removes the records that were never sent and were born at {@code tooOldAt} or before. */
    void expire(long tooOldAt, List<PendingRecord> expired);

    /** Shows all records that wait. */
    void forEach(Consumer<PendingRecord> action);

    /** Removes all records. */
    void clear(List<PendingRecord> all);
}
