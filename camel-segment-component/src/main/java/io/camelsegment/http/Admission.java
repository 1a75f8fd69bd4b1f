package io.camelsegment.http;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.StreamParkedException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts the bytes of requests against the application's memory budget, and tells those who have to come again how long to wait.
 * Thread-safe.
 */
final class Admission {

    /** A wait when nothing tells a better one, in seconds. */
    private static final int DEFAULT_SECONDS = 5;

    private static final int MOST_SECONDS = 300;
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MemoryBudget budget;
    private final LongSupplier nanoTime;

    private long released;
    private long sampledAt;
    private long sampledReleased;
    private double bytesPerSecond;

    Admission(MemoryBudget budget, LongSupplier nanoTime) {
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.sampledAt = nanoTime.getAsLong();
    }

    /** Tells whether so many bytes would be let in now. Holds nothing: what a sender only promises to send is not counted. */
    boolean hasRoomFor(long bytes) {
        long held = budget.heldBytes();
        return held == 0 || held + bytes <= budget.maxBytes();
    }

    /**
     * Raises what a request holds, if there is room for that. One that is alone is always let through, however small the budget.
     *
     * @param held what it holds already, which it keeps if there is no room
     * @param sum  what it is to hold in all
     */
    boolean tryRaise(long held, long sum) {
        if (budget.tryAcquire(sum - held)) {
            return true;
        }
        budget.release(held);
        if (budget.tryAcquire(sum)) {
            return true;
        }
        budget.acquire(held);
        return false;
    }

    void release(long bytes) {
        budget.release(bytes);
        synchronized (this) {
            released += bytes;
        }
    }

    /** Returns how long it will take, at the rate of the last seconds, until what is held now is delivered: 1 to 300 seconds. */
    synchronized int secondsUntilDrained() {
        long elapsed = nanoTime.getAsLong() - sampledAt;
        if (elapsed >= SAMPLE_NANOS) {
            bytesPerSecond = (released - sampledReleased) * (double) TimeUnit.SECONDS.toNanos(1) / elapsed;
            sampledAt += elapsed;
            sampledReleased = released;
        }
        return bytesPerSecond == 0 ? DEFAULT_SECONDS : bounded((long) Math.ceil(budget.heldBytes() / bytesPerSecond));
    }

    /** Returns how long to wait after a failure, in seconds: what the failure says, if it does. */
    int secondsAfter(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StreamParkedException parked) {
                return bounded(parked.getRetryAfter().toSeconds() + 1);
            }
        }
        return DEFAULT_SECONDS;
    }

    private static int bounded(long seconds) {
        return (int) Math.max(1, Math.min(MOST_SECONDS, seconds));
    }
}
