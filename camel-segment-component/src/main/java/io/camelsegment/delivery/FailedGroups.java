package io.camelsegment.delivery;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** Backlog without an order: groups of failed records, one group per request. */
final class FailedGroups implements Backlog {

    private final PriorityQueue<Group> groups =
            new PriorityQueue<>(Comparator.comparingLong(Group::notBefore).thenComparingLong(Group::number));
    private long numbers;

    @Override
    public boolean drainTo(BatchBuilder batch, long now) {
        for (Group group = groups.peek(); group != null && group.notBefore() <= now; group = groups.peek()) {
            ArrayDeque<PendingRecord> records = group.records();
            while (!records.isEmpty()) {
                if (!batch.fits(records.peekFirst())) {
                    return false;
                }
                batch.take(records.removeFirst());
            }
            groups.remove();
        }
        return true;
    }

    @Override
    public boolean offer(PendingRecord record, BatchBuilder batch) {
        if (!batch.fits(record)) {
            return false;
        }
        batch.take(record);
        return true;
    }

    @Override
    public void settle(List<PendingRecord> sent, List<PendingRecord> again, long notBefore) {
        if (!again.isEmpty()) {
            groups.add(new Group(new ArrayDeque<>(again), notBefore, numbers++));
        }
    }

    @Override
    public long retryAt() {
        return groups.isEmpty() ? RecordAccumulator.NEVER : groups.peek().notBefore();
    }

    @Override
    public PendingRecord firstReleased() {
        return null;
    }

    @Override
    public PendingRecord oldestUnsent() {
        return null;
    }

    @Override
    public void expire(long tooOldAt, List<PendingRecord> expired) {
        // Nothing to do: a failed record returns only if its next attempt is in time, and drainTo finds those too old.
    }

    @Override
    public void forEach(Consumer<PendingRecord> action) {
        groups.forEach(group -> group.records().forEach(action));
    }

    @Override
    public void clear(List<PendingRecord> all) {
        forEach(all::add);
        groups.clear();
    }

    private record Group(ArrayDeque<PendingRecord> records, long notBefore, long number) {}
}
