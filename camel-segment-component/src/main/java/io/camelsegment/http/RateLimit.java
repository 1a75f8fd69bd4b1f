package io.camelsegment.http;

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
 * How many events each write key of a source may bring: a token bucket a key, which refills steadily. Nobody waits; who comes too early
 * is told when to come again. Thread-safe.
 */
public final class RateLimit {

    private final int eventsPerSecond;
    private final int burstEvents;
    private final TimeMeter clock;

    private final KeyDigest digest = new KeyDigest();

    /** By the digests of write keys. Only keys that lead to the source get here, so that there are no more than it has. */
    private final Map<ByteBuffer, Bucket> buckets = new ConcurrentHashMap<>();

    /**
     * Sets the limit.
     *
     * @param eventsPerSecond what a key may bring all the time, at least 1
     * @param burstEvents     what a key that was quiet may bring at once, at least 1; a request with more events is never taken
     * @param nanoTime        a clock as {@link System#nanoTime()}
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
     * Counts the events of a request if there is room for all of them, else none of them.
     *
     * @param writeKey the key they came with; empty for those of a webhook, which carry none
     * @return 0 when they are taken, else in how many seconds there is room for them if nothing else comes
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
