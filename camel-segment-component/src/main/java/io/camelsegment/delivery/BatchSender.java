package io.camelsegment.delivery;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the records of one stream. Thread-safe.
 *
 * <p>The caller's thread appends a record under one short lock. A single pump per stream, run on the shared executor
 * only when there is work, takes out due requests and sends them. The executor also applies answers by index under the
 * lock; the callbacks then run without a lock. So no thread waits for the service, and no callback runs on the thread
 * of a service's client.
 *
 * <p>Invariant: while a record waits, the pump is running or scheduled, or all requests are in flight, or the next one
 * waits for its turn among those of other streams, or the timer fires by the time the record was last found due.
 */
public final class BatchSender {

    private static final Logger LOG = LoggerFactory.getLogger(BatchSender.class);

    private final String service;
    private final String stream;
    private final int usualRecordBytes;
    /** Records for a full batch in flight and for the next one. */
    private final int enoughRecords;

    private final Duration requestTimeout;
    private final BatchTransport transport;
    private final SenderRuntime runtime;
    private final CallLimit calls;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private final Object lock = new Object();
    private final StreamState state;

    /** The health logged last. */
    private StreamHealth health = StreamHealth.DELIVERING;

    private boolean closing;
    private boolean pumping;
    /** Whether a due request waits for its turn. */
    private boolean awaitingTurn;
    /** Whether the turn has come for a request that is not made yet. */
    private boolean hasTurn;

    private Future<?> timer;
    private long timerAt;
    /** Records accepted whose callback has not returned. */
    private long open;

    /** Creates a sender with a call limit of its own, which it never reaches. */
    public BatchSender(
            String stream,
            ServiceLimits limits,
            BatchingSettings settings,
            RetryPolicy retryPolicy,
            BatchTransport transport,
            SenderRuntime runtime) {
        this(stream, limits, settings, retryPolicy, transport, runtime, new CallLimit(Integer.MAX_VALUE));
    }

    /**
     * Creates a sender, ready to use.
     *
     * @param stream    the stream's name
     * @param limits    the service's limits
     * @param settings  within the limits
     * @param transport sends to this stream
     * @param calls     limit of calls in flight, shared with other senders
     * @throws IllegalArgumentException if the settings exceed the limits
     */
    public BatchSender(
            String stream,
            ServiceLimits limits,
            BatchingSettings settings,
            RetryPolicy retryPolicy,
            BatchTransport transport,
            SenderRuntime runtime,
            CallLimit calls) {
        this.service = limits.service();
        this.stream = stream;
        this.usualRecordBytes = limits.recordBytes();
        this.requestTimeout = settings.requestTimeout();
        this.transport = transport;
        this.runtime = runtime;
        this.calls = calls;
        this.enoughRecords = 2 * limits.batchRecords();
        this.state = new StreamState(stream, limits, settings.within(limits), retryPolicy, runtime.workload());
    }

    /**
     * Accepts a record and returns at once. Its callback runs later, once, on another thread.
     *
     * @throws RecordTooLargeException if the record exceeds the stream's limit
     * @throws BufferFullException     if there is no memory for it now
     * @throws StreamParkedException   if the stream is parked
     * @throws DeliveryException       if the sender is closing
     */
    public void send(PendingRecord record) {
        DeliveryException refusal = acquire(record);
        if (refusal == null) {
            refusal = append(record);
            if (refusal != null) {
                release(record);
            }
        }
        if (refusal != null) {
            throw refusal;
        }
    }

    private DeliveryException acquire(PendingRecord record) {
        DeliveryException reason = null;
        int limit = record.size() <= usualRecordBytes
                ? usualRecordBytes
                : transport.recordBytes(record.size(), usualRecordBytes);
        if (record.size() > limit) {
            String message = RecordResult.tooLarge(record.size(), limit).errorMessage();
            reason = new RecordTooLargeException(service, stream, message, 0);
        } else if (record.isAdmitted()) {
            runtime.budget().acquire(record.size());
        } else if (!runtime.budget().tryAcquire(record.size())) {
            reason = new BufferFullException(service, stream, record.size(), runtime.budget());
        }
        if (reason != null) {
            synchronized (lock) {
                state.refused();
            }
        }
        return reason;
    }

