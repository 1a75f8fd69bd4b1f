package io.camelsegment.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the records of one stream. Thread-safe.
 *
 * <p>The caller's thread appends a record under one short lock. A single pump per stream, run on the shared executor
 * only when there is work, takes out due requests and sends them. The executor also applies answers by index under the
 * lock; the callbacks then run without a lock, there if they never block. So no thread waits for the service, and no
 * callback runs in the call of a service's client.
 *
 * <p>A record ends at most three {@code requestTimeout}s after its {@code deliveryTimeout}. No request is begun after
 * the latter. It is cancelled when it was not answered within a {@code requestTimeout}, and counts as not answered
 * after two more: a late answer is then ignored, so that each record counts once.
 *
 * <p>Invariant: while a record waits, the pump is running or scheduled, or all requests are in flight, or the next one
 * waits for its turn among those of other streams, or the timer fires by the time the record was last found due.
 */
public final class BatchSender {

    private static final Logger LOG = LoggerFactory.getLogger(BatchSender.class);

    private static final Duration CALLBACK_GRACE = Duration.ofMillis(100);

    /** Until the next try after an error of our own. */
    private static final long PAUSE_NANOS = 1_000_000_000;

    /** Pause after which a refusing executor is told again. */
    private static final long TELL_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

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

    private final AtomicBoolean stopTold = new AtomicBoolean();
    /** When a refusing executor was told last; negative if it was not. */
    private final AtomicLong refusalToldAt = new AtomicLong(-1);

    private final Set<String> toldErrors = ConcurrentHashMap.newKeySet();

    /** The health logged last. */
    private StreamHealth health = StreamHealth.DELIVERING;

