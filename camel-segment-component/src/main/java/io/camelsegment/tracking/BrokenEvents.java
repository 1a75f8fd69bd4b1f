package io.camelsegment.tracking;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of the broken events of a source: of the first with each code, and then at most once a minute, since one wrong
 * SDK sends thousands. Says nothing of what they hold. Thread-safe.
 */
final class BrokenEvents {

    private static final Logger LOG = LoggerFactory.getLogger(BrokenEvents.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String source;
    private final LongSupplier nanoClock;
    private final Map<String, Silence> silences = new ConcurrentHashMap<>();

    /**
     * How long nothing is told of a code.
     *
     * @param since  when it was told last
     * @param untold events since then
     */
    private record Silence(long since, long untold) {}

    /**
     * Creates one that has seen no event.
     *
     * @param nanoClock nanoseconds of a clock that never goes back
     */
    BrokenEvents(String source, LongSupplier nanoClock) {
        this.source = source;
        this.nanoClock = nanoClock;
    }

    /**
     * Tells of an event that was refused.
     *
     * @param code one of the few that the API answers
     */
    void refused(String code) {
        silences.compute(code, (same, silence) -> {
            long now = nanoClock.getAsLong();
            if (silence != null && now - silence.since() < QUIET_NANOS) {
                return new Silence(silence.since(), silence.untold() + 1);
            }
            long more = silence == null ? 0 : silence.untold();
            LOG.warn(
                    "Source {}: an event was refused with {}{}; its sender does not repeat it",
                    source,
                    code,
                    more == 0 ? "" : ", as " + more + " more since the last such line");
            return new Silence(now, 0);
        });
    }
}
