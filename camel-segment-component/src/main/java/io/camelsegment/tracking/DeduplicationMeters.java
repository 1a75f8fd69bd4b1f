package io.camelsegment.tracking;

import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.IdempotentRepository;

/**
 * What the messageIds of a context's sources take, in the MeterRegistry of its registry, else in Micrometer's global
 * one, while a source remembers them in a {@link MessageIdRepository}. A repository of several sources counts once.
 * Thread-safe.
 *
 * <ul>
 *   <li>{@code segment.deduplication.ids}: messageIds that are remembered;
 *   <li>{@code segment.deduplication.bytes}: bytes that they take;
 *   <li>{@code segment.deduplication.max.bytes}: most bytes that they may take.
 * </ul>
 */
final class DeduplicationMeters {

    // Guarded by this.
    private final Map<SegmentConsumer, MessageIdRepository> repositories = new HashMap<>();
    private final List<Meter> meters = new ArrayList<>();

    /** Adds the repository of a source; of another class, or null, it is left out. */
    synchronized void add(SegmentConsumer source, IdempotentRepository repository) {
        if (repository instanceof MessageIdRepository ids) {
            repositories.put(source, ids);
            if (meters.isEmpty()) {
                CamelContext context = source.getEndpoint().getCamelContext();
                meters.add(gauge(
                        context, "ids", "ids", "MessageIds that deduplicate remembers", MessageIdRepository::size));
                meters.add(gauge(
                        context, "bytes", "bytes", "Bytes that those messageIds take", MessageIdRepository::bytes));
                meters.add(gauge(
                        context,
                        "max.bytes",
                        "bytes",
                        "Most bytes that they may take",
                        MessageIdRepository::getMaxBytes));
            }
        }
    }

    /** Removes the repository of a source, and the meters with the last one. */
    synchronized void remove(SegmentConsumer source) {
        repositories.remove(source);
        if (repositories.isEmpty()) {
            MeterRegistry registry =
                    SharedBeans.meterRegistry(source.getEndpoint().getCamelContext());
            meters.forEach(registry::remove);
            meters.clear();
        }
    }

    private Gauge gauge(
            CamelContext context,
            String name,
            String unit,
            String description,
            ToLongFunction<MessageIdRepository> value) {
        ToDoubleFunction<DeduplicationMeters> sum = all -> all.sum(value);
        return Gauge.builder("segment.deduplication." + name, this, sum)
                .description(description)
                .baseUnit(unit)
                .tags(SourceMetrics.contextTag(context))
                .register(SharedBeans.meterRegistry(context));
    }

    private synchronized long sum(ToLongFunction<MessageIdRepository> value) {
        return repositories.values().stream().distinct().mapToLong(value).sum();
    }
}
