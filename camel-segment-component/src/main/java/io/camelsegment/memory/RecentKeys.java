package io.camelsegment.memory;

import java.time.Duration;

/**
 * A set of 128-bit hashes that expire. A hash stays for at least the window after it was last added, and for less than
 * twice the window; when there are too many, the oldest go earlier. A hash costs 32 to 64 bytes and no object.
 *
 * <p>The hashes are spread over stripes by four of their bits. Each stripe has two generations, each an open-addressed
 * table. Hashes are added to the young one. Once it is as old as the window, or as full as its share of the bytes
 * allows, it becomes the old one, and the former old one is dropped. Times are arguments, in nanoseconds.
 *
 * <p>Thread-safe. Changes lock a stripe. Looking up locks nothing: a hash is found if adding it came first, and a slot
 * that is being written looks free or like another hash. Of many keys all places are read first, and compared later: so
 * the processor waits for memory about once, not for each.
 */
final class RecentKeys {

    /** Fewest bytes that a set may have. */
    static final long MIN_BYTES = 1 << 14;

    private static final int STRIPE_BITS = 4;
    private static final int STRIPES = 1 << STRIPE_BITS;
    private static final int SLOT_BYTES = 2 * Long.BYTES;
    private static final int TABLES = 2 * STRIPES;
    private static final long MOST_SLOTS = 1 << 29;
    private static final int SMALLEST = 16;

    private final long windowNanos;
    /** Maximum number of slots of a table; at most half of them are used. */
    private final int maxSlots;

    private final Stripe[] stripes = new Stripe[STRIPES];

    /** Not read: without it, the compiler would omit the reads whose results it gets. */
    @SuppressWarnings("unused")
    private long touched;

