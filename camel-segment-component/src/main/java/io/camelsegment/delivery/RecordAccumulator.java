package io.camelsegment.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The records of one stream that wait to be sent: new ones in the order of their arrival, and groups of failed ones, each
 * group with the time before which it is not sent again. Decides when a batch is due and what goes into it. Knows no
 * clock: the time is an argument, in nanoseconds. Not thread-safe: guarded by the sender's lock.
 */
final class RecordAccumulator {

    /**
     * A pause this long after the last record ends a burst: then an idle stream does not wait for its linger time. Without
     * the pause the first event of a request would travel alone, ahead of those that were parsed with it.
     */
    static final long BURST_PAUSE_NANOS = 1_000_000;

    /** Nothing to wait for. */
    static final long NEVER = Long.MAX_VALUE;

    private final int batchRecords;
    private final int batchBytes;
    private final boolean batchWhenIdle;
    private final long deliveryTimeoutNanos;

    private final ArrayDeque<PendingRecord> fresh = new ArrayDeque<>();
    private final PriorityQueue<FailedGroup> failed = new PriorityQueue<>(
            Comparator.comparingLong(FailedGroup::notBefore).thenComparingLong(FailedGroup::number));
    private final List<PendingRecord> tooOld = new ArrayList<>();
    private long lingerNanos;
    private long freshBytes;
    private long lastAppend;
    private long groups;

    RecordAccumulator(BatchingSettings settings) {
        batchRecords = settings.batchRecords();
        batchBytes = settings.batchBytes();
        lingerNanos = settings.lingerTime().toNanos();
        batchWhenIdle = settings.batchWhenIdle();
        deliveryTimeoutNanos = settings.deliveryTimeout().toNanos();
    }

    /** Adds a new record behind all others. Its age counts from now. */
    void append(PendingRecord record, long now) {
        record.born(now);
        fresh.addLast(record);
        freshBytes += record.size();
        lastAppend = now;
    }

    /** Takes back failed records, in their order; they are sent before new ones, but not before the given time. */
    void putBack(List<PendingRecord> records, long notBefore) {
        failed.add(new FailedGroup(new ArrayDeque<>(records), notBefore, groups++, false));
    }

    /** Takes back records that are to be sent at once, in a request of their own. */
    void putBackAlone(List<PendingRecord> records, long now) {
        failed.add(new FailedGroup(new ArrayDeque<>(records), now, groups++, true));
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
     * @param idle whether no request is in flight
     * @return the records in the order in which to send them; empty when none is due
     */
    List<PendingRecord> nextBatch(long now, boolean idle) {
        if (dueAt(now, idle) > now) {
            return List.of();
        }
        List<PendingRecord> batch = new ArrayList<>(Math.min(batchRecords, fresh.size() + 16));
        long bytes = 0;
        for (FailedGroup group = failed.peek(); group != null && group.notBefore() <= now; group = failed.peek()) {
            if (group.alone() && !batch.isEmpty()) {
                return batch;
            }
            bytes = fill(batch, bytes, group.records(), now);
            if (!group.records().isEmpty()) {
                return batch;
            }
            failed.remove();
            if (group.alone()) {
                return batch;
            }
        }
        fill(batch, bytes, fresh, now);
        return batch;
    }

    private long fill(List<PendingRecord> batch, long bytes, ArrayDeque<PendingRecord> from, long now) {
        long sum = bytes;
        for (PendingRecord record = from.peekFirst();
                record != null && batch.size() < batchRecords && (batch.isEmpty() || sum + record.size() <= batchBytes);
                record = from.peekFirst()) {
            from.removeFirst();
            if (from == fresh) {
                freshBytes -= record.size();
            }
            if (isExpired(record, now)) {
                tooOld.add(record);
            } else {
                batch.add(record);
                sum += record.size();
            }
        }
        return sum;
    }

    /**
     * Returns when the next batch is due; not after {@code now} if it is due already, {@link #NEVER} if there is none.
     *
     * @param idle whether no request is in flight
     */
    long dueAt(long now, boolean idle) {
        long due = failed.isEmpty() ? NEVER : failed.peek().notBefore();
        PendingRecord oldest = fresh.peekFirst();
        if (oldest == null) {
            return due;
        }
        if (isFull()) {
            return now;
        }
        due = Math.min(due, oldest.bornNanos() + lingerNanos);
        if (idle && !batchWhenIdle) {
            due = Math.min(due, burstEndsAt(now, oldest));
        }
        return due;
    }

    /** Looks again at doubling ages of the burst, so that a long burst costs a handful of wake-ups and not hundreds. */
    private long burstEndsAt(long now, PendingRecord oldest) {
        return now - lastAppend >= BURST_PAUSE_NANOS
                ? now
                : now + Math.max(BURST_PAUSE_NANOS, now - oldest.bornNanos());
    }

    /** Returns when the oldest new record becomes too old to be sent, {@link #NEVER} if there is none. */
    long expiresAt() {
        return fresh.isEmpty() ? NEVER : fresh.peekFirst().bornNanos() + deliveryTimeoutNanos;
    }

    /** Returns whether the record is too old for another attempt at the given time. */
    boolean isExpired(PendingRecord record, long at) {
        return at - record.bornNanos() >= deliveryTimeoutNanos;
    }

    /** Takes out the records that are too old to be sent: new ones, and failed ones that the last batch came upon. */
    List<PendingRecord> expire(long now) {
        if (tooOld.isEmpty() && expiresAt() > now) {
            return List.of();
        }
        List<PendingRecord> expired = new ArrayList<>(tooOld);
        tooOld.clear();
        while (expiresAt() <= now) {
            PendingRecord record = fresh.removeFirst();
            freshBytes -= record.size();
            expired.add(record);
        }
        return expired;
    }

    /** Takes out everything. */
    List<PendingRecord> clear() {
        List<PendingRecord> all = new ArrayList<>();
        failed.forEach(group -> all.addAll(group.records()));
        all.addAll(fresh);
        failed.clear();
        fresh.clear();
        freshBytes = 0;
        return all;
    }

    private record FailedGroup(ArrayDeque<PendingRecord> records, long notBefore, long number, boolean alone) {}
}
