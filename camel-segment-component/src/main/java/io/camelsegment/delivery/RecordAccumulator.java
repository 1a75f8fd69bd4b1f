package io.camelsegment.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of one stream that wait to be sent: new ones in the order of their arrival, and behind a {@link Backlog} those
 * that failed or wait for others. Decides when a batch is due and what goes into it. Knows no clock: the time is an
 * argument, in nanoseconds. Not thread-safe: guarded by the sender's lock.
 */
final class RecordAccumulator {

    /**
     * A pause this long after the last record ends a burst: then an idle stream does not wait for its linger time. Without
     * the pause the first event of a request would travel alone, ahead of those that were parsed with it.
     */
    static final long BURST_PAUSE_NANOS = 1_000_000;

    /** The end of a burst is awaited for so long at most, unless something waits to come in: then larger batches are worth more. */
    static final long LONGEST_BURST_NANOS = 8_000_000;

    /** Nothing to wait for. */
    static final long NEVER = Long.MAX_VALUE;

    private final int batchRecords;
    private final int batchBytes;
    private final boolean batchWhenIdle;
    private final long deliveryTimeoutNanos;

    private final ArrayDeque<PendingRecord> fresh = new ArrayDeque<>();
    private final Backlog backlog;
    private final List<PendingRecord> tooOld = new ArrayList<>();
    private long lingerNanos;
    private long freshBytes;
    private long lastAppend;

    RecordAccumulator(BatchingSettings settings) {
        batchRecords = settings.batchRecords();
        batchBytes = settings.batchBytes();
        lingerNanos = settings.lingerTime().toNanos();
        batchWhenIdle = settings.batchWhenIdle();
        deliveryTimeoutNanos = settings.deliveryTimeout().toNanos();
        backlog = Backlog.of(settings.ordering());
    }

    /** Adds a new record behind all others. Its age counts from now. */
    void append(PendingRecord record, long now) {
        record.born(now);
        fresh.addLast(record);
        freshBytes += record.size();
        lastAppend = now;
    }

    /**
     * Ends a request.
     *
     * @param sent      all of its records
     * @param again     those to be sent again, in their order; they go before new ones
     * @param notBefore when they may be sent again
     */
    void settle(List<PendingRecord> sent, List<PendingRecord> again, long notBefore) {
        backlog.settle(sent, again, notBefore);
    }

    /** Lets no record wait for company any more. */
    void stopLingering() {
        lingerNanos = 0;
    }

    /** Returns whether the new records alone make a whole batch. */
    boolean isFull() {
        return fresh.size() >= batchRecords || freshBytes >= batchBytes;
    }

    /** Returns whether the record appended last is the only new one, so that nobody waits for a wake-up yet. */
    boolean isFirst() {
        return fresh.size() == 1;
    }

    /**
     * Takes out the next batch: failed records first, then new ones, up to the limits of count and bytes; a record that has
     * more bytes goes alone.
     *
     * @param idle       whether no request is in flight
     * @param pressure   as the intake tells it
     * @param maxRecords 1 or more
     * @return the records in the order in which to send them; empty when none is due
     */
    List<PendingRecord> nextBatch(long now, boolean idle, Intake.Pressure pressure, int maxRecords) {
        if (dueAt(now, idle, pressure) > now) {
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
     * Returns when the next batch is due; not after {@code now} if it is due already, {@link #NEVER} if there is none.
     *
     * @param idle whether no request is in flight
     * @param pressure as the intake tells it: under pressure it is better to wait for company than to make a call for a stream's few records
     */
    long dueAt(long now, boolean idle, Intake.Pressure pressure) {
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
            due = Math.min(due, burstEndsAt(now, oldest, pressure));
        }
        return due;
    }

    /** Looks again at doubling ages of the burst, so that a long burst costs a handful of wake-ups and not hundreds. */
    private long burstEndsAt(long now, PendingRecord oldest, Intake.Pressure pressure) {
        boolean paused = now - lastAppend >= BURST_PAUSE_NANOS;
        if (paused && pressure != Intake.Pressure.FULL) {
            return now;
        }
        long nextLook = now + Math.max(BURST_PAUSE_NANOS, now - oldest.bornNanos());
        return pressure == Intake.Pressure.NONE
                ? Math.min(nextLook, oldest.bornNanos() + LONGEST_BURST_NANOS)
                : nextLook;
    }

    /** Returns when the oldest record that was never sent becomes too old for it, {@link #NEVER} if there is none. */
    long expiresAt() {
        PendingRecord oldest = backlog.oldestUnsent();
        if (oldest == null) {
            oldest = fresh.peekFirst();
        }
        return oldest == null ? NEVER : oldest.bornNanos() + deliveryTimeoutNanos;
    }

    /** Returns whether the record is too old for another attempt at the given time. */
    boolean isExpired(PendingRecord record, long at) {
        return record.bornNanos() <= tooOldAt(at);
    }

    private long tooOldAt(long at) {
        return at - deliveryTimeoutNanos;
    }

    /** Takes out the records that are too old to be sent: new ones, and failed ones that the last batch came upon. */
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

    /** Takes out everything. */
    List<PendingRecord> clear() {
        List<PendingRecord> all = new ArrayList<>();
        backlog.clear(all);
        all.addAll(fresh);
        fresh.clear();
        freshBytes = 0;
        return all;
    }
}
