package io.camelsegment.sink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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

    /**
     * Creates an empty pool.
     *
     * @param closer closes an object that nobody uses any more
     */
    public Shared(Consumer<V> closer) {
        this.closer = closer;
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

    /** Returns the objects in use. */
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

        Use(V value) {
            this.value = value;
        }
    }
}
