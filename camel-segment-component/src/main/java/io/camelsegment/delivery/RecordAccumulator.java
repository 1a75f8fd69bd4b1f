package io.camelsegment.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Waiting records of a stream: new ones in the order of their arrival, and in a {@link Backlog} those that failed or
 * wait for others. Decides when a batch is due and which records it gets. The time is an argument, in nanoseconds. Not
 * thread-safe: guarded by the sender's lock.
 */
final class RecordAccumulator {

    /** The time of an event that is not expected. */
    static final long NEVER = Long.MAX_VALUE;

    private final int batchRecords;
    private final int batchBytes;
    private final boolean batchWhenIdle;
    private final long deliveryTimeoutNanos;

    private final ArrayDeque<PendingRecord> fresh = new ArrayDeque<>();
    private final Backlog backlog;
    private final Workload workload;
    private final List<PendingRecord> tooOld = new ArrayList<>();
    private long lingerNanos;
    private long freshBytes;
    private long lastAppend;

    /**
     * Creates an empty accumulator.
     *
     * @param workload tells when a burst of records ends
     */
    RecordAccumulator(BatchingSettings settings, Workload workload) {
        this.workload = workload;
        batchRecords = settings.batchRecords();
        batchBytes = settings.batchBytes();
        lingerNanos = settings.lingerTime().toNanos();
        batchWhenIdle = settings.batchWhenIdle();
        deliveryTimeoutNanos = settings.deliveryTimeout().toNanos();
        backlog = Backlog.of(settings.ordering());
    }

    /** Adds a new record behind all others; its age counts from now. */
    void append(PendingRecord record, long now) {
        record.born(now);
        fresh.addLast(record);
        freshBytes += record.size();
        lastAppend = now;
    }

    /**
     * Ends a request.
     *
     * @param sent      all its records
     * @param again     records to send again, in their order; they go before new ones
     * @param notBefore earliest time to send them again
     */
    void settle(List<PendingRecord> sent, List<PendingRecord> again, long notBefore) {
        backlog.settle(sent, again, notBefore);
    }

    /** Stops waiting for batches to fill. */
    void stopLingering() {
        lingerNanos = 0;
    }

    /** Returns whether the new records alone fill a batch. */
    boolean isFull() {
        return fresh.size() >= batchRecords || freshBytes >= batchBytes;
    }

    /** Returns whether the records appended last are the only new ones, so that no wake-up is set yet. */
    boolean holdsOnly(int appended) {
        return fresh.size() <= appended;
    }

    /**
     * Removes the next batch: failed records first, then new ones, up to the limits of count and bytes. A record larger
     * than a batch goes alone.
     *
     * @param idle       whether no request is in flight
     * @param maxRecords 1 or more
     * @return the records in sending order; empty if no batch is due
     */
    List<PendingRecord> nextBatch(long now, boolean idle, int maxRecords) {
        if (dueAt(now, idle) > now) {
            return List.of();
        }
        BatchBuilder batch = new BatchBuilder(
                Math.min(batchRecords, maxRecords), batchBytes, fresh.size() + 16, tooOldAt(now), tooOld);
        if (backlog.drainTo(batch, now)) {
            for (PendingRecord record = fresh.peekFirst();
                    record != null && !batch.isFull() && backlog.offer(record, batch);
                    record = fresh.peekFirst()) {
                fresh.removeFirst();
                freshBytes -= record.size();
            }
        }
        return batch.records();
    }

    /**
     * Returns when the next batch is due: not after {@code now} if it is due already, {@link #NEVER} if there is none.
     *
     * @param idle whether no request is in flight
     */
    long dueAt(long now, boolean idle) {
        long due = backlog.retryAt();
        PendingRecord oldest = backlog.firstReleased();
        if (oldest == null) {
            oldest = fresh.peekFirst();
        }
        if (oldest == null) {
            return due;
        }
        if (isFull()) {
            return now;
        }
        due = Math.min(due, oldest.bornNanos() + lingerNanos);
        if (idle && !batchWhenIdle) {
            due = Math.min(due, workload.burstEndsAt(now, oldest.bornNanos(), lastAppend));
        }
        return due;
    }

    /** Returns when the oldest record that was never sent becomes too old to send; {@link #NEVER} if there is none. */
    long expiresAt() {
        PendingRecord oldest = backlog.oldestUnsent();
        if (oldest == null) {
            oldest = fresh.peekFirst();
        }
        return oldest == null ? NEVER : oldest.bornNanos() + deliveryTimeoutNanos;
    }

    /** Returns when the oldest waiting record was appended; {@link #NEVER} if none waits. */
    long oldestNanos() {
        long[] oldest = {fresh.isEmpty() ? NEVER : fresh.peekFirst().bornNanos()};
        backlog.forEach(record -> oldest[0] = Math.min(oldest[0], record.bornNanos()));
        return oldest[0];
    }

    /** Returns the bytes of all waiting records. */
    long waitingBytes() {
        long[] bytes = {freshBytes};
        backlog.forEach(record -> bytes[0] += record.size());
        return bytes[0];
    }

    /** Returns whether the record is too old for another attempt at the given time. */
    boolean isExpired(PendingRecord record, long at) {
        return record.bornNanos() <= tooOldAt(at);
    }

    private long tooOldAt(long at) {
        return at - deliveryTimeoutNanos;
    }

    /** Removes records too old to send: new ones, and failed ones that the last batch skipped. */
    List<PendingRecord> expire(long now) {
        if (tooOld.isEmpty() && expiresAt() > now) {
            return List.of();
        }
        List<PendingRecord> expired = new ArrayList<>(tooOld);
        tooOld.clear();
        backlog.expire(tooOldAt(now), expired);
        for (PendingRecord record = fresh.peekFirst();
                record != null && isExpired(record, now);
                record = fresh.peekFirst()) {
            fresh.removeFirst();
            freshBytes -= record.size();
            expired.add(record);
        }
        return expired;
    }

    /** Removes all records. */
    List<PendingRecord> clear() {
        List<PendingRecord> all = new ArrayList<>();
        backlog.clear(all);
        all.addAll(fresh);
        fresh.clear();
        freshBytes = 0;
        return all;
    }
}