    private void release(PendingRecord record) {
        runtime.budget().release(record.size());
    }

    private DeliveryException append(PendingRecord record) {
        synchronized (lock) {
            long now = runtime.clock().getAsLong();
            DeliveryException refusal = state.append(record, now);
            if (refusal != null) {
                return refusal;
            }
            runtime.workload().recordsChanged(open, open + 1, enoughRecords);
            open++;
            if (pumping || !state.appendNeedsAttention()) {
                return null;
            }
            long wakeUpAt = nextWakeUp(now);
            if (wakeUpAt > now) {
                setTimer(wakeUpAt, now);
                return null;
            }
            pumping = true;
        }
        runtime.executor().execute(this::pump);
        return null;
    }

    private void wakeUp() {
        synchronized (lock) {
            if (pumping) {
                return;
            }
            pumping = true;
        }
        runtime.executor().execute(this::pump);
    }

    /** Sends requests until none is due. One thread at a time. */
    private void pump() {
        while (true) {
            List<Settled> expired;
            List<Batch> overdue;
            Batch batch;
            boolean turnUnused = false;
            synchronized (lock) {
                long now = runtime.clock().getAsLong();
                batch = nextBatch(now);
                expired = state.expire(now);
                overdue = state.takeOverdue(now);
                if (batch == null) {
                    turnUnused = hasTurn;
                    hasTurn = false;
                    setTimer(nextWakeUp(now), now);
                    pumping = false;
                }
            }
            if (turnUnused) {
                calls.end();
            }
            if (!expired.isEmpty()) {
                runtime.callbacks().execute(() -> callBack(expired));
            }
            overdue.forEach(late -> late.answer().cancel(true));
            if (batch == null) {
                return;
            }
            transmit(batch);
        }
    }

    private Batch nextBatch(long now) {
        if (awaitingTurn || state.dueAt(now) > now) {
            return null;
        }
        if (!hasTurn && !calls.begin(this::turn)) {
            awaitingTurn = true;
            return null;
        }
        Batch batch = state.nextBatch(now);
        hasTurn = batch == null;
        return batch;
    }

    private void turn() {
        synchronized (lock) {
            awaitingTurn = false;
            hasTurn = true;
        }
        wakeUp();
    }

    private long nextWakeUp(long now) {
        return Math.min(state.overAt(), awaitingTurn ? RecordAccumulator.NEVER : state.dueAt(now));
    }

    private void setTimer(long at, long now) {
        if (at == RecordAccumulator.NEVER) {
            return;
        }
        if (timer != null) {
            if (timerAt <= at) {
                return;
            }
            timer.cancel(false);
        }
        timerAt = at;
        timer = runtime.timer().schedule(this::timerFired, Math.max(0, at - now));
    }

    private void timerFired() {
        synchronized (lock) {
            timer = null;
        }
        wakeUp();
    }

    private void transmit(Batch batch) {
        CompletableFuture<List<RecordResult>> answer;
        try {
            answer = transport.send(batch.records());
        } catch (Throwable e) { // also an Error: otherwise the pump would seem to run for ever
            answer = CompletableFuture.failedFuture(e);
        }
        batch.answeredBy(answer);
        var unused = answer.whenCompleteAsync(
                (results, error) -> {
                    try {
                        calls.end();
                    } finally {
                        settle(batch, results(batch, results, error));
                    }
                },
                runtime.executor());
    }

    /** Turns any answer of the transport into one result per record. */
    private List<RecordResult> results(Batch batch, List<RecordResult> results, Throwable error) {
        int expected = batch.records().size();
        if (error == null && results.size() == expected) {
            return results;
        }
        RecordResult failure;
        if (error == null) {
            String message = "expected " + expected + " results, got " + results.size();
            failure = RecordResult.failed(Verdict.RETRY, "ResponseMismatch", message);
        } else if (error instanceof CancellationException) {
            String message = "no answer within " + requestTimeout.toMillis() + " ms";
            failure = RecordResult.failed(Verdict.RETRY, "RequestTimeout", message);
        } else {
            Throwable cause =
                    error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            failure = RecordResult.failed(Verdict.RETRY, cause.getClass().getSimpleName(), cause.getMessage());
        }
        return Collections.nCopies(expected, failure);
    }

