package io.camelsegment.delivery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that may be held at a time: everything accepted and not yet delivered, of all streams together.
 *
 * <p>The HTTP consumer counts a whole request when it arrives and gives the bytes back when it is answered. A sender counts
 * every record that it holds, but refuses none that came in with an admitted request: such a request never fails half-way
 * for want of memory, and what waits after its answer, behind a {@code seda} say, still holds new requests back.
 * Thread-safe, lock-free.
 */
public final class MemoryBudget {

    /** The default: 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    /**
     * What an event counts for beside its own bytes while a route has it: its Exchange with headers and unit of work takes about 3 KB of
     * heap, and small events would fill the heap long before the budget.
     */
    public static final int EVENT_BYTES = 4096;

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    /**
     * Makes an empty budget.
     *
     * @param maxBytes at least 1
     * @throws IllegalArgumentException if it is less
     */
    public MemoryBudget(long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBufferedBytes must be at least 1, was " + maxBytes);
        }
        this.maxBytes = maxBytes;
    }

    /**
     * Takes bytes if there is room for them, or if nothing is held at all: one event is always let through, however small
     * the budget.
     *
     * @param bytes 0 or more
     * @return whether they were taken; if so, they must be released once
     */
    public boolean tryAcquire(long bytes) {
        while (true) {
            long now = held.get();
            if (now != 0 && now + bytes > maxBytes) {
                return false;
            }
            if (held.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    /**
     * Takes bytes whether there is room or not.
     *
     * @param bytes 0 or more; must be released once
     */
    public void acquire(long bytes) {
        held.addAndGet(bytes);
    }

    /** Gives bytes back that were acquired. */
    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Returns the bytes held now. */
    public long heldBytes() {
        return held.get();
    }

    /** Returns the bytes that may be held. */
    public long maxBytes() {
        return maxBytes;
    }

    @Override
    public String toString() {
        return "MemoryBudget[" + held + " of " + maxBytes + " bytes]";
    }
}
