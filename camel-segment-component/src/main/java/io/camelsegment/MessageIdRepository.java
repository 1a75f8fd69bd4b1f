package io.camelsegment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.resend.RecentKeys;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Remembers delivered messageIds in the memory of this process: each for at least a time, and at most so many; of more the oldest are
 * forgotten, half of them at once. An id that is removed still counts. Thread-safe.
 *
 * <p>What is kept of an id is 128 bits of a SHA-256, which take 32 to 64 bytes however long the id is; the default million takes 32 MiB. The
 * hash has a salt of its own in each repository, so that no sender can choose ids that are slow to find.
 */
public final class MessageIdRepository extends ServiceSupport implements IdempotentRepository {

    /** How long Segment itself remembers, at least. */
    public static final Duration DEFAULT_WINDOW = Duration.ofHours(24);

    /** Default of the most ids. */
    public static final long DEFAULT_MAX_IDS = 1_000_000;

    /** The most bytes that an id takes: 64, and 16 more for a moment while a table grows. */
    public static final int MAX_BYTES_PER_ID = 80;

    private static final long MOST_IDS = 1 << 28;
    private static final Duration LONGEST_WINDOW = Duration.ofDays(36_500);
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(MessageIdRepository::sha256);

    /** So short that with an id of 36 characters and a source's name of 10 all is one block of SHA-256. */
    private final byte[] salt = new byte[8];

    private final RecentKeys ids;

    /** Remembers the last half to whole million of ids, for 24 hours. */
    public MessageIdRepository() {
        this(DEFAULT_WINDOW, DEFAULT_MAX_IDS);
    }

    /**
     * Remembers ids for a time.
     *
     * @param window how long at least, more than zero, which may become twice as long; more than a hundred years count as a hundred
     * @param maxIds how many at most, 2 or more; more than 268,435,456 count as that
     * @throws IllegalArgumentException if one of them is out of range
     */
    public MessageIdRepository(Duration window, long maxIds) {
        if (window.isZero() || window.isNegative() || maxIds < 2) {
            throw new IllegalArgumentException(
                    "expected a window above zero and at least 2 ids, but was " + window + " and " + maxIds);
        }
        new SecureRandom().nextBytes(salt);
        ids = new RecentKeys(
                window.compareTo(LONGEST_WINDOW) > 0 ? LONGEST_WINDOW : window,
                (int) Math.min(maxIds, MOST_IDS),
                System.nanoTime());
    }

    @Override
    public boolean add(String key) {
        ByteBuffer hash = hash(key);
        return ids.add(hash.getLong(), hash.getLong(), System.nanoTime());
    }

    @Override
    public boolean contains(String key) {
        ByteBuffer hash = hash(key);
        return ids.contains(hash.getLong(), hash.getLong(), System.nanoTime());
    }

    @Override
    public boolean remove(String key) {
        ByteBuffer hash = hash(key);
        return ids.remove(hash.getLong(), hash.getLong(), System.nanoTime());
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

    private ByteBuffer hash(String key) {
        byte[] bytes = key.getBytes(UTF_8); // first, so that nothing fails while the digest is in use
        MessageDigest sha = SHA_256.get();
        sha.update(salt);
        return ByteBuffer.wrap(sha.digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
