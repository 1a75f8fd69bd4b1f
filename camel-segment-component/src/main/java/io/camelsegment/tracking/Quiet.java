package io.camelsegment.tracking;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Logs the first event of each kind, and then at most one a minute: one wrong SDK sends thousands. Thread-safe.
 *
 * @param <K> a few kinds
 */
final class Quiet<K> {

    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoClock;
    private final Map<K, Silence> silences = new ConcurrentHashMap<>();

    /**
     * How long a kind is not logged.
     *
     * @param since    when it was logged last
     * @param unlogged events since then
     */
    private record Silence(long since, long unlogged) {}

    /**
     * Creates one that has logged nothing.
     *
     * @param nanoClock nanoseconds of a clock that never goes back
     */
    Quiet(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Notes an event.
     *
     * @param log writes the line, if it is time for one; gets the number of events since the last line, this one aside
     */
    void note(K kind, LongConsumer log) {
        silences.compute(kind, (same, silence) -> {
            long now = nanoClock.getAsLong();
            if (silence != null && now - silence.since() < QUIET_NANOS) {
                return new Silence(silence.since(), silence.unlogged() + 1);
            }
            log.accept(silence == null ? 0 : silence.unlogged());
            return new Silence(now, 0);
        });
    }

    /** Returns what a line says of the events since the last one. */
    static String more(long events) {
        return events == 0 ? "" : ", as " + events + " more since the last such line";
    }

    void forget(Predicate<K> kinds) {
        silences.keySet().removeIf(kinds);
    }
}
