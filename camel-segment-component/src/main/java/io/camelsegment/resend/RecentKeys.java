package io.camelsegment.resend;

import java.time.Duration;

/**
 * A set of 128-bit keys that forgets: a key is kept for at least a time after it was added for the last time, and for less than twice
 * that; of too many keys the oldest are forgotten earlier. A key costs 32 to 64 bytes, for a
 * moment while a table grows 80, and no object.
 *
 * <p>There are two generations, each an open-addressed table. Keys go into the young one; when that is as old as the time, or has half
 * of the keys allowed, it becomes the old one, and the keys of the former old one are gone. Times are arguments, in nanoseconds.
 * Thread-safe.
 */
public final class RecentKeys {

    private final long windowNanos;
    private final int maxPerGeneration;

    private Table young;
    private Table old;
    private long lastAddNanos;

    /**
     * Makes an empty set.
     *
     * @param maxKeys 2 to 2²⁹
     */
    public RecentKeys(Duration window, int maxKeys, long now) {
        this.windowNanos = window.toNanos();
        this.maxPerGeneration = maxKeys / 2;
        clear(now);
    }

    /**
     * Adds a key, whose two halves must be evenly distributed, as those of a hash are.
     *
     * @return whether it was not there
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

    /** Returns whether the key is there. */
    public synchronized boolean contains(long high, long low, long now) {
        age(now);
        return young.contains(high, low) || old.contains(high, low);
    }

    /**
     * Forgets a key, which still counts among those allowed.
     *
     * @return whether it was there
     */
    public synchronized boolean remove(long high, long low, long now) {
        age(now);
        boolean wasYoung = young.remove(high, low);
        boolean wasOld = old.remove(high, low);
        return wasYoung || wasOld;
    }

    /** Forgets all keys. */
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
     * One generation: two longs a key, at most half full. A key of zeros would look like a free slot and is never found; in the place of a
     * removed key there is one that no hash has.
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
                grow(); // before anything is changed, because there may be no memory for it
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

        /** Returns where the key is, or the free slot where it belongs. */
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
