package io.camelsegment.delivery;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Backlog that keeps the order of records with the same key. A key has a lane while records of it are in flight or
 * waiting. Later records of the key wait in the lane, behind the failed ones. A lane is in one of three places: in
 * flight, in {@code failed} until its next attempt may begin, or in {@code released}. Each new record is looked at once
 * and either sent or moved to its lane, so a long lane costs the other keys nothing.
 *
 * <p>A record without a key has a lane of its own.
 */
final class KeyLanes implements Backlog {

    private static final long NOT_IN_FLIGHT = 0;

    /** How many records in {@code neverSent} wait no more at most, in addition to a quarter of those that wait. */
    private static final int MOST_DONE = 16;

    private final boolean oneRecordPerRequest;
    private final Map<Object, Lane> lanes = new HashMap<>();
    private final PriorityQueue<Lane> failed = new PriorityQueue<>(
            Comparator.<Lane>comparingLong(lane -> lane.notBefore).thenComparingLong(lane -> lane.number));
    private final ArrayDeque<Lane> released = new ArrayDeque<>();
    /** Waiting records without an attempt, oldest first, and some that wait no more. */
    private final ArrayDeque<PendingRecord> neverSent = new ArrayDeque<>();
    /** Those of them that wait. */
    private int unsent;

    private long request = NOT_IN_FLIGHT;
    private long numbers;

    KeyLanes(boolean oneRecordPerRequest) {
        this.oneRecordPerRequest = oneRecordPerRequest;
    }

    @Override
    public boolean drainTo(BatchBuilder batch, long now) {
        request++;
        for (Lane lane = failed.peek(); lane != null && lane.notBefore <= now; lane = failed.peek()) {
            if (!drain(lane, batch)) {
                return false;
            }
            failed.remove();
        }
        for (Lane lane = released.peek(); lane != null; lane = released.peek()) {
            if (!drain(lane, batch)) {
                return false;
            }
            released.remove();
        }
        return true;
    }

    /** Returns false if not even the first record fits. */
    private boolean drain(Lane lane, BatchBuilder batch) {
        boolean sent = false;
        for (PendingRecord record = lane.first();
                record != null && !(sent && oneRecordPerRequest);
                record = lane.first()) {
            if (!batch.fits(record)) {
                if (!sent) {
                    return false;
                }
                break;
            }
            lane.waiting.removeFirst();
            waitsNoMore(record);
            sent |= batch.take(record);
        }
        if (sent) {
            lane.request = request;
        } else {
            lanes.remove(lane.key);
        }
        return true;
    }

    @Override
    public boolean offer(PendingRecord record, BatchBuilder batch) {
        Object key = keyOf(record);
        Lane lane = lanes.get(key);
        boolean joins = lane != null && lane.request == request && !oneRecordPerRequest && lane.first() == null;
        if (lane != null && !joins) {
            lane.waiting().addLast(record);
            record.lane(lane);
            record.waitsUnsent(true);
            neverSent.addLast(record);
            unsent++;
            return true;
        }
        if (!batch.fits(record)) {
            return false;
        }
        if (batch.take(record)) {
            if (lane == null) {
                lane = new Lane(key, request);
                lanes.put(key, lane);
            }
            record.lane(lane);
        }
        return true;
    }

    @Override
    public void settle(List<PendingRecord> sent, List<PendingRecord> again, long notBefore) {
        for (int i = again.size() - 1; i >= 0; i--) {
            Lane lane = again.get(i).lane();
            lane.waiting().addFirst(again.get(i));
            lane.hasFailed = true;
        }
        for (PendingRecord record : sent) {
            Lane lane = record.lane();
            if (lane.request == NOT_IN_FLIGHT) {
                continue; // done with an earlier record of the key
            }
            lane.request = NOT_IN_FLIGHT;
            if (lane.hasFailed) {
                lane.hasFailed = false;
                lane.notBefore = notBefore;
                lane.number = numbers++;
                failed.add(lane);
            } else if (lane.first() == null) {
                lanes.remove(lane.key);
            } else {
                released.add(lane);
            }
        }
    }

    @Override
    public long retryAt() {
        return failed.isEmpty() ? RecordAccumulator.NEVER : failed.peek().notBefore;
    }

    @Override
    public PendingRecord firstReleased() {
        while (!released.isEmpty() && released.peek().first() == null) { // all its records have expired
            lanes.remove(released.remove().key);
        }
        return released.isEmpty() ? null : released.peek().first();
    }

    @Override
    public PendingRecord oldestUnsent() {
        PendingRecord oldest = neverSent.peekFirst();
        while (oldest != null && !oldest.waitsUnsent()) {
            neverSent.removeFirst();
            oldest = neverSent.peekFirst();
        }
        return oldest;
    }

    private void waitsNoMore(PendingRecord record) {
        if (record.waitsUnsent()) {
            record.waitsUnsent(false);
            unsent--;
            if (neverSent.size() - unsent > unsent / 4 + MOST_DONE) {
                neverSent.removeIf(other -> !other.waitsUnsent());
            }
        }
    }

    /** Records in front of an expired one in its lane are older, so they have expired, too. */
    @Override
    public void expire(long tooOldAt, List<PendingRecord> expired) {
        for (PendingRecord oldest = oldestUnsent();
                oldest != null && oldest.bornNanos() <= tooOldAt;
                oldest = oldestUnsent()) {
            Lane lane = oldest.lane();
            for (PendingRecord record = lane.first();
                    record != null && record.bornNanos() <= tooOldAt;
                    record = lane.first()) {
                waitsNoMore(record);
                expired.add(lane.waiting.removeFirst());
            }
        }
    }

    @Override
    public void forEach(Consumer<PendingRecord> action) {
        for (Lane lane : lanes.values()) {
            if (lane.waiting != null) {
                lane.waiting.forEach(action);
            }
        }
    }

    @Override
    public void clear(List<PendingRecord> all) {
        forEach(all::add);
        lanes.values().forEach(lane -> lane.waiting = null);
        lanes.values().removeIf(lane -> lane.request == NOT_IN_FLIGHT);
        failed.clear();
        released.clear();
        neverSent.clear();
        unsent = 0;
    }

    private static Object keyOf(PendingRecord record) {
        return record.partitionKey() == null ? record : record.partitionKey();
    }

    /** Records of one key. Only the backlog uses it; a record merely holds the reference. */
    static final class Lane {

        private final Object key;
        /** Null until a record waits, since most lanes never hold one. */
        private ArrayDeque<PendingRecord> waiting;

        private long request;
        private boolean hasFailed;
        private long notBefore;
        private long number;

        Lane(Object key, long request) {
            this.key = key;
            this.request = request;
        }

        /** Returns the first waiting record; null if there is none. */
        private PendingRecord first() {
            return waiting == null ? null : waiting.peekFirst();
        }

        private ArrayDeque<PendingRecord> waiting() {
            if (waiting == null) {
                waiting = new ArrayDeque<>();
            }
            return waiting;
        }
    }
}
