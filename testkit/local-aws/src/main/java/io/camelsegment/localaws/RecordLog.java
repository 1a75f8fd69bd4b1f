package io.camelsegment.localaws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Records in order of arrival, each at a position counted from 0 for ever; the oldest are dropped when the retained
 * bytes would exceed the bound. Thread-safe.
 */
final class RecordLog<T> {
    private final ToIntFunction<T> bytesOf;
    private final long maxBytes;

    private Object[] ring = new Object[256];
    private long first;
    private long next;
    private long bytes;

    /**
     * @param bytesOf the bytes counted for a record
     * @param maxBytes most bytes retained; 0 retains nothing and only counts
     */
    RecordLog(ToIntFunction<T> bytesOf, long maxBytes) {
        this.bytesOf = bytesOf;
        this.maxBytes = maxBytes;
    }

    synchronized void addAll(List<T> records) {
        for (T record : records) {
            if (next - first == ring.length) {
                grow();
            }
            ring[slot(next++)] = record;
            bytes += bytesOf.applyAsInt(record);
            while (bytes > maxBytes && first < next) {
                removeFirst();
            }
        }
        notifyAll();
    }

    private void grow() {
        Object[] larger = new Object[ring.length * 2];
        for (long position = first; position < next; position++) {
            larger[(int) (position & (larger.length - 1))] = ring[slot(position)];
        }
        ring = larger;
    }

    private void removeFirst() {
        int slot = slot(first++);
        bytes -= bytesOf.applyAsInt(record(slot));
        ring[slot] = null;
    }

    /** The ring's length is a power of two. */
    private int slot(long position) {
        return (int) (position & (ring.length - 1));
    }

    @SuppressWarnings("unchecked") // only T are put in
    private T record(int slot) {
        return (T) ring[slot];
    }

    /** The oldest retained position; equal to {@link #nextPosition} when nothing is retained. */
    synchronized long firstPosition() {
        return first;
    }

    /** The position of the next record: the number of records that ever arrived. */
    synchronized long nextPosition() {
        return next;
    }

    /**
     * Visits the retained records from a position on until the visitor returns false.
     *
     * @return the position of the record for which the visitor returned false, or the next position
     */
    synchronized long scan(long from, Visitor<T> visitor) {
        long position = Math.max(from, first);
        while (position < next && visitor.visit(record(slot(position)), position)) {
            position++;
        }
        return position;
    }

    synchronized List<T> toList() {
        List<T> records = new ArrayList<>((int) (next - first));
        for (long position = first; position < next; position++) {
            records.add(record(slot(position)));
        }
        return records;
    }

    /** Drops the retained records; positions keep counting. */
    synchronized void clear() {
        Arrays.fill(ring, null);
        first = next;
        bytes = 0;
    }

    /**
     * Waits until at least so many records are retained.
     *
     * @return the retained records
     * @throws IllegalStateException if there are fewer after the timeout, or the thread is interrupted
     */
    synchronized List<T> await(String what, int atLeast, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (next - first < atLeast) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new IllegalStateException("expected at least " + atLeast + " records in " + what + " within "
                        + timeout + ", was " + (next - first));
            }
            try {
                // Rounded up, so that the last wait does not spin.
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for records in " + what, e);
            }
        }
        return toList();
    }

    @FunctionalInterface
    interface Visitor<T> {
        boolean visit(T record, long position);
    }
}
