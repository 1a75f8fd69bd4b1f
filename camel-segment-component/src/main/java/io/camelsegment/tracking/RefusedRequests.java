package io.camelsegment.tracking;

import io.camelsegment.sink.SharedBeans;
import io.camelsegment.tracking.server.Refusals;
import io.camelsegment.tracking.server.Sources;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the requests that are refused as a whole, in {@code segment.requests.refused} by {@code source}, {@code call}
 * and {@code code}. Warns of the first of each kind, and then at most once a minute. Thread-safe.
 */
final class RefusedRequests implements Refusals {

    static final String NAME = "segment.requests.refused";

    /** The source of requests whose write key is missing or unknown, or whose body cannot be read. */
    private static final String UNKNOWN = "unknown";

    private static final Logger LOG = LoggerFactory.getLogger(RefusedRequests.class);

    private final MeterRegistry registry;
    private final Tags contextTag;
    private final Sources sources;
    private final Quiet<Kind> quiet;

    private record Kind(String source, String call, String code) {}

    /**
     * Creates one that has counted nothing.
     *
     * @param sources   has the sources whose names become tags; a removed one is counted as unknown
     * @param nanoClock nanoseconds of a clock that never goes back
     */
    RefusedRequests(CamelContext context, Sources sources, LongSupplier nanoClock) {
        this.registry = SharedBeans.meterRegistry(context);
        this.contextTag = SourceMetrics.contextTag(context);
        this.sources = sources;
        this.quiet = new Quiet<>(nanoClock);
    }

    @Override
    public void refused(String source, String call, String code, boolean repeats) {
        String known = source == null || !sources.contains(source) ? UNKNOWN : source;
        Counter.builder(NAME)
                .description("Requests refused as a whole, by reason")
                .tags(contextTag)
                .tag("source", known)
                .tag("call", call)
                .tag("code", code)
                .register(registry)
                .increment();
        Kind kind = new Kind(known, call, code);
        quiet.note(kind, more -> warn(kind, more, repeats));
    }

    private static void warn(Kind kind, long more, boolean repeats) {
        LOG.warn(
                "{}: {} {} request was refused with {}{}; the sender {}{}",
                kind.source().equals(UNKNOWN) ? "No known source" : "Source " + kind.source(),
                "aeiou".indexOf(kind.call().charAt(0)) < 0 ? "a" : "an",
                kind.call(),
                kind.code(),
                Quiet.more(more),
                repeats ? "is asked to repeat it" : "drops its events",
                !kind.code().equals("project_not_found")
                        ? ""
                        : kind.call().equals("webhook")
                                ? "; compare the name in its path with those of the sources that have webhook=true"
                                : "; compare the writeKey of the SDKs with that of the sources");
    }

    /** Forgets a source that was removed. */
    void forget(String source) {
        quiet.forget(kind -> kind.source().equals(source));
    }
}
