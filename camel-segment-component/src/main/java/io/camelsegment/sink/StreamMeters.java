package io.camelsegment.sink;

import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.Ledger;
import io.camelsegment.delivery.StreamHealth;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one stream, for all its senders, with the tags {@code camelContext}, {@code service}, {@code region}
 * and {@code stream}. Their values come from the senders' ledgers, so nothing is counted twice and sending is not
 * slowed. Thread-safe.
 *
 * <ul>
 *   <li>{@code segment.records.accepted}, {@code .delivered}, {@code .failed}, {@code .refused} (counters) and
 *       {@code .held} (gauge): the {@link Ledger};
 *   <li>{@code segment.records.oldest} (gauge): age of the oldest of those held, in seconds;
 *   <li>{@code segment.records.retried}, {@code .throttled} (counters): records sent again, records throttled by a
 *       partition of the stream;
 *   <li>{@code segment.calls} (timer): calls, each from when it is sent to its answer;
 *   <li>{@code segment.resends.avoided} (counter): events not sent, because an earlier attempt of their request
 *       delivered them;
 *   <li>{@code segment.stream.parked}, {@code segment.stream.failing} (gauges): 1 while the stream is in that state,
 *       else 0.
 * </ul>
 */
final class StreamMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private final LongAdder resendsAvoided = new LongAdder();
    private final Timer calls;

    private final Set<BatchSender> senders = new HashSet<>();
    /** The sum of all closed senders. */
    private Ledger closed = Ledger.EMPTY;

    private long closedThrottled;
    private final Progress progress = new Progress();

    /**
     * Registers the meters.
     *
     * @param context tells them from those of a context that shares the registry and delivers to the same stream
     */
    StreamMeters(MeterRegistry registry, StreamName name, Tags context) {
        this.registry = registry;
        this.tags = context.and("service", name.service(), "region", name.region(), "stream", name.stream());
        counter("segment.records.accepted", "Records from routes", m -> m.ledger()
                .accepted());
        counter("segment.records.delivered", "Records that the service confirmed", m -> m.ledger()
                .delivered());
        counter("segment.records.failed", "Records taken and given up", m -> m.ledger()
                .failed());
        counter("segment.records.refused", "Records not taken", m -> m.ledger().refused());
        gauge("segment.records.held", "Records taken and not yet delivered or given up", m -> m.ledger()
                .held());
        counter("segment.records.retried", "Records sent again, counted each time", m -> m.ledger()
                .retried());
        counter(
                "segment.records.throttled",
                "Records that the service throttled, counted each time",
                StreamMeters::throttled);
        meters.add(Gauge.builder("segment.records.oldest", this, StreamMeters::oldestSeconds)
                .description("Age of the oldest record taken and not yet delivered or given up")
                .baseUnit("seconds")
                .tags(tags)
                .strongReference(false)
                .register(registry));
        calls = Latency.timer("segment.calls", "Calls, from when they are sent to their answer")
                .tags(tags)
                .register(registry);
        meters.add(calls);
        counter(
                "segment.resends.avoided",
                "Events not sent, because an earlier attempt of their request delivered them",
                m -> m.resendsAvoided.sum());
        gauge(
                "segment.stream.parked",
                "1 while the stream refuses records until an operator repairs it",
                m -> m.is(StreamHealth.PARKED));
        gauge(
                "segment.stream.failing",
                "1 while the stream delivers nothing and sends its records again",
                m -> m.is(StreamHealth.FAILING));
    }

    private void counter(String name, String description, ToDoubleFunction<StreamMeters> value) {
        meters.add(FunctionCounter.builder(name, this, value)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void gauge(String name, String description, ToDoubleFunction<StreamMeters> value) {
        meters.add(Gauge.builder(name, this, value)
                .description(description)
                .tags(tags)
                .strongReference(false)
                .register(registry));
    }

    synchronized void add(BatchSender sender) {
        senders.add(sender);
    }

    /** Keeps the counts of a closed sender, so that no counter decreases. */
    synchronized void remove(BatchSender sender) {
        if (senders.remove(sender)) {
            closed = closed.plus(sender.ledger());
            closedThrottled += throttled(sender);
        }
    }

    /** Returns what the stream did since the last call, as text for the log; null if it did nothing. */
    synchronized String progress() {
        return progress.next(ledger(), calls);
    }

    /** Returns the timer of the stream's calls. */
    Timer calls() {
        return calls;
    }

    void resendAvoided() {
        resendsAvoided.increment();
    }

    private synchronized Ledger ledger() {
        Ledger sum = closed;
        for (BatchSender sender : senders) {
            sum = sum.plus(sender.ledger());
        }
        return sum;
    }

    private synchronized double oldestSeconds() {
        return senders.stream()
                        .map(BatchSender::oldestAge)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    private synchronized long throttled() {
        long sum = closedThrottled;
        for (BatchSender sender : senders) {
            sum += throttled(sender);
        }
        return sum;
    }

    private static long throttled(BatchSender sender) {
        return sender.throttledByPartition().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private synchronized int is(StreamHealth health) {
        return senders.stream().anyMatch(sender -> sender.health() == health) ? 1 : 0;
    }

    /** Removes the meters from the registry. */
    void close() {
        meters.forEach(registry::remove);
    }
}
