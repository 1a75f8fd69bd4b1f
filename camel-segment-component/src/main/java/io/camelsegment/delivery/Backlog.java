package io.camelsegment.delivery;

import java.util.List;

/**
 * The records that wait apart from the new ones: the failed, each with the time before which it is not sent again, and those
 * that must not overtake another. Knows no clock: the time is an argument, in nanoseconds. Not thread-safe: guarded by the
 * sender's lock.
 */
interface Backlog {

    /** Returns the backlog that keeps this order. */
    static Backlog of(Ordering ordering) {
        return ordering == Ordering.NONE ? new FailedGroups() : new KeyLanes(ordering == Ordering.STRICT);
    }

    /**
     * Begins a request with the records that may be sent now.
     *
     * @return whether there is nothing left that may be sent now
     */
    boolean drainTo(BatchBuilder batch, long now);

    /**
     * Puts a new record into the request begun last, or keeps it until it may be sent.
     *
     * @return false to leave it where it is, because it does not fit into the request
     */
    boolean offer(PendingRecord record, BatchBuilder batch);

    /**
     * Ends a request.
     *
     * @param sent      all of its records
     * @param again     those to be sent again, in their order
     * @param notBefore when they may be sent again
     */
    void settle(List<PendingRecord> sent, List<PendingRecord> again, long notBefore);

    /** Returns when the first failed record may be sent again, {@link RecordAccumulator#NEVER} if there is none. */
    long retryAt();

    /** Returns the first record that waited for another of its key and may be sent now, null if there is none. */
    PendingRecord firstReleased();

    /** Returns the oldest record that was never sent, null if there is none. */
    PendingRecord oldestUnsent();

    /** Takes out what was born then or before, as far as it was never sent. */
    void expire(long tooOldAt, List<PendingRecord> expired);

    /** Takes out everything. */
    void clear(List<PendingRecord> all);
}
