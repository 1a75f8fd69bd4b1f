package io.camelsegment.resend;

import java.time.Duration;

/**
 * A set of 128-bit keys that forgets: a key is kept for at least a time after it was added for the last time, and for less than twice
 * that; of too many keys the oldest are forgotten earlier. A key costs 32 to 64 bytes, and no object.
 *
 * <p>There are two generations, each an open-addressed table. Keys go into the young one; when that is as old as the time, or has half
 * of the keys allowed, it becomes the old one, and the keys of the former old one are gone. Times are arguments, in nanoseconds.
 * Thread-safe.
 */
final class RecentKeys {

    private final long windowNanos;
    private final int maxPerGeneration;

    private Table young;
    private Table old;
    private long lastAddNanos;

    /**
     * Makes an empty set.
     *
     * @param maxKeys at least 2
     */
    RecentKeys(Duration window, int maxKeys, long now) {
        this.windowNanos = window.toNanos();
        this.maxPerGeneration = maxKeys / 2;
        clear(now);
    }

    /** The two halves of a key must be evenly distributed, as those of a hash are. */
    synchronized void add(long high, long low, long now) {
        age(now);
        if (young.size == maxPerGeneration) {
            renew(now);
        }
        young.add(high, low);
        lastAddNanos = now;
    }

    synchronized boolean contains(long high, long low, long now) {
        age(now);
        return young.contains(high, low) || old.contains(high, low);
    }

    private void age(long now) {
        if ((young.size > 0 || old.size > 0) && now - lastAddNanos >= windowNanos) {
            clear(now);
        } else if (now - young.bornNanos >= windowNanos) {
            renew(now);
        }
    }

    private void renew(long now) {
        old = young;
        young = new Table(now);
    }

    private void clear(long now) {
        young = new Table(now);
        old = young;
    }

    /** One generation: two longs a key, at most half full. A key of zeros would look like a free slot and is never found. */
    private static final class Table {

        private static final int SMALLEST = 16;

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

        void add(long high, long low) {
            int at = find(high, low);
            if ((slots[at] | slots[at + 1]) != 0) {
                return;
            }
            slots[at] = high;
            slots[at + 1] = low;
            size++;
            if (4 * size > slots.length) {
                grow();
            }
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
