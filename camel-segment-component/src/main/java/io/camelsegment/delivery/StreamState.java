package io.camelsegment.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that is known of one stream: the records that wait, the requests in flight, its health, and the counts. Pure
 * bookkeeping without threads, clock or chance; times are arguments, in nanoseconds. Every record is in exactly one place:
 * in the accumulator, in a request, or answered as {@link Settled}. Not thread-safe: guarded by the sender's lock.
 */
final class StreamState {

    /** Shorter spells are a matter of retries and nobody's worry. */
    private static final long FAILING_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private static final RecordResult NOT_SENT = RecordResult.unsent("its turn did not come in time");
    private static final RecordResult STOPPED =
            RecordResult.failed(Verdict.RETRY, "Stopped", "the application is stopping");

    private final String service;
    private final String stream;
    private final RetryPolicy retryPolicy;
    private final int batchRecords;
    private final int maxInFlightRequests;
    private final long requestTimeoutNanos;
    private final Duration deliveryTimeout;
    private final RecordAccumulator accumulator;
    private final Parking parking = new Parking();
    private final Set<Batch> inFlight = new LinkedHashSet<>();
    private final InFlightLimit limit;
    private final HotShards hotShards = new HotShards();

    /** Requests that were given up and are to be cancelled. */
    private List<Batch> abandoned = List.of();

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

    StreamState(String service, String stream, BatchingSettings settings, RetryPolicy retryPolicy) {
        this.service = service;
        this.stream = stream;
        this.retryPolicy = retryPolicy;
        batchRecords = settings.batchRecords();
        maxInFlightRequests = settings.maxInFlightRequests();
        requestTimeoutNanos = settings.requestTimeout().toNanos();
        deliveryTimeout = settings.deliveryTimeout();
        accumulator = new RecordAccumulator(settings);
        limit = new InFlightLimit(
                batchRecords, (int) Math.min((long) batchRecords * maxInFlightRequests, Integer.MAX_VALUE));
    }

    /**
     * Takes a new record.
     *
     * @return null if it was taken, else why it was not
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

    /** Counts a record that was not taken. */
    void refused() {
        refused++;
    }

    /**
     * Returns whether the last append changed when something is to be done: the first of a batch starts its linger time, the
     * last makes it full. All between them are found by the wake-up that the first one caused.
     */
    boolean appendNeedsAttention() {
        return accumulator.isFirst() || (accumulator.isFull() && slotFree());
    }

    /**
     * Takes out the next request if one is due and allowed, else returns null.
     *
     * @param pressure as the intake tells it
     */
    Batch nextBatch(long now, Intake.Pressure pressure) {
        if (!slotFree()) {
            return null;
        }
        List<PendingRecord> records = accumulator.nextBatch(now, inFlight.isEmpty(), pressure, limit.records());
        if (records.isEmpty()) {
            return null;
        }
        recordsInFlight += records.size();
        Batch batch = new Batch(records, now, recordsInFlight);
        inFlight.add(batch);
        requests++;
        return batch;
    }

    /** Where the limit leaves room for less than half a batch, an answer is awaited; else a whole batch goes, so that none is cut. */
    private boolean slotFree() {
        if (inFlight.isEmpty()) {
            return true;
        }
        int most = limit.records();
        return inFlight.size() < maxInFlightRequests
                && most - recordsInFlight >= Math.max(1, Math.min(batchRecords, most) / 2);
    }

    /**
     * Returns when the next request is due, not after {@code now} if it is due already; {@link RecordAccumulator#NEVER} if only an append or
     * an answer makes one due.
     *
     * @param pressure as the intake tells it
     */
    long dueAt(long now, Intake.Pressure pressure) {
        return slotFree() ? accumulator.dueAt(now, inFlight.isEmpty(), pressure) : RecordAccumulator.NEVER;
    }

    /** Returns when something is over, {@link RecordAccumulator#NEVER} if nothing ever will be: a record's time or a request's. */
    long overAt() {
        long at = accumulator.expiresAt();
        for (Batch batch : inFlight) {
            if (!batch.isOverdue()) {
                at = Math.min(at, batch.sentNanos() + requestTimeoutNanos);
            }
        }
        return at;
    }

    /** Takes out the waiting records that are too old to be sent. To be called after {@link #nextBatch}, which finds some. */
    List<Settled> expire(long now) {
        return accumulator.expire(now).stream()
                .map(record -> giveUp(record, record.attempts() == 0 || failing == null ? NOT_SENT : failing, now))
                .toList();
    }

