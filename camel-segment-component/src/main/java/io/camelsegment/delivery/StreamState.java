package io.camelsegment.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * State of one stream: waiting records, requests in flight, health and counts. Pure bookkeeping without threads, clock
 * or randomness; times are arguments, in nanoseconds. Every record is in exactly one place: in the accumulator, in a
 * request, or returned as {@link Settled}. Not thread-safe: guarded by the sender's lock.
 */
final class StreamState {

    /** Retries cover shorter failures, which are not reported. */
    private static final long FAILING_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private static final RecordResult NOT_SENT = RecordResult.unsent("its turn did not come in time");
    private static final RecordResult STOPPED =
            RecordResult.failed(Verdict.RETRY, "Stopped", "the application is stopping");

    /** A request is lost after so many request timeouts: it was cancelled after the first. */
    private static final int LOST_AFTER = 3;

    private final String service;
    private final String stream;
    private final RetryPolicy retryPolicy;
    private final int batchRecords;
    private final int maxInFlightRequests;
    private final long requestTimeoutNanos;
    private final long lostNanos;
    private final Duration deliveryTimeout;
    private final RecordAccumulator accumulator;
    private final Parking parking = new Parking();
    private final Set<Batch> inFlight = new LinkedHashSet<>();
    private final InFlightLimit limit;
    private final HotPartitions hotPartitions = new HotPartitions();

    /** Requests given up and still to be cancelled. */
    private List<Batch> abandoned = List.of();

    /** Records to send again whose callbacks are still to be told. */
    private List<Retry> retries = List.of();

    private int recordsInFlight;
    private boolean closing;
    private RecordResult failing;
    private long failingSince;
    private long accepted;
    private long refused;
    private long delivered;
    private long failed;
    private long retried;
    private long requests;

    StreamState(
            String stream,
            ServiceLimits limits,
            BatchingSettings settings,
            RetryPolicy retryPolicy,
            Workload workload) {
        service = limits.service();
        this.stream = stream;
        this.retryPolicy = retryPolicy;
        batchRecords = settings.batchRecords();
        maxInFlightRequests = settings.maxInFlightRequests();
        requestTimeoutNanos = settings.requestTimeout().toNanos();
        lostNanos = requestTimeoutNanos > Long.MAX_VALUE / LOST_AFTER / 2
                ? requestTimeoutNanos
                : LOST_AFTER * requestTimeoutNanos;
        deliveryTimeout = settings.deliveryTimeout();
        accumulator = new RecordAccumulator(settings, workload);
        limit = new InFlightLimit(
                limits.batchRecords(), (int) Math.min((long) batchRecords * maxInFlightRequests, Integer.MAX_VALUE));
    }

    /**
     * Accepts a new record.
     *
     * @return null if it was accepted, else why not
     */
    DeliveryException append(PendingRecord record, long now) {
        RecordResult refusal = closing ? STOPPED : parking.admits(now) ? null : parking.cause();
        if (refusal != null) {
            refused++;
            return failure(record, refusal, now);
        }
        accepted++;
        accumulator.append(record, now);
        return null;
    }

    /** Counts a refused record. */
    void refused() {
        refused++;
    }

    /**
     * Returns whether the last appends changed the time of the next wake-up: the first record of a batch starts its
     * linger time, the last fills it. The wake-up set for the first one finds those between them.
     */
    boolean appendNeedsAttention(int appended) {
        return accumulator.holdsOnly(appended) || (accumulator.isFull() && slotFree());
    }

    /** Removes and returns the next request; null if none is due or allowed. */
    Batch nextBatch(long now) {
        if (!slotFree()) {
            return null;
        }
        List<PendingRecord> records = accumulator.nextBatch(now, inFlight.isEmpty(), limit.records());
        if (records.isEmpty()) {
            return null;
        }
        recordsInFlight += records.size();
        Batch batch = new Batch(records, now, recordsInFlight);
        inFlight.add(batch);
        requests++;
        return batch;
    }

    /** Returns whether another request may go. With requests in flight, it needs room for half a batch at least. */
    private boolean slotFree() {
        if (inFlight.isEmpty()) {
            return true;
        }
        int most = limit.records();
        return inFlight.size() < maxInFlightRequests
                && most - recordsInFlight >= Math.max(1, Math.min(batchRecords, most) / 2);
    }

    /**
     * Returns when the next request is due: not after {@code now} if it is due already, {@link RecordAccumulator#NEVER}
     * if only an append or an answer makes one due.
     */
    long dueAt(long now) {
        return slotFree() ? accumulator.dueAt(now, inFlight.isEmpty()) : RecordAccumulator.NEVER;
    }

    /** Returns when the time of a record or request ends next; {@link RecordAccumulator#NEVER} if none does. */
    long overAt() {
        long at = accumulator.expiresAt();
        for (Batch batch : inFlight) {
            at = Math.min(at, batch.sentNanos() + (batch.isOverdue() ? lostNanos : requestTimeoutNanos));
        }
        return at;
    }

