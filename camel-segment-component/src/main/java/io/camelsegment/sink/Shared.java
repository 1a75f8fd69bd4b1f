package io.camelsegment.sink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Objects that several users share: created for the first user, closed after the last. Thread-safe.
 *
 * @param <K> identifies an object
 * @param <V> the objects
 */
public final class Shared<K, V> {

    private final Map<K, Use<V>> uses = new HashMap<>();
    private final Consumer<V> closer;
    private final LongSupplier nanoTime;

    /**
     * Creates an empty pool.
     *
     * @param closer closes an object that nobody uses any more
     */
    public Shared(Consumer<V> closer) {
        this(closer, System::nanoTime);
    }

    /** Creates an empty pool with a clock of its own, in nanoseconds, which never goes back. */
    Shared(Consumer<V> closer, LongSupplier nanoTime) {
        this.closer = closer;
        this.nanoTime = nanoTime;
    }

    /** Returns the object of a key; each call needs one {@link #release}. */
    public synchronized V acquire(K key, Supplier<V> maker) {
        Use<V> use = uses.get(key);
        if (use == null) {
            use = new Use<>(maker.get());
            uses.put(key, use);
        }
        use.users++;
        return use.value;
    }

    /** Releases the object of a key. The last release returns when the object is closed. */
    public void release(K key) {
        V unused = null;
        synchronized (this) {
            Use<V> use = uses.get(key);
            if (use != null && --use.users == 0) {
                uses.remove(key);
                unused = use.value;
            }
        }
        if (unused != null) {
            closer.accept(unused);
        }
    }

    /** Releases the object of a key. It stays for the next user, until {@link #closeUnused}. */
    synchronized void leave(K key) {
        Use<V> use = uses.get(key);
        if (use != null && --use.users == 0) {
            use.unusedSince = nanoTime.getAsLong();
        }
    }

    /**
     * Closes the objects that nobody uses.
     *
     * @param kept how long they are kept for the next user
     * @param idle whether an object may be closed
     * @return whether some are left that nobody uses
     */
    boolean closeUnused(Duration kept, Predicate<V> idle) {
        List<V> unused = new ArrayList<>();
        boolean left = false;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            for (Iterator<Use<V>> all = uses.values().iterator(); all.hasNext(); ) {
                Use<V> use = all.next();
                if (use.users > 0) {
                    continue;
                }
                if (now - use.unusedSince >= kept.toNanos() && idle.test(use.value)) {
                    all.remove();
                    unused.add(use.value);
                } else {
                    left = true;
                }
            }
        }
        unused.forEach(closer);
        return left;
    }

    /** Returns the objects that are not closed. */
    synchronized Map<K, V> all() {
        Map<K, V> all = new HashMap<>();
        uses.forEach((key, use) -> all.put(key, use.value));
        return all;
    }

    /** Closes all objects, even those in use. */
    public void closeAll() {
        List<V> values;
        synchronized (this) {
            values = uses.values().stream().map(use -> use.value).toList();
            uses.clear();
        }
        values.forEach(closer);
    }

    private static final class Use<V> {
        private final V value;
        private int users;
        private long unusedSince;

        Use(V value) {
            this.value = value;
        }
    }
}
