package io.camelsegment.delivery;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures how much time passes, in nanoseconds since its creation. It never goes back: after the clock of the machine
 * is set back, pauses end in their time. When that clock goes ahead, this one does, too: the machine was suspended,
 * which {@link System#nanoTime} does not tell, or its time was corrected. So a pause may end early, and never late.
 * Thread-safe.
 */
public final class SteadyClock implements LongSupplier {

    /** Smaller differences come from rounding, and from slow corrections of the machine's clock. */
    private static final long LEAST_JUMP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LongSupplier nanoTime;
    private final InstantSource wallClock;
    private final long start;
    private long lastAhead;
    private long jumps;

    /** Creates a clock of the machine's time. */
    public SteadyClock() {
        this(System::nanoTime, InstantSource.system());
    }

    /**
     * Creates a clock.
     *
     * @param nanoTime  never goes back, in nanoseconds
     * @param wallClock may be set
     */
    public SteadyClock(LongSupplier nanoTime, InstantSource wallClock) {
        this.nanoTime = nanoTime;
        this.wallClock = wallClock;
        start = nanoTime.getAsLong();
        lastAhead = ahead(start);
    }

    @Override
    public synchronized long getAsLong() {
        long now = nanoTime.getAsLong();
        long ahead = ahead(now);
        if (ahead - lastAhead >= LEAST_JUMP_NANOS) {
            jumps += ahead - lastAhead;
        }
        lastAhead = ahead;
        return now - start + jumps;
    }

    private long ahead(long now) {
        return TimeUnit.MILLISECONDS.toNanos(wallClock.millis()) - now;
    }
}