    private boolean closing;
    /** The pump that runs or will run; null if there is none. */
    private Object pump;
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
        this.enoughRecords = 2 * limits.requestRecords();
        this.state = new StreamState(stream, limits, settings.within(limits), retryPolicy, runtime.workload());
    }

    /**
     * Accepts a record and returns at once. Its callback runs once, when the record has ended.
     *
     * @throws RecordTooLargeException if the record exceeds the stream's limit
     * @throws BufferFullException     if there is no memory for it now
     * @throws StreamParkedException   if the stream is parked
     * @throws DeliveryException       if the sender is closing
     */
    public void send(PendingRecord record) {
        List<Settled> refused = sendAll(List.of(record));
        if (!refused.isEmpty()) {
            throw refused.get(0).failure();
        }
    }

    /**
     * Accepts records in their order, as {@link #send} does each of them, and returns at once.
     *
     * @return the records refused, each with the exception that {@link #send} throws; their callbacks are not called
     */
    public List<Settled> sendAll(List<PendingRecord> records) {
        int limit = recordLimit(records);
        List<Settled> refused;
        Object next;
        synchronized (lock) {
            long now = runtime.clock().getAsLong();
            refused = accept(records, limit, now);
            int accepted = records.size() - refused.size();
            if (accepted == 0) {
                return refused;
            }
            runtime.workload().recordsChanged(open, open + accepted, enoughRecords);
            open += accepted;
            if (pump != null || (timer != null && !state.appendNeedsAttention(accepted))) {
                return refused;
            }
            long wakeUpAt = nextWakeUp(now);
            if (wakeUpAt > now) {
                setTimer(wakeUpAt, now);
                return refused;
            }
            next = new Object();
            pump = next;
        }
        handOver(runtime.executor(), () -> pump(next));
        return refused;
    }

    /** Returns the most bytes of a record of these. */
    private int recordLimit(List<PendingRecord> records) {
        int limit = usualRecordBytes;
        for (PendingRecord record : records) {
            if (record.size() > limit) {
                limit = Math.max(limit, transport.recordBytes(record.size(), usualRecordBytes));
            }
        }
        return limit;
    }

    /** Appends records and acquires their memory. Returns those refused. */
    private List<Settled> accept(List<PendingRecord> records, int limit, long now) {
        List<Settled> refused = List.of();
        long admittedBytes = 0;
        for (PendingRecord record : records) {
            DeliveryException refusal = acquire(record, limit);
            if (refusal != null) {
                state.refused();
            } else {
                refusal = state.append(record, now);
                if (record.isAdmitted()) {
                    admittedBytes += refusal == null ? record.size() : 0;
                } else if (refusal != null) {
                    runtime.budget().release(record.size());
                }
            }
            if (refusal != null) {
                refused = refused.isEmpty() ? new ArrayList<>() : refused;
                refused.add(new Settled(record, null, refusal));
            }
        }
        runtime.budget().acquire(admittedBytes);
        return refused;
    }

    /** Acquires the memory of a record that is not admitted yet. Returns null if the record fits, else why not. */
    private DeliveryException acquire(PendingRecord record, int limit) {
        if (record.size() > limit) {
            String message = RecordResult.tooLarge(record.size(), limit).errorMessage();
            return new RecordTooLargeException(service, stream, message, 0);
        }
        return record.isAdmitted() || runtime.budget().tryAcquire(record.size())
                ? null
                : new BufferFullException(service, stream, record.size(), runtime.budget());
    }

    /**
     * Runs a task once: on the executor, or in this thread where that does not take it, since with the task lost a
     * record would never end or the stream never send again. Not to be called with the lock.
     */
    private void handOver(Executor executor, Runnable task) {
        AtomicBoolean begun = new AtomicBoolean();
        Runnable once = () -> {
            if (begun.compareAndSet(false, true)) {
                task.run();
            }
        };
        try {
            executor.execute(once);
        } catch (Throwable e) { // also an Error: no thread to be had
            if (!begun.get() && isRefusalToTell()) {
                LOG.warn(
                        "{} stream {}: no thread takes its work, which so is done by who brings it",
                        service,
                        stream,
                        e);
            }
            once.run();
        }
    }

    /** Returns whether a refusing executor is to be told now: it was not told for a minute. */
    private boolean isRefusalToTell() {
        long now = runtime.clock().getAsLong();
        long last = refusalToldAt.get();
        return (last < 0 || now - last >= TELL_AGAIN_NANOS) && refusalToldAt.compareAndSet(last, now);
    }

    private void wakeUp() {
        Object next;
        synchronized (lock) {
            if (pump != null) {
                return;
            }
            next = new Object();
            pump = next;
        }
        handOver(runtime.executor(), () -> pump(next));
    }

    /** Sends requests until none is due. One thread at a time. */
    private void pump(Object self) {
        try {
            sendDue();
        } catch (Throwable e) { // also an Error: otherwise the pump would seem to run for ever
            synchronized (lock) {
                pump = pump == self ? null : pump; // after its end there may be another
                long now = runtime.clock().getAsLong();
                setTimer(now + PAUSE_NANOS, now);
            }
            LOG.error("{} stream {}: cannot send now", service, stream, e);
        }
    }

    private void sendDue() {
        while (true) {
            List<Settled> expired;
            List<Batch> overdue;
            List<Batch> lost;
            Batch batch;
            boolean turnUnused = false;
            synchronized (lock) {
                long now = runtime.clock().getAsLong();
                batch = nextBatch(now);
                expired = state.expire(now);
                overdue = state.takeOverdue(now);
                lost = state.lost(now);
                if (batch == null) {
                    turnUnused = hasTurn;
                    hasTurn = false;
                    setTimer(nextWakeUp(now), now);
                    pump = null;
                }
            }
            if (turnUnused) {
                calls.end();
            }
            tellEnds(expired);
            overdue.forEach(this::cancel);
            lost.forEach(this::giveUp);
            if (batch == null) {
                return;
            }
            transmit(batch);
        }
    }

    private void giveUp(Batch lost) {
        try {
            answered(lost, null, new CancellationException());
        } catch (Throwable e) { // the next one is not to suffer, and perhaps another pump runs by now
            LOG.error("{} stream {}: a request cannot be given up now", service, stream, e);
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
        timer = schedule(Math.max(0, at - now));
    }

    /** Falls back on the JDK's own timer; returns null if that fails, too. */
    private Future<?> schedule(long delayNanos) {
        try {
            return runtime.timer().schedule(this::timerFired, delayNanos);
        } catch (Throwable e) { // also an Error: no thread to be had
            LOG.debug("{} stream {}: the timer fails", service, stream, e);
        }
        try {
            return CompletableFuture.runAsync(
                    this::timerFired, CompletableFuture.delayedExecutor(delayNanos, TimeUnit.NANOSECONDS));
        } catch (Throwable e) {
            LOG.warn("{} stream {}: no timer, so records wait for the next one", service, stream, e);
            return null;
        }
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
            answer = Objects.requireNonNull(transport.send(batch.records()), "the transport has no answer");
        } catch (Throwable e) { // also an Error, which ends the records
            answer = CompletableFuture.failedFuture(e);
        }
        batch.answeredBy(answer);
        var unused = answer.whenComplete(
                (results, error) -> handOver(runtime.executor(), () -> answered(batch, results, error)));
    }

    private void answered(Batch batch, List<RecordResult> results, Throwable error) {
        endCall(batch);
        settle(batch, results(batch, results, error));
    }

    /** Ends the call of a request, unless it was ended before. */
    private void endCall(Batch batch) {
        boolean ends;
        synchronized (lock) {
            ends = batch.endCall();
        }
        if (ends) {
            calls.end();
        }
    }

    private void cancel(Batch late) {
        try {
            late.answer().cancel(true);
        } catch (Throwable e) { // the transport's own; the answer is not awaited for ever
            LOG.debug("{} stream {}: a request cannot be cancelled", service, stream, e);
        }
        if (late.isAbandoned()) {
            endCall(late);
        }
    }

    /** Turns any answer of the transport into one result per record. */
    private List<RecordResult> results(Batch batch, List<RecordResult> results, Throwable error) {
        int expected = batch.records().size();
        int answered = results == null ? 0 : results.size();
        if (error == null && answered == expected && !hasNull(results)) {
            return results;
        }
        RecordResult failure = RecordResult.ofError(error);
        if (failure != null) {
            tell(failure, error);
        } else if (error == null) {
            String message = "expected " + expected + " results, got " + answered;
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

    private static boolean hasNull(List<RecordResult> results) {
        for (RecordResult result : results) { // not contains, which some lists refuse
            if (result == null) {
                return true;
            }
        }
        return false;
    }

    /** Tells of an error once, however many records and requests it ends. */
    private void tell(RecordResult broken, Throwable error) {
        if (toldErrors.add(broken.errorCode())) {
            LOG.error("{} stream {}: records are given up: {}", service, stream, broken.describe(), error);
        }
    }

    private void settle(Batch batch, List<RecordResult> results) {
        for (RecordResult result : results) {
            if (result.verdict() == Verdict.BROKEN) {
                tell(result, null);
            }
        }
        List<Settled> settled;
        List<StreamState.Retry> retries;
        StreamHealth before;
        StreamHealth after;
        RecordResult ailment;
        HotPartitions.Report hotPartition;
        synchronized (lock) {
            long now = runtime.clock().getAsLong();
            settled = state.settle(batch, results, now, runtime.jitter().getAsDouble());
            retries = state.takeRetries();
            before = health;
            health = state.health(now);
            after = health;
            ailment = state.ailment();
            hotPartition = state.hotPartitionReport(now);
        }
        tellRetries(retries);
        wakeUp();
        tellEnds(settled);
        if (hotPartition != null) {
            warn(hotPartition);
        }
        if (before != after) {
            logHealth(after, ailment);
        }
    }

    private void tellRetries(List<StreamState.Retry> retries) {
        try {
            retries.forEach(StreamState.Retry::tell);
        } catch (Throwable e) { // the records are not to suffer
            LOG.debug("{} stream {}: who hears of retries threw", service, stream, e);
        }
    }

    private void warn(HotPartitions.Report hotPartition) {
        String warning;
        try {
            warning = transport.hotPartition(hotPartition.partition(), hotPartition.facts());
        } catch (RuntimeException e) {
            warning = hotPartition.partition() + " " + hotPartition.facts();
        }
        LOG.warn("{} stream {}: {}", service, stream, warning);
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

    /** Calls back, in this thread where nobody blocks. Not to be called with the lock. */
    private void tellEnds(List<Settled> settled) {
        List<Settled> here = new ArrayList<>(settled.size());
        List<Settled> elsewhere = new ArrayList<>(0);
        for (Settled one : settled) {
            boolean blocks = one.failure() != null || !one.record().callback().neverBlocks();
            (blocks ? elsewhere : here).add(one);
        }
        if (!elsewhere.isEmpty()) {
            handOver(runtime.callbacks(), () -> callBack(elsewhere));
        }
        if (!here.isEmpty()) {
            callBack(here);
        }
    }

    private void callBack(List<Settled> settled) {
        long bytes = 0;
        for (Settled one : settled) {
            bytes += one.record().size();
        }
        runtime.budget().release(bytes);
        for (List<Settled> ofOne : Settled.byCallback(settled)) {
            try {
                ofOne.get(0).record().callback().settled(ofOne);
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

    /** Closes this sender alone; see {@link #closeAll}. */
    public void close(Duration timeout) {
        closeAll(List.of(this), timeout);
    }

    /**
     * Closes senders together. They accept no more records, deliver those accepted, and give up the rest after the
     * timeout. Waits until every callback has returned, at most 100 ms longer than the timeout: those of records given
     * up run on the executor of callbacks, and go on there when they take longer. An interrupt ends the wait early: the
     * rest is given up at once.
     *
     * @param timeout how long to wait for all of them, 0 or more
     */
    public static void closeAll(Collection<BatchSender> senders, Duration timeout) {
        senders.forEach(BatchSender::stopAccepting);
        if (!drainWithin(timeout, senders)) {
            senders.stream().filter(sender -> !sender.drained.isDone()).forEach(BatchSender::abandon);
            boolean unused = drainWithin(CALLBACK_GRACE, senders);
        }
        senders.forEach(BatchSender::tellStop);
    }

    private void tellStop() {
        if (!stopTold.getAndSet(true)) {
            LOG.info("{} stream {} stopped: {}", service, stream, ledger());
        }
    }

    private void stopAccepting() {
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
    }

    /** Returns false also when the wait was interrupted. */
    private static boolean drainWithin(Duration time, Collection<BatchSender> senders) {
        try {
            CompletableFuture.allOf(
                            senders.stream().map(sender -> sender.drained).toArray(CompletableFuture[]::new))
                    .get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never completed exceptionally
        }
    }

    private void abandon() {
        List<Settled> rest;
        synchronized (lock) {
            rest = state.abandon(runtime.clock().getAsLong());
        }
        calls.abandon();
        wakeUp(); // to cancel requests in flight, which might still send records given up here
        if (!rest.isEmpty()) {
            LOG.warn("{} stream {} stopped with {} records not delivered", service, stream, rest.size());
        }
        tellEnds(rest);
    }

    /** Returns whether no record is under way and every callback has returned. */
    public boolean isIdle() {
        synchronized (lock) {
            return open == 0;
        }
    }

    /** Returns the bytes of the records that are neither delivered nor given up. */
    public long heldBytes() {
        synchronized (lock) {
            return state.heldBytes();
        }
    }

    /** Returns the age of the oldest record that is neither delivered nor given up; zero if there is none. */
    public Duration oldestAge() {
        synchronized (lock) {
            long oldest = state.oldestNanos();
            return oldest == RecordAccumulator.NEVER
                    ? Duration.ZERO
                    : Duration.ofNanos(runtime.clock().getAsLong() - oldest);
        }
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