    /** Returns the bytes of all records held. */
    long heldBytes() {
        long bytes = accumulator.waitingBytes();
        for (Batch batch : inFlight) {
            for (PendingRecord record : batch.records()) {
                bytes += record.size();
            }
        }
        return bytes;
    }

    /** Returns when the oldest record held was accepted; {@link RecordAccumulator#NEVER} if none is. */
    long oldestNanos() {
        long oldest = accumulator.oldestNanos();
        for (Batch batch : inFlight) {
            for (PendingRecord record : batch.records()) {
                oldest = Math.min(oldest, record.bornNanos());
            }
        }
        return oldest;
    }

    /** Removes waiting records too old to send. Must be called after {@link #nextBatch}, which finds some of them. */
    List<Settled> expire(long now) {
        List<PendingRecord> tooOld = accumulator.expire(now);
        if (tooOld.isEmpty()) {
            return List.of();
        }
        List<Settled> expired = new ArrayList<>(tooOld.size());
        for (PendingRecord record : tooOld) {
            expired.add(giveUp(record, record.attempts() == 0 || failing == null ? NOT_SENT : failing, now));
        }
        return expired;
    }

    /**
     * Returns, once each, the requests to cancel: those whose answer is overdue, which stay in flight until settled,
     * and those given up.
     */
    List<Batch> takeOverdue(long now) {
        List<Batch> overdue = abandoned;
        abandoned = List.of();
        for (Batch batch : inFlight) {
            if (!batch.isOverdue() && now - batch.sentNanos() >= requestTimeoutNanos) {
                batch.overdue();
                overdue = overdue.isEmpty() ? new ArrayList<>() : overdue;
                overdue.add(batch);
            }
        }
        return overdue;
    }

    /** Returns the requests whose answer is awaited no longer: they were cancelled long ago. To be settled at once. */
    List<Batch> lost(long now) {
        List<Batch> lost = List.of();
        for (Batch batch : inFlight) {
            if (batch.isOverdue() && now - batch.sentNanos() >= lostNanos) {
                lost = lost.isEmpty() ? new ArrayList<>() : lost;
                lost.add(batch);
            }
        }
        return lost;
    }

    /**
     * Applies an answer. Puts records to send again in front of the others.
     *
     * @param results one per record, by index
     * @param jitter  0 (inclusive) to 1 (exclusive), random; the same for all records, so that they stay together
     * @return the records with a final result; none if they were abandoned before
     */
    List<Settled> settle(Batch batch, List<RecordResult> results, long now, double jitter) {
        if (!inFlight.remove(batch)) {
            return List.of();
        }
        recordsInFlight -= batch.records().size();
        Tally tally = tally(batch, results);
        adjustLimit(batch, tally);
        boolean split = tally.split && results.size() > 1;
        long notBefore = split ? now : now + retryPolicy.delayNanos(tally.attempts, jitter);
        List<Settled> settled = new ArrayList<>(results.size());
        List<PendingRecord> again = new ArrayList<>();
        if (tally.parkedBy != null) {
            parking.park(tally.parkedBy, now);
        }
        delivered += tally.delivered;
        for (int i = 0; i < results.size(); i++) {
            PendingRecord record = batch.records().get(i);
            RecordResult result = results.get(i);
            if (result.isDelivered()) {
                settled.add(new Settled(record, result, null));
                continue;
            }
            boolean mayGoAgain =
                    switch (result.verdict()) {
                        case RETRY, THROTTLED, UNSENT -> true;
                        case SPLIT -> split;
                        case DELIVERED, BROKEN, FAIL, PARK -> false;
                    };
            if (mayGoAgain && !accumulator.isExpired(record, notBefore)) {
                again.add(record);
                if (result.verdict() != Verdict.UNSENT) {
                    retried++;
                    retries = retries.isEmpty() ? new ArrayList<>() : retries;
                    retries.add(new Retry(record, result, record.attempts()));
                }
            } else {
                settled.add(giveUp(record, result, now));
            }
            if (split) {
                // Halving finds the one bad record of 500 in nine rounds, while its neighbours are delivered.
                record.batchLimit(results.size() / 2);
            } else if (result.verdict() == Verdict.BROKEN || (mayGoAgain && result.verdict() != Verdict.UNSENT)) {
                failing(result, now);
            }
        }
        accumulator.settle(batch.records(), again, notBefore);
        if (tally.parkedBy != null) {
            giveUp(accumulator.clear(), tally.parkedBy, now, settled);
        } else if (tally.delivered > 0) {
            parking.heal();
            failing = null;
        }
        return settled;
    }

    /** A record that is sent again, and why. */
    record Retry(PendingRecord record, RecordResult result, int attempts) {

        void tell() {
            record.callback().retried(record, result, attempts);
        }
    }

