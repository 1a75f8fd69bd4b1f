package io.camelsegment.tracking.server;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.StreamParkedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts the bytes of requests against the application's memory budget, and tells how long senders should wait.
 * Thread-safe.
 */
final class RequestMemory {

    /** Seconds to wait when nothing tells a better time. */
    private static final int DEFAULT_SECONDS = 5;

    private static final int MOST_SECONDS = 300;
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MemoryBudget budget;
    private final LongSupplier nanoTime;

    private final AtomicLong held = new AtomicLong();
    private long released;
    private long sampledAt;
    private long sampledReleased;
    private double bytesPerSecond;

    RequestMemory(MemoryBudget budget, LongSupplier nanoTime) {
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.sampledAt = nanoTime.getAsLong();
    }

    /**
     * Returns whether so many bytes would be admitted now. Holds nothing: bytes that a sender only declares are not
     * counted.
     */
    boolean hasRoomFor(long bytes) {
        long held = budget.heldBytes();
        return held == 0 || held + bytes <= budget.maxBytes();
    }

    /**
     * Raises the bytes that a request holds, if there is room. A request that is alone always gets them, however small
     * the budget.
     *
     * @param held bytes held so far, which it keeps if there is no room
     * @param sum  bytes to hold in all
     */
    boolean tryRaise(long held, long sum) {
        boolean raised = budget.tryAcquire(sum - held);
        if (!raised) {
            budget.release(held);
            raised = budget.tryAcquire(sum);
            if (!raised) {
                budget.acquire(held);
            }
        }
        if (raised) {
            this.held.addAndGet(sum - held);
        }
        return raised;
    }

    /** Returns the bytes that all requests hold. */
    long heldBytes() {
        return held.get();
    }

    void release(long bytes) {
        budget.release(bytes);
        held.addAndGet(-bytes);
        synchronized (this) {
            released += bytes;
        }
    }

    /** Returns the seconds, 1 to 300, until the bytes held now are delivered, at the rate of the last seconds. */
    synchronized int secondsUntilDrained() {
        long elapsed = nanoTime.getAsLong() - sampledAt;
        if (elapsed >= SAMPLE_NANOS) {
            bytesPerSecond = (released - sampledReleased) * (double) TimeUnit.SECONDS.toNanos(1) / elapsed;
            sampledAt += elapsed;
            sampledReleased = released;
        }
        return bytesPerSecond == 0 ? DEFAULT_SECONDS : bounded((long) Math.ceil(budget.heldBytes() / bytesPerSecond));
    }

    /** Returns the seconds to wait after a failure: those that it names, else a default. */
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
