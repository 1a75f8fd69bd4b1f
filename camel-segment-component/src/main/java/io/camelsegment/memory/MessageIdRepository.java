package io.camelsegment.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Duration;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Remembers delivered messageIds in memory, each for at least a time window, and at most a number of them: one id too
 * many drops the older half. A removed id still counts towards that number. Thread-safe.
 *
 * <p>An id of any length costs 32 to 64 bytes, since only a hash of 128 bits is kept; the default million takes
 * 32 MiB. The hash has a random key, so no sender can choose ids that are slow to find or mistaken for others.
 */
public final class MessageIdRepository extends ServiceSupport implements IdempotentRepository {

    /** Default window: 24 hours, the shortest that Segment itself uses. */
    public static final Duration DEFAULT_WINDOW = Duration.ofHours(24);

    /** Default maximum of ids. */
    public static final long DEFAULT_MAX_IDS = 1_000_000;

    /** Most bytes that an id takes: 64, and 16 more for a moment while a table grows. */
    public static final int MAX_BYTES_PER_ID = 80;

    private static final long MOST_IDS = 1 << 28;
    private static final Duration LONGEST_WINDOW = Duration.ofDays(36_500);

    private final SipHash hash;
    private final RecentKeys ids;

    /** Creates a repository that keeps the last half million to million ids for 24 hours. */
    public MessageIdRepository() {
        this(DEFAULT_WINDOW, DEFAULT_MAX_IDS);
    }

    /**
     * Creates a repository.
     *
     * @param window how long an id is kept at least, more than zero; at most twice as long; more than a hundred years
     *     count as a hundred
     * @param maxIds most ids, at least 2; more than 268,435,456 count as that
     * @throws IllegalArgumentException if an argument is out of range
     */
    public MessageIdRepository(Duration window, long maxIds) {
        if (window.isZero() || window.isNegative() || maxIds < 2) {
            throw new IllegalArgumentException(
                    "expected a window above zero and at least 2 ids, but was " + window + " and " + maxIds);
        }
        SecureRandom random = new SecureRandom();
        hash = new SipHash(random.nextLong(), random.nextLong());
        ids = new RecentKeys(
                window.compareTo(LONGEST_WINDOW) > 0 ? LONGEST_WINDOW : window,
                (int) Math.min(maxIds, MOST_IDS),
                System.nanoTime());
    }

    @Override
    public boolean add(String key) {
        SipHash.Hash id = hash.hash(key.getBytes(UTF_8));
        return ids.add(id.first(), id.second(), System.nanoTime());
    }

    @Override
    public boolean contains(String key) {
        SipHash.Hash id = hash.hash(key.getBytes(UTF_8));
        return ids.contains(id.first(), id.second(), System.nanoTime());
    }

    @Override
    public boolean remove(String key) {
        SipHash.Hash id = hash.hash(key.getBytes(UTF_8));
        return ids.remove(id.first(), id.second(), System.nanoTime());
    }

    @Override
    public boolean confirm(String key) {
        return true;
    }

    @Override
    public void clear() {
        ids.clear(System.nanoTime());
    }

    @Override
    protected void doStop() {
        clear();
    }
}
