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
 * <p>A record is appended under one short lock by whichever thread brings it. A single pump per stream, run on the shared
 * executor only when there is something to do, takes due requests out and sends them. Answers are applied by index under
 * the lock, also on the executor; then the callbacks run with no lock held. So no thread waits for the service, and no
 * route continues on the thread of an AWS client.
 *
 * <p>Invariant: while a record waits, the pump is running or about to, or all requests are in flight, or the next one waits for its turn
 * among those of other streams, or the timer fires no later than the record was due when last looked at.
 */
public final class BatchSender {

    private static final Logger LOG = LoggerFactory.getLogger(BatchSender.class);

    private final String service;
    private final String stream;
    private final int usualRecordBytes;
    private final Duration requestTimeout;
    private final BatchTransport transport;
    private final SenderRuntime runtime;
    private final CallLimit calls;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private final Object lock = new Object();
    private final StreamState state;

    /** As logged last. */
    private StreamHealth health = StreamHealth.DELIVERING;

    private boolean closing;
    private boolean pumping;
    /** Whether the next request is due, but not its turn. */
    private boolean awaitingTurn;
    /** Whether it is the turn of a request that is not made yet. */
    private boolean hasTurn;

    private Future<?> timer;
    private long timerAt;
    /** Records taken whose callback has not returned. */
    private long open;

    /** Makes a sender whose calls are not limited together with those of others. */
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
     * Makes a sender that is ready to use.
     *
     * @param stream    the stream's name
     * @param limits    of the service
     * @param settings  within the limits
     * @param transport sends to this very stream
     * @param calls     the limit of the calls under way, shared with other senders
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
        this.state = new StreamState(service, stream, settings.within(limits), retryPolicy);
    }

    /**
     * Takes a record and returns at once; its callback is called later, once, on another thread.
     *
     * @throws RecordTooLargeException if it is larger than the stream takes
     * @throws BufferFullException     if there is no memory for it now
     * @throws StreamParkedException   if the stream takes no records now
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
            runtime.intake().recordsChanged(open, open + 1);
            open++;
            if (pumping || !state.appendNeedsAttention()) {
                return null;
            }
            long wakeUpAt = nextWakeUp(now, runtime.intake().pressure());
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

    /** Sends what is due until nothing is. Never runs twice at a time. */
    private void pump() {
        while (true) {
            List<Settled> expired;
            List<Batch> overdue;
            Batch batch;
            boolean turnUnused = false;
            synchronized (lock) {
                long now = runtime.clock().getAsLong();
                Intake.Pressure pressure = runtime.intake().pressure();
                batch = nextBatch(now, pressure);
                expired = state.expire(now);
                overdue = state.takeOverdue(now);
                if (batch == null) {
                    turnUnused = hasTurn;
                    hasTurn = false;
                    setTimer(nextWakeUp(now, pressure), now);
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

    private Batch nextBatch(long now, Intake.Pressure pressure) {
        if (awaitingTurn || state.dueAt(now, pressure) > now) {
            return null;
        }
        if (!hasTurn && !calls.begin(this::turn)) {
            awaitingTurn = true;
            return null;
        }
        Batch batch = state.nextBatch(now, pressure);
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

    private long nextWakeUp(long now, Intake.Pressure pressure) {
        return Math.min(state.overAt(), awaitingTurn ? RecordAccumulator.NEVER : state.dueAt(now, pressure));
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

    /** Makes one result per record of whatever the transport answered. */
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
        String hotShard;
        synchronized (lock) {
            long now = runtime.clock().getAsLong();
            settled = state.settle(batch, results, now, runtime.jitter().getAsDouble());
            before = health;
            health = state.health(now);
            after = health;
            ailment = state.ailment();
            hotShard = state.hotShardReport(now);
        }
        if (hotShard != null) {
            LOG.warn("{} stream {}: {}", service, stream, hotShard);
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
            runtime.intake().recordsChanged(open, open - settled.size());
            open -= settled.size();
            if (closing && open == 0) {
                drained.complete(null);
            }
        }
    }

    /**
     * Takes no more records, delivers those taken, and gives up what is left when the time is over. Waits until every
     * callback has returned. An interrupt ends the wait and not the duty: what is left is given up at once.
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
            throw new IllegalStateException(e); // nobody completes it so
        }
        LOG.info("{} stream {} stopped: {}", service, stream, ledger());
    }

    private void abandon() {
        List<Settled> rest;
        synchronized (lock) {
            rest = state.abandon(runtime.clock().getAsLong());
        }
        wakeUp(); // to cancel what is in flight, which else might send more of what is given up here
        LOG.warn("{} stream {} stopped with {} records not delivered", service, stream, rest.size());
        callBack(rest);
    }

    /** Returns how the stream fares. */
    public StreamHealth health() {
        synchronized (lock) {
            return state.health(runtime.clock().getAsLong());
        }
    }

    /** Returns what an operator should mend although records are delivered, null if nothing. */
    public String warning() {
        return transport.warning();
    }

    /**
     * Returns how many records each shard has throttled, a record as often as it was; empty where the service has no shards.
     * After 1,000 shards the rest is counted as {@code others}.
     */
    public Map<String, Long> throttledByShard() {
        synchronized (lock) {
            return state.throttledByShard();
        }
    }

    /** Returns how many records may be in flight now; it falls when the stream throttles. */
    public int inFlightLimit() {
        synchronized (lock) {
            return state.inFlightLimit();
        }
    }

    /** Returns the service's error code, or a word of ours, for what keeps the stream from delivering; null when nothing does. */
    public String ailment() {
        synchronized (lock) {
            RecordResult ailment = state.ailment();
            return ailment == null ? null : ailment.errorCode();
        }
    }

    /** Returns the counts, taken at one moment. */
    public Ledger ledger() {
        synchronized (lock) {
            return state.ledger();
        }
    }
}
