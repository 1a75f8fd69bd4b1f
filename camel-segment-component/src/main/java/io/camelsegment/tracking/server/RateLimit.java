package io.camelsegment.tracking.server;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits the events of each write key of a source by a token bucket that refills steadily. No request waits: one that
 * comes too early is told when to come again. Thread-safe.
 */
public final class RateLimit {

    private final int eventsPerSecond;
    private final int burstEvents;
    private final TimeMeter clock;

    private final KeyDigest digest = new KeyDigest();

    /** Buckets by the digest of the write key. Only keys of the source get here, which bounds their number. */
    private final Map<ByteBuffer, Bucket> buckets = new ConcurrentHashMap<>();

    /**
     * Creates a limit.
     *
     * @param eventsPerSecond most events that a key may send all the time, at least 1
     * @param burstEvents     most events at once after a pause, at least 1; a request with more is never taken
     * @param nanoTime        a clock like {@link System#nanoTime()}
     */
    public RateLimit(int eventsPerSecond, int burstEvents, LongSupplier nanoTime) {
        this.eventsPerSecond = eventsPerSecond;
        this.burstEvents = burstEvents;
        this.clock = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanoTime.getAsLong();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    /**
     * Counts all events of a request, or none if there is no room for all.
     *
     * @param writeKey the key of the request; empty for a webhook, which sends none
     * @return 0 if they are counted, else the seconds until there is room for them, if nothing else comes
     */
    long secondsUntilTaken(String writeKey, int events) {
        Bucket bucket = buckets.computeIfAbsent(digest.of(writeKey), key -> newBucket());
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(events);
        return probe.isConsumed()
                ? 0
                : 1 + TimeUnit.NANOSECONDS.toSeconds(Math.max(0, probe.getNanosToWaitForRefill() - 1));
    }

    private Bucket newBucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burstEvents).refillGreedy(eventsPerSecond, Duration.ofSeconds(1)))
                .withCustomTimePrecision(clock)
                .build();
    }
}