    /**
     * Creates an empty set.
     *
     * @param window   how long a hash stays at least
     * @param maxBytes most bytes, at least {@value #MIN_BYTES}; more than 256 GiB count as that
     * @param now      the current time
     */
    RecentKeys(Duration window, long maxBytes, long now) {
        this.windowNanos = window.toNanos();
        this.maxSlots = (int) Math.min(MOST_SLOTS, maxBytes / TABLES / SLOT_BYTES);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe(now);
        }
    }

    /**
     * Adds a hash.
     *
     * @return whether it was absent
     */
    boolean add(Hash128 key, long now) {
        return stripe(key).add(key, now);
    }

    /** Adds hashes. */
    void addAll(Hash128[] keys, long now) {
        if (keys.length == 1) {
            stripe(keys[0]).addAll(keys, index(keys[0]), now);
            return;
        }
        long places = 0;
        int used = 0;
        for (Hash128 key : keys) {
            int stripe = index(key);
            places += stripes[stripe].generations.young.read(key);
            used |= 1 << stripe;
        }
        touched = places;
        for (int left = used; left != 0; left &= left - 1) {
            int stripe = Integer.numberOfTrailingZeros(left);
            stripes[stripe].addAll(keys, stripe, now);
        }
    }

    /** Returns whether a hash is present. */
    boolean contains(Hash128 key, long now) {
        return stripe(key).contains(key, now);
    }

    /** Returns which of some hashes are present. */
    boolean[] containsAll(Hash128[] keys, long now) {
        if (keys.length == 1) {
            return new boolean[] {contains(keys[0], now)};
        }
        long[] places = new long[keys.length];
        for (int i = 0; i < keys.length; i++) {
            places[i] = stripe(keys[i]).generations.read(keys[i]);
        }
        boolean[] present = new boolean[keys.length];
        for (int i = 0; i < keys.length; i++) {
            present[i] = places[i] != 0 && contains(keys[i], now);
        }
        return present;
    }

    /**
     * Removes a hash, which goes on taking its bytes.
     *
     * @return whether it was present
     */
    boolean remove(Hash128 key, long now) {
        return stripe(key).remove(key, now);
    }

    /** Removes all hashes. */
    void clear(long now) {
        for (Stripe stripe : stripes) {
            stripe.clear(now);
        }
    }

    /** Returns the number of hashes; one that was added again after a while may count twice. */
    long size(long now) {
        long size = 0;
        for (Stripe stripe : stripes) {
            size += stripe.size(now);
        }
        return size;
    }

    /** Returns the bytes that the tables take. */
    long bytes() {
        long bytes = 0;
        for (Stripe stripe : stripes) {
            bytes += stripe.generations.bytes();
        }
        return bytes;
    }

    private Stripe stripe(Hash128 key) {
        return stripes[index(key)];
    }

    private static int index(Hash128 key) {
        return (int) (key.first() >>> (Long.SIZE - STRIPE_BITS));
    }

    /**
     * The tables of a stripe.
     *
     * @param old the same as the young one while there is none
     */
    private record Generations(Table young, Table old) {

        /** Reads the places of a hash; the result is 0 if the hash is absent. */
        long read(Hash128 key) {
            return young.read(key) | old.read(key);
        }

        long bytes() {
            return young.bytes() + (old == young ? 0 : old.bytes());
        }
    }

    /** Changed under the lock of the stripe; statistics read it without. */
    private final class Stripe {

        // Set with this locked.
        private volatile Generations generations;
        private long lastAddNanos;

        Stripe(long now) {
            clear(now);
        }

        synchronized boolean add(Hash128 key, long now) {
            age(now);
            boolean wasOld = generations.old.contains(key);
            return put(key, now) && !wasOld;
        }

        synchronized void addAll(Hash128[] keys, int stripe, long now) {
            age(now);
            for (Hash128 key : keys) {
                if (index(key) == stripe) {
                    put(key, now);
                }
            }
        }

        private boolean put(Hash128 key, long now) {
            lastAddNanos = now;
            Table young = generations.young;
            int at = young.find(key.first(), key.second());
            if (young.slots[at] != 0) {
                return false;
            }
            if (young.isFull()) {
                young = young.slots() < maxSlots ? grow(young) : renew(now, maxSlots);
                at = young.find(key.first(), key.second());
            }
            young.put(at, key);
            return true;
        }

        boolean contains(Hash128 key, long now) {
            Generations kept = generations;
            if (now - lastAddNanos >= windowNanos) {
                return false;
            }
            boolean oldCounts = kept.old != kept.young && now - kept.young.bornNanos < windowNanos;
            return kept.young.contains(key) || (oldCounts && kept.old.contains(key));
        }

        synchronized boolean remove(Hash128 key, long now) {
            age(now);
            boolean wasYoung = generations.young.remove(key);
            boolean wasOld = generations.old.remove(key);
            return wasYoung || wasOld;
        }

        synchronized void clear(long now) {
            Table empty = new Table(now, SMALLEST);
            generations = new Generations(empty, empty);
            lastAddNanos = now;
        }

        synchronized long size(long now) {
            age(now);
            Generations kept = generations;
            return (long) kept.young.size() + (kept.old == kept.young ? 0 : kept.old.size());
        }

        private void age(long now) {
            long born = generations.young.bornNanos;
            if (now - lastAddNanos >= windowNanos) {
                clear(now);
            } else if (now - born >= windowNanos) {
                renew(born + windowNanos, SMALLEST);
            }
        }

        private Table renew(long bornNanos, int slots) {
            Table young = new Table(bornNanos, slots);
            generations = new Generations(young, generations.young);
            return young;
        }

        private Table grow(Table young) {
            Table grown = young.grown(maxSlots);
            generations = new Generations(grown, generations.old == young ? grown : generations.old);
            return grown;
        }
    }

    /**
     * One generation: two longs for a hash, at most half full. The first half of a hash is 0 nowhere but in a free
     * slot: a hash with such a half is not found. A removed hash is overwritten with one that nothing equals.
     */
    private static final class Table {

        private static final long REMOVED = -1;

        private final long bornNanos;
        private final long[] slots;
        private int used;
        private int removed;

        Table(long bornNanos, int slots) {
            this.bornNanos = bornNanos;
            this.slots = new long[2 * slots];
        }

        int slots() {
            return slots.length / 2;
        }

        long bytes() {
            return (long) slots.length * Long.BYTES;
        }

        int size() {
            return used - removed;
        }

        boolean isFull() {
            return used >= slots() / 2;
        }

        /** Returns what the first slot of a hash holds; 0 if the hash is absent. */
        long read(Hash128 key) {
            return slots[start(key.second())];
        }

        /** Reads each word once, because another thread may be writing it. */
        boolean contains(Hash128 key) {
            for (int at = start(key.second()); ; at = next(at)) {
                long word = slots[at];
                if (word == 0) {
                    return false;
                }
                if (word == key.first() && slots[at + 1] == key.second()) {
                    return true;
                }
            }
        }

        void put(int at, Hash128 key) {
            slots[at + 1] = key.second();
            slots[at] = key.first();
            used++;
        }

        boolean remove(Hash128 key) {
            int at = find(key.first(), key.second());
            if (slots[at] == 0) {
                return false;
            }
            slots[at] = REMOVED;
            slots[at + 1] = REMOVED;
            removed++;
            return true;
        }

        /** Returns the index of the hash, or of the free slot where it belongs. */
        int find(long first, long second) {
            int at = start(second);
            while (slots[at] != 0 && (slots[at] != first || slots[at + 1] != second)) {
                at = next(at);
            }
            return at;
        }

        private int next(int at) {
            return at + 2 < slots.length ? at + 2 : 0;
        }

        /** Spreads the lower half of a number over the slots, whose number need not be a power of two. */
        private int start(long second) {
            return (int) (((second & 0xFFFF_FFFFL) * slots()) >>> 32) * 2;
        }

        /** Returns a table of twice the slots with the same hashes. */
        Table grown(int maxSlots) {
            Table grown = new Table(bornNanos, Math.min(maxSlots, 2 * slots()));
            for (int i = 0; i < slots.length; i += 2) {
                if (slots[i] != 0 && (slots[i] & slots[i + 1]) != REMOVED) {
                    int at = grown.find(slots[i], slots[i + 1]);
                    grown.slots[at] = slots[i];
                    grown.slots[at + 1] = slots[i + 1];
                    grown.used++;
                }
            }
            return grown;
        }
    }
}