    /** Returns, once each, the records that are sent again, for their callbacks to be told without the lock. */
    List<Retry> takeRetries() {
        List<Retry> taken = retries;
        retries = List.of();
        return taken;
    }

    /** What the results of a request say together. */
    private static final class Tally {

        /** Records with an attempt. */
        private int sent;

        private int delivered;
        private int throttled;
        /** Most attempts of a record that was not delivered, 1 or more. */
        private int attempts = 1;

        private boolean split;
        /** The first result that parks the stream; null if none does. */
        private RecordResult parkedBy;
    }

    /** Counts attempts and results. */
    private Tally tally(Batch batch, List<RecordResult> results) {
        Tally tally = new Tally();
        for (int i = 0; i < results.size(); i++) {
            RecordResult result = results.get(i);
            PendingRecord record = batch.records().get(i);
            if (result.verdict() != Verdict.UNSENT) {
                record.attempted();
                tally.sent++;
            }
            if (result.isDelivered()) {
                tally.delivered++;
                continue;
            }
            tally.attempts = Math.max(tally.attempts, record.attempts());
            if (result.verdict() == Verdict.THROTTLED) {
                tally.throttled++;
                hotPartitions.throttled(result.partition());
            } else if (result.verdict() == Verdict.PARK && tally.parkedBy == null) {
                tally.parkedBy = result;
            }
            tally.split |= result.verdict() == Verdict.SPLIT;
        }
        return tally;
    }

    /**
     * Adjusts the limit, unless the answer tells nothing about the capacity. The sent records stand for the unsent
     * ones: a record held back behind a throttled one would have been throttled, too.
     */
    private void adjustLimit(Batch batch, Tally tally) {
        if (tally.delivered + tally.throttled > 0) {
            int records = batch.records().size();
            int ofAll = (int) ((long) tally.throttled * records / tally.sent);
            limit.answered(records, ofAll, batch.recordsInFlight());
        }
    }

    /** Accepts no more records, and makes the waiting ones due at once. */
    void close() {
        closing = true;
        accumulator.stopLingering();
    }

    /** Gives up all records, also those in flight. */
    List<Settled> abandon(long now) {
        List<PendingRecord> rest = new ArrayList<>(accumulator.clear());
        inFlight.forEach(batch -> {
            batch.abandon();
            rest.addAll(batch.records());
        });
        abandoned = new ArrayList<>(inFlight);
        inFlight.clear();
        recordsInFlight = 0;
        List<Settled> settled = new ArrayList<>(rest.size());
        giveUp(rest, STOPPED, now, settled);
        return settled;
    }

    private void giveUp(List<PendingRecord> records, RecordResult why, long now, List<Settled> settled) {
        for (PendingRecord record : records) {
            settled.add(giveUp(record, why, now));
        }
    }

    private Settled giveUp(PendingRecord record, RecordResult why, long now) {
        failed++;
        if (parking.cause() != null) {
            parking.park(parking.cause(), now);
        }
        return new Settled(record, null, failure(record, why, now));
    }

    private DeliveryException failure(PendingRecord record, RecordResult why, long now) {
        int attempts = record.attempts();
        if (why.verdict() == Verdict.PARK) {
            return new StreamParkedException(service, stream, why, attempts, parking.retryAfter(now));
        }
        if (why.isTooLarge()) {
            return new RecordTooLargeException(service, stream, why.errorMessage(), attempts);
        }
        boolean retryable = why.verdict() != Verdict.FAIL && why.verdict() != Verdict.SPLIT;
        String what = why.verdict() == Verdict.BROKEN
                ? "gave the record up"
                : retryable ? "not delivered within " + deliveryTimeout.toMillis() + " ms" : "refused the record";
        String message = what + " in " + attempts + " attempts: " + why.describe();
        return new DeliveryException(
                service, stream, why.errorCode(), why.errorMessage(), message, attempts, retryable);
    }

    private void failing(RecordResult result, long now) {
        if (failing == null) {
            failingSince = now;
        }
        failing = result;
    }

    StreamHealth health(long now) {
        if (parking.cause() != null) {
            return StreamHealth.PARKED;
        }
        return failing != null && now - failingSince >= FAILING_AFTER_NANOS
                ? StreamHealth.FAILING
                : StreamHealth.DELIVERING;
    }

    /** Returns the fault of the stream; null if it is delivering. */
    RecordResult ailment() {
        return parking.cause() != null ? parking.cause() : failing;
    }

    /** Returns the report of a hot partition; null if none is due. */
    HotPartitions.Report hotPartitionReport(long now) {
        return hotPartitions.report(now);
    }

    Map<String, Long> throttledByPartition() {
        return hotPartitions.counts();
    }

    int inFlightLimit() {
        return limit.records();
    }

    Ledger ledger() {
        return new Ledger(accepted + refused, refused, delivered, failed, retried, requests);
    }
}
