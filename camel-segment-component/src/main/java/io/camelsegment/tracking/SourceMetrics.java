package io.camelsegment.tracking;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.Observation;
import io.camelsegment.sink.Latency;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/**
 * The counters of one source, in the MeterRegistry of the CamelContext's registry, else in Micrometer's global one.
 * Requests that are refused as a whole are counted by {@link RefusedRequests}. Thread-safe.
 *
 * <ul>
 *   <li>{@code segment.events}, by {@code source} and {@code outcome}: {@code delivered}, {@code failed} (its sender
 *       was asked to repeat the request), {@code rejected} (refused for good) or {@code duplicate} (delivered before);
 *   <li>{@code segment.events.rejected}, by {@code source} and {@code code}: the reason;
 *   <li>{@code segment.timestamps.unreadable}, by {@code source}: events that got the time of arrival, because their
 *       own could not be read;
 *   <li>{@code segment.timestamps.ambiguous}, by {@code source}: events whose time was read, but could be taken for
 *       another;
 *   <li>{@code segment.delivery.latency} (timer), by {@code source}: from the arrival of a request until all its events
 *       are delivered;
 *   <li>{@code segment.libraries}, by {@code source} and {@code library}: requests by {@code context.library.name} of
 *       their first event: one of Segment's libraries, or {@code other};
 *   <li>{@code segment.requests.mislabelled}, by {@code source}: requests whose {@code Content-Encoding} is not that of
 *       their body.
 * </ul>
 */
final class SourceMetrics {

    private static final String EVENTS = "segment.events";
    private static final String OTHER = "other";

    /** Segment's libraries, by the names that they send. */
    private static final Set<String> LIBRARIES = Set.of(
            "analytics.js",
            "@segment/analytics-node",
            "@segment/analytics-react-native",
            "analytics-android",
            "Analytics-CSharp",
            "analytics-flutter",
            "analytics-go",
            "analytics-ios",
            "analytics-java",
            "analytics-kotlin",
            "Analytics.NET",
            "analytics-node",
            "analytics-php",
            "analytics-python",
            "analytics-react-native",
            "analytics-ruby",
            "analytics-swift",
            "analytics_flutter");

    private final String source;
    private final Observation observation;
    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter delivered;
    private final Counter failed;
    private final Counter rejected;
    private final Counter duplicate;
    private final Counter unreadable;
    private final Counter ambiguous;
    private final Counter mislabelled;
    private final Timer latency;
    private final Map<String, Counter> libraries = new ConcurrentHashMap<>();

    SourceMetrics(CamelContext context, String source) {
        this.source = source;
        this.observation = SharedBeans.observation(context);
        this.registry = SharedBeans.meterRegistry(context);
        this.tags = contextTag(context).and("source", source);
        this.delivered = outcome("delivered");
        this.failed = outcome("failed");
        this.rejected = outcome("rejected");
        this.duplicate = outcome("duplicate");
        this.unreadable = Counter.builder("segment.timestamps.unreadable")
                .description("Events whose own time could not be read")
                .tags(tags)
                .register(registry);
        this.ambiguous = Counter.builder("segment.timestamps.ambiguous")
                .description("Events whose own time could be read in two ways")
                .tags(tags)
                .register(registry);
        this.mislabelled = Counter.builder("segment.requests.mislabelled")
                .description("Requests whose Content-Encoding is not that of their body")
                .tags(tags)
                .register(registry);
        this.latency = Latency.timer(
                        "segment.delivery.latency", "From the arrival of a request until its events are delivered")
                .tags(tags)
                .register(registry);
    }

    /** Contexts may share a registry, and have sources of the same name. */
    static Tags contextTag(CamelContext context) {
        return Tags.of("camelContext", context.getName());
    }

    /** Removes all meters of a source: a collector that gets and loses sources would collect theirs for ever. */
    static void remove(CamelContext context, String source) {
        MeterRegistry registry = SharedBeans.meterRegistry(context);
        Search.in(registry)
                .name(name -> name.startsWith("segment."))
                .tags(contextTag(context).and("source", source))
                .meters()
                .forEach(registry::remove);
    }

    private Counter outcome(String outcome) {
        return Counter.builder(EVENTS)
                .description("Events received, by outcome")
                .tags(tags)
                .tag("outcome", outcome)
                .register(registry);
    }

    void done(int delivered, int failed) {
        if (delivered > 0) {
            this.delivered.increment(delivered);
        }
        if (failed > 0) {
            this.failed.increment(failed);
        }
    }

    /** Notes the library that sent a request; null if its first event names none. */
    void sentBy(String name) {
        boolean known = name != null && LIBRARIES.contains(name);
        libraries.computeIfAbsent(known ? name : OTHER, this::library).increment();
    }

    private Counter library(String name) {
        return Counter.builder("segment.libraries")
                .description("Requests by the library that sent them")
                .tags(tags)
                .tag("library", name)
                .register(registry);
    }

    /** Notes that all events of a request are delivered. */
    void delivered(long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts a duplicate and shows it to who looks. */
    void duplicate(SegmentEvent event) {
        duplicate.increment();
        EventObserver observer = observation.feed();
        if (observer != null) {
            observer.duplicate(source, event);
        }
    }

    void unreadableTimestamp() {
        unreadable.increment();
    }

    void ambiguousTimestamp() {
        ambiguous.increment();
    }

    void mislabelled() {
        mislabelled.increment();
    }

    void rejected(String code) {
        rejected.increment();
        Counter.builder(EVENTS + ".rejected")
                .description("Events refused for good, by Segment's reason")
                .tags(tags)
                .tag("code", code)
                .register(registry)
                .increment();
    }
}
