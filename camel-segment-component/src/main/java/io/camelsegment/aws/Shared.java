package io.camelsegment.aws;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Things that several users share: made for the first, closed after the last. Thread-safe.
 *
 * @param <K> what tells things apart
 * @param <V> the things
 */
final class Shared<K, V> {

    private final Map<K, Use<V>> uses = new HashMap<>();
    private final Consumer<V> closer;

    Shared(Consumer<V> closer) {
        this.closer = closer;
    }

    /** Returns the thing for the key; to be released once per call. */
    synchronized V acquire(K key, Supplier<V> maker) {
        Use<V> use = uses.get(key);
        if (use == null) {
            use = new Use<>(maker.get());
            uses.put(key, use);
        }
        use.users++;
        return use.value;
    }

    /** Gives the thing back; the last user closes it and waits for that. */
    void release(K key) {
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

    /** Returns what is in use now. */
    synchronized Map<K, V> all() {
        Map<K, V> all = new HashMap<>();
        uses.forEach((key, use) -> all.put(key, use.value));
        return all;
    }

    /** Closes all, also what is in use. */
    void closeAll() {
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
