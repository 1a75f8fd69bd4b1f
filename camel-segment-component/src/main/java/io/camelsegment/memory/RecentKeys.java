package io.camelsegment.memory;

import java.time.Duration;

/**
 * A set of 128-bit keys that expire. A key stays for at least the window after it was last added, and for less than
 * twice the window; when there are too many, the oldest go earlier. A key costs 32 to 64 bytes, 80 for a moment while a
 * table grows, and no object.
 *
 * <p>There are two generations, each an open-addressed table. Keys are added to the young one. Once it is as old as the
 * window, or holds half of the allowed keys, it becomes the old one, and the former old one is dropped. Times are
 * arguments, in nanoseconds. Thread-safe.
 */
public final class RecentKeys {

    private final long windowNanos;
    private final int maxPerGeneration;

    private Table young;
    private Table old;
    private long lastAddNanos;

    /**
     * Creates an empty set.
     *
     * @param window  how long a key stays at least
     * @param maxKeys most keys, 2 to 2²⁹
     * @param now     the current time
     */
    public RecentKeys(Duration window, int maxKeys, long now) {
        this.windowNanos = window.toNanos();
        this.maxPerGeneration = maxKeys / 2;
        clear(now);
    }

    /**
     * Adds a key. Its two halves must be evenly distributed, as those of a hash are.
     *
     * @return whether it was absent
     */
    public synchronized boolean add(long high, long low, long now) {
        age(now);
        lastAddNanos = now;
        boolean isOld = old.contains(high, low);
        if (young.size == maxPerGeneration && !young.contains(high, low)) {
            renew(now);
        }
        return young.add(high, low) && !isOld;
    }

    /** Returns whether the key is present. */
    public synchronized boolean contains(long high, long low, long now) {
        age(now);
        return young.contains(high, low) || old.contains(high, low);
    }

    /**
     * Removes a key, which still counts towards the maximum.
     *
     * @return whether it was present
     */
    public synchronized boolean remove(long high, long low, long now) {
        age(now);
        boolean wasYoung = young.remove(high, low);
        boolean wasOld = old.remove(high, low);
        return wasYoung || wasOld;
    }

    /** Removes all keys. */
    public synchronized void clear(long now) {
        young = new Table(now);
        old = young;
        lastAddNanos = now;
    }

    private void age(long now) {
        if (now - lastAddNanos >= windowNanos) {
            clear(now);
        } else if (now - young.bornNanos >= windowNanos) {
            renew(young.bornNanos + windowNanos);
        }
    }

    private void renew(long bornNanos) {
        old = young;
        young = new Table(bornNanos);
    }

    /**
     * One generation: two longs per key, at most half full. A key of zeros would look like a free slot, so it is never
     * found; a removed key is overwritten with one that no hash equals.
     */
    private static final class Table {

        private static final int SMALLEST = 16;
        private static final long REMOVED = -1;

        private final long bornNanos;
        private long[] slots = new long[2 * SMALLEST];
        private int size;

        Table(long bornNanos) {
            this.bornNanos = bornNanos;
        }

        boolean contains(long high, long low) {
            int at = find(high, low);
            return (slots[at] | slots[at + 1]) != 0;
        }

        boolean add(long high, long low) {
            if (contains(high, low)) {
                return false;
            }
            if (4 * (size + 1) > slots.length) {
                grow(); // first, because it may run out of memory
            }
            int at = find(high, low);
            slots[at] = high;
            slots[at + 1] = low;
            size++;
            return true;
        }

        boolean remove(long high, long low) {
            int at = find(high, low);
            if ((slots[at] | slots[at + 1]) == 0) {
                return false;
            }
            slots[at] = REMOVED;
            slots[at + 1] = REMOVED;
            return true;
        }

        /** Returns the index of the key, or of the free slot where it belongs. */
        private int find(long high, long low) {
            int mask = slots.length - 1;
            int at = (int) (2 * low) & mask;
            while ((slots[at] | slots[at + 1]) != 0 && (slots[at] != high || slots[at + 1] != low)) {
                at = (at + 2) & mask;
            }
            return at;
        }

        private void grow() {
            long[] before = slots;
            slots = new long[2 * before.length];
            for (int i = 0; i < before.length; i += 2) {
                if ((before[i] | before[i + 1]) != 0) {
                    int at = find(before[i], before[i + 1]);
                    slots[at] = before[i];
                    slots[at + 1] = before[i + 1];
                }
            }
        }
    }
}
