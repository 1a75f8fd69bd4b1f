package io.camelsegment.aws;

import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.Ledger;
import io.camelsegment.delivery.StreamHealth;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one stream, whatever number of senders it has, each with the tags {@code service}, {@code region} and {@code stream}.
 * They are read from the senders' ledgers, so that nothing is counted twice or while records pass. Thread-safe.
 *
 * <ul>
 *   <li>{@code segment.records.accepted}, {@code .delivered}, {@code .failed}, {@code .refused} (counters) and {@code .held} (gauge):
 *       the {@link Ledger};
 *   <li>{@code segment.records.retried}, {@code .throttled}, {@code segment.requests} (counters): records sent again, records that
 *       Kinesis shards throttled, requests sent;
 *   <li>{@code segment.resends.avoided} (counter): events not sent, because they had arrived when their sender sent them before;
 *   <li>{@code segment.stream.parked}, {@code segment.stream.failing} (gauges): 1 while it is, else 0.
 * </ul>
 */
final class StreamMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private final LongAdder resendsAvoided = new LongAdder();

    private final Set<BatchSender> senders = new HashSet<>();
    /** What the senders that are closed have done. */
    private Ledger closed = Ledger.EMPTY;

    private long closedThrottled;

    StreamMeters(MeterRegistry registry, String service, String region, String stream) {
        this.registry = registry;
        this.tags = Tags.of("service", service, "region", region, "stream", stream);
        counter("segment.records.accepted", "Records handed over by routes", m -> m.ledger()
                .accepted());
        counter("segment.records.delivered", "Records that the service has", m -> m.ledger()
                .delivered());
        counter("segment.records.failed", "Records taken and given up", m -> m.ledger()
                .failed());
        counter("segment.records.refused", "Records not taken", m -> m.ledger().refused());
        gauge("segment.records.held", "Records taken and not yet delivered or given up", m -> m.ledger()
                .held());
        counter("segment.records.retried", "Records sent again, once for each time", m -> m.ledger()
                .retried());
        counter(
                "segment.records.throttled",
                "Records that shards throttled, once for each time",
                StreamMeters::throttled);
        counter("segment.requests", "Requests sent", m -> m.ledger().requests());
        counter(
                "segment.resends.avoided",
                "Events not sent, because they had arrived when their sender sent them before",
                m -> m.resendsAvoided.sum());
        gauge(
                "segment.stream.parked",
                "1 while records are refused until an operator mends the stream",
                m -> m.is(StreamHealth.PARKED));
        gauge(
                "segment.stream.failing",
                "1 while no record is delivered and they are sent again",
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

    /** Keeps what a closed sender has done, so that no counter goes back. */
    synchronized void remove(BatchSender sender) {
        if (senders.remove(sender)) {
            closed = closed.plus(sender.ledger());
            closedThrottled += throttled(sender);
        }
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

    private synchronized long throttled() {
        long sum = closedThrottled;
        for (BatchSender sender : senders) {
            sum += throttled(sender);
        }
        return sum;
    }

    private static long throttled(BatchSender sender) {
        return sender.throttledByShard().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private synchronized int is(StreamHealth health) {
        return senders.stream().anyMatch(sender -> sender.health() == health) ? 1 : 0;
    }

    /** Takes the meters out of the registry. */
    void close() {
        meters.forEach(registry::remove);
    }
}