    /**
     * Returns, once each, the requests to cancel: those that have waited too long for an answer, which stay in flight until
     * settled, and those given up.
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

    /**
     * Applies an answer. Records to be sent again go back in front of the others.
     *
     * @param results one per record, by index
     * @param jitter  0 (inclusive) to 1 (exclusive), random; one for all records, so that they travel together again
     * @return the records that ended; none if they were abandoned before
     */
    List<Settled> settle(Batch batch, List<RecordResult> results, long now, double jitter) {
        if (!inFlight.remove(batch)) {
            return List.of();
        }
        recordsInFlight -= batch.records().size();
        int sent = countAttempts(batch, results);
        adjustLimit(batch, results, sent);
        boolean split = results.size() > 1 && results.stream().anyMatch(result -> result.verdict() == Verdict.SPLIT);
        long notBefore = split ? now : now + backoff(batch, results, jitter);
        List<Settled> settled = new ArrayList<>(results.size());
        List<PendingRecord> again = new ArrayList<>();
        RecordResult parkedBy = results.stream()
                .filter(result -> result.verdict() == Verdict.PARK)
                .findFirst()
                .orElse(null);
        if (parkedBy != null) {
            parking.park(parkedBy, now);
        }
        long deliveredBefore = delivered;
        for (int i = 0; i < results.size(); i++) {
            PendingRecord record = batch.records().get(i);
            RecordResult result = results.get(i);
            boolean mayGoAgain =
                    switch (result.verdict()) {
                        case RETRY, THROTTLED, UNSENT -> true;
                        case SPLIT -> split;
                        case DELIVERED, FAIL, PARK -> false;
                    };
            if (result.isDelivered()) {
                delivered++;
                settled.add(new Settled(record, result, null));
            } else if (mayGoAgain && !accumulator.isExpired(record, notBefore)) {
                again.add(record);
                retried += result.verdict() == Verdict.UNSENT ? 0 : 1;
            } else {
                settled.add(giveUp(record, result, now));
            }
            if (split) {
                // Halving finds the one bad record of 500 in nine rounds, while its neighbours are delivered.
                record.company(results.size() / 2);
            } else if (mayGoAgain && result.verdict() != Verdict.UNSENT) {
                failing(result, now);
            }
        }
        accumulator.settle(batch.records(), again, notBefore);
        if (parkedBy != null) {
            settled.addAll(giveUp(accumulator.clear(), parkedBy, now));
        } else if (delivered > deliveredBefore) {
            parking.heal();
            failing = null;
        }
        return settled;
    }

    /** Returns how many records were sent. */
    private static int countAttempts(Batch batch, List<RecordResult> results) {
        int sent = 0;
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).verdict() != Verdict.UNSENT) {
                batch.records().get(i).attempted();
                sent++;
            }
        }
        return sent;
    }

    /**
     * An answer that tells nothing about the capacity changes nothing. The records sent stand for those that were not: what is
     * held back behind a throttled record would have been throttled, too.
     */
    private void adjustLimit(Batch batch, List<RecordResult> results, int sent) {
        boolean telling = false;
        int throttled = 0;
        for (RecordResult result : results) {
            if (result.verdict() == Verdict.THROTTLED) {
                throttled++;
                hotShards.throttled(result.shardId());
            }
            telling |= result.isDelivered();
        }
        if (telling || throttled > 0) {
            int ofAll = (int) ((long) throttled * results.size() / sent);
            limit.answered(results.size(), ofAll, batch.recordsInFlight());
        }
    }

    private long backoff(Batch batch, List<RecordResult> results, double jitter) {
        int attempts = 1;
        for (int i = 0; i < results.size(); i++) {
            if (!results.get(i).isDelivered()) {
                attempts = Math.max(attempts, batch.records().get(i).attempts());
            }
        }
        return retryPolicy.delayNanos(attempts, jitter);
    }

    /** Takes no more records, and lets those that wait go at once. */
    void close() {
        closing = true;
        accumulator.stopLingering();
    }

    /** Gives up everything, also what is in flight. */
    List<Settled> abandon(long now) {
        List<PendingRecord> rest = new ArrayList<>(accumulator.clear());
        inFlight.forEach(batch -> rest.addAll(batch.records()));
        abandoned = new ArrayList<>(inFlight);
        inFlight.clear();
        recordsInFlight = 0;
        return giveUp(rest, STOPPED, now);
    }

    private List<Settled> giveUp(List<PendingRecord> records, RecordResult why, long now) {
        return records.stream().map(record -> giveUp(record, why, now)).toList();
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
        String what = retryable ? "not delivered within " + deliveryTimeout.toMillis() + " ms" : "refused the record";
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

    /** Returns what ails the stream, null if it is delivering. */
    RecordResult ailment() {
        return parking.cause() != null ? parking.cause() : failing;
    }

    /** Returns a sentence about a hot shard, null if there is no need for one. */
    String hotShardReport(long now) {
        return hotShards.report(now);
    }

    Map<String, Long> throttledByShard() {
        return hotShards.counts();
    }

    int inFlightLimit() {
        return limit.records();
    }

    Ledger ledger() {
        return new Ledger(accepted + refused, refused, delivered, failed, retried, requests);
    }
}
