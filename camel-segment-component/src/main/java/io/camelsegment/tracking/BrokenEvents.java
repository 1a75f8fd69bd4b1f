package io.camelsegment.tracking;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of the broken events of a source: of the first with each code, and then at most once a minute. Says nothing of
 * what they hold. Thread-safe.
 */
final class BrokenEvents {

    private static final Logger LOG = LoggerFactory.getLogger(BrokenEvents.class);

    private final String source;
    private final Quiet<String> quiet;

    /**
     * Creates one that has seen no event.
     *
     * @param nanoClock nanoseconds of a clock that never goes back
     */
    BrokenEvents(String source, LongSupplier nanoClock) {
        this.source = source;
        this.quiet = new Quiet<>(nanoClock);
    }

    /**
     * Warns of an event that was refused, if it is time for a line.
     *
     * @param code one of the few that the API answers
     */
    void refused(String code) {
        quiet.note(
                code,
                more -> LOG.warn(
                        "Source {}: an event was refused with {}{}; its sender does not repeat it",
                        source,
                        code,
                        Quiet.more(more)));
    }
}