    private void settle(Batch batch, List<RecordResult> results) {
        List<Settled> settled;
        StreamHealth before;
        StreamHealth after;
        RecordResult ailment;
        HotPartitions.Report hotPartition;
        synchronized (lock) {
            long now = runtime.clock().getAsLong();
            settled = state.settle(batch, results, now, runtime.jitter().getAsDouble());
            before = health;
            health = state.health(now);
            after = health;
            ailment = state.ailment();
            hotPartition = state.hotPartitionReport(now);
        }
        if (hotPartition != null) {
            LOG.warn(
                    "{} stream {}: {}",
                    service,
                    stream,
                    transport.hotPartition(hotPartition.partition(), hotPartition.facts()));
        }
        if (before != after) {
            logHealth(after, ailment);
        }
        wakeUp();
        if (!settled.isEmpty()) {
            runtime.callbacks().execute(() -> callBack(settled));
        }
    }

    private void logHealth(StreamHealth health, RecordResult ailment) {
        switch (health) {
            case DELIVERING -> LOG.info("{} stream {} takes records again", service, stream);
            case FAILING ->
                LOG.warn("{} stream {} takes no records, they are sent again: {}", service, stream, ailment.describe());
            case PARKED ->
                LOG.warn(
                        "{} stream {} is parked, records are refused until this is mended: {}",
                        service,
                        stream,
                        ailment.describe());
        }
    }

    private void callBack(List<Settled> settled) {
        for (Settled one : settled) {
            release(one.record());
            try {
                one.callBack();
            } catch (Throwable e) { // also an Error: the other records of the batch have callbacks, too
                LOG.warn("{} stream {}: the callback of a record threw", service, stream, e);
            }
        }
        synchronized (lock) {
            runtime.workload().recordsChanged(open, open - settled.size(), enoughRecords);
            open -= settled.size();
            if (closing && open == 0) {
                drained.complete(null);
            }
        }
    }

    /**
     * Accepts no more records, delivers those accepted, and gives up the rest after the timeout. Waits until every
     * callback has returned. An interrupt ends the wait early: the rest is given up at once.
     *
     * @param timeout how long to wait, 0 or more
     */
    public void close(Duration timeout) {
        long waiting;
        synchronized (lock) {
            closing = true;
            state.close();
            waiting = open;
            if (open == 0) {
                drained.complete(null);
            }
        }
        LOG.debug("{} stream {} stops, {} records are under way", service, stream, waiting);
        wakeUp();
        try {
            drained.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abandon();
        } catch (InterruptedException e) {
            abandon();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never completed exceptionally
        }
        LOG.info("{} stream {} stopped: {}", service, stream, ledger());
    }

    private void abandon() {
        List<Settled> rest;
        synchronized (lock) {
            rest = state.abandon(runtime.clock().getAsLong());
        }
        wakeUp(); // to cancel requests in flight, which might still send records given up here
        LOG.warn("{} stream {} stopped with {} records not delivered", service, stream, rest.size());
        callBack(rest);
    }

    /** Returns the stream's health. */
    public StreamHealth health() {
        synchronized (lock) {
            return state.health(runtime.clock().getAsLong());
        }
    }

    /** Returns a fault for an operator to mend although records are delivered; null if there is none. */
    public String warning() {
        return transport.warning();
    }

    /**
     * Returns how often each partition of the stream throttled a record; empty where the service names no partitions.
     * Partitions after the first 1,000 are counted together as {@code others}.
     */
    public Map<String, Long> throttledByPartition() {
        synchronized (lock) {
            return state.throttledByPartition();
        }
    }

    /** Returns the most records in flight now; it falls when the stream throttles. */
    public int inFlightLimit() {
        synchronized (lock) {
            return state.inFlightLimit();
        }
    }

    /** Returns the error code, the service's or ours, that keeps the stream from delivering; null if none. */
    public String ailment() {
        synchronized (lock) {
            RecordResult ailment = state.ailment();
            return ailment == null ? null : ailment.errorCode();
        }
    }

    /** Returns the counts at one moment. */
    public Ledger ledger() {
        synchronized (lock) {
            return state.ledger();
        }
    }
}
