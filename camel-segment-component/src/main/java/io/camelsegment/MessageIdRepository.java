package io.camelsegment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Remembers delivered messageIds in the memory of this process, for a time and up to a number; past the number those least likely to
 * come again are forgotten first. Thread-safe.
 *
 * <p>An id of 36 characters costs about 180 bytes on a 64-bit JVM, so that the default million takes up to 180 MB when it is full.
 */
public final class MessageIdRepository extends ServiceSupport implements IdempotentRepository {

    /** How long Segment itself remembers, at least. */
    public static final Duration DEFAULT_WINDOW = Duration.ofHours(24);

    /** Default of the most ids. */
    public static final long DEFAULT_MAX_IDS = 1_000_000;

    private final Cache<String, Boolean> ids;

    /** Remembers a million ids for 24 hours. */
    public MessageIdRepository() {
        this(DEFAULT_WINDOW, DEFAULT_MAX_IDS);
    }

    /**
     * Remembers ids for a time.
     *
     * @param window how long, more than zero
     * @param maxIds how many at most, 1 or more
     * @throws IllegalArgumentException if one of them is out of range
     */
    public MessageIdRepository(Duration window, long maxIds) {
        if (window.isZero() || window.isNegative() || maxIds < 1) {
            throw new IllegalArgumentException(
                    "expected a window above zero and at least 1 id, but was " + window + " and " + maxIds);
        }
        this.ids = Caffeine.newBuilder()
                .expireAfterWrite(window)
                .maximumSize(maxIds)
                .build();
    }

    @Override
    public boolean add(String key) {
        return ids.asMap().putIfAbsent(key, Boolean.TRUE) == null;
    }

    @Override
    public boolean contains(String key) {
        return ids.getIfPresent(key) != null;
    }

    @Override
    public boolean remove(String key) {
        return ids.asMap().remove(key) != null;
    }

    @Override
    public boolean confirm(String key) {
        return true;
    }

    @Override
    public void clear() {
        ids.invalidateAll();
    }

    @Override
    protected void doStop() {
        clear();
    }
}
