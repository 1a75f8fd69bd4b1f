package io.camelsegment.delivery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the bytes held at a time: everything accepted and not yet delivered, of all streams together.
 *
 * <p>The HTTP consumer acquires the bytes of a request on arrival and releases them with the response. A sender
 * acquires the bytes of each record it holds, but never refuses a record of an admitted request: no request fails
 * half-way for lack of memory, and records that wait beyond the response, as behind a {@code seda}, still hold back new
 * requests. Thread-safe, lock-free.
 */
public final class MemoryBudget {

    /** The default, if a quarter of the heap is not less: 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    /*
     * What else is counted, in bytes of heap as measured in the app with a stalled stream. Without it, small events
     * would fill the heap long before the budget.
     */

    /** Bytes counted for an HTTP request: with its headers, Vert.x' objects and those of its connection. */
    public static final int REQUEST_BYTES = 5120;

    /** Bytes counted for an Exchange in a route: with its headers, unit of work and the steps to come back to. */
    public static final int EXCHANGE_BYTES = 2048;

    /** Bytes counted for an event, in addition to its own: with its ids, its record and what waits for the result. */
    public static final int EVENT_BYTES = 512;

    private final AtomicLong held = new AtomicLong();
    private volatile long maxBytes;

    /**
     * Creates an unused budget.
     *
     * @param maxBytes at least 1
     * @throws IllegalArgumentException if {@code maxBytes} is less
     */
    public MemoryBudget(long maxBytes) {
        this.maxBytes = atLeastOne(maxBytes);
    }

    /** Returns the maximum that fits this JVM's heap: {@link #DEFAULT_MAX_BYTES}, or a quarter of the heap if less. */
    public static long defaultMaxBytes() {
        return Math.min(DEFAULT_MAX_BYTES, Runtime.getRuntime().maxMemory() / 4);
    }

    private static long atLeastOne(long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBufferedBytes must be at least 1, was " + maxBytes);
        }
        return maxBytes;
    }

    /**
     * Changes the maximum of bytes. The new maximum applies from the next {@link #tryAcquire} on.
     *
     * @param maxBytes at least 1
     * @throws IllegalArgumentException if {@code maxBytes} is less
     */
    public void setMaxBytes(long maxBytes) {
        this.maxBytes = atLeastOne(maxBytes);
    }

    /**
     * Acquires bytes if there is room for them, or if none are held, so that a small budget still admits one event.
     *
     * @param bytes 0 or more
     * @return whether they were acquired; if so, they must be released once
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
     * Acquires bytes even without room.
     *
     * @param bytes 0 or more; must be released once
     */
    public void acquire(long bytes) {
        held.addAndGet(bytes);
    }

    /** Releases acquired bytes. */
    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Returns the bytes held now. */
    public long heldBytes() {
        return held.get();
    }

    /** Returns the most bytes that may be held. */
    public long maxBytes() {
        return maxBytes;
    }

    @Override
    public String toString() {
        return "MemoryBudget[" + held + " of " + maxBytes + " bytes]";
    }
}
