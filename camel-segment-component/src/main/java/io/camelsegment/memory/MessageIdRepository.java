package io.camelsegment.memory;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Remembers delivered messageIds in memory, each for at least a time window, and in at most a number of bytes: one id
 * too many drops the oldest half, a sixteenth at a time. A removed id goes on taking its bytes. Thread-safe.
 *
 * <p>An id of any length costs 32 to 64 bytes, since only a hash of 128 bits is kept; the default of 32 MiB is enough
 * for half a million to a million. The hash is SipHash with a secret key, so no sender can choose ids that are slow to
 * find or mistaken for others.
 *
 * <p>The id of an event in a source, as text, is {@code source:messageId}. Sources hash and look up the ids of a
 * request at once.
 */
public final class MessageIdRepository extends ServiceSupport implements IdempotentRepository {

    /** Default window: 24 hours, the shortest that Segment itself uses. */
    public static final Duration DEFAULT_WINDOW = Duration.ofHours(24);

    /** Default of the most bytes, if an eighth of the heap is not less: 32 MiB. */
    public static final long DEFAULT_MAX_BYTES = 32 << 20;

    private static final Duration LONGEST_WINDOW = Duration.ofDays(36_500);
    private static final int KEY_HEX_DIGITS = 2 * SipHash.KEY_BYTES;
    private static final int MOST_BYTES_PER_CHAR = 3;
    private static final int FIRST_BUFFER = 128;

    private Duration window = DEFAULT_WINDOW;
    private long maxBytes = Math.min(DEFAULT_MAX_BYTES, Runtime.getRuntime().maxMemory() / 8);

    private volatile SipHash hash;
    private volatile RecentKeys ids;

    /** Creates a repository with the default window, the default of the most bytes and a random key. */
    public MessageIdRepository() {
        byte[] key = new byte[SipHash.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        hash = new SipHash(key);
        forget();
    }

    public Duration getWindow() {
        return window;
    }

    /**
     * Sets how long an id is kept at least; it is kept less than twice as long. Forgets all ids.
     *
     * @param window more than zero; more than a hundred years count as a hundred
     * @throws IllegalArgumentException if it is not
     */
    public void setWindow(Duration window) {
        if (window.isZero() || window.isNegative()) {
            throw new IllegalArgumentException("window: expected more than zero, but was " + window);
        }
        this.window = window;
        forget();
    }

    public long getMaxBytes() {
        return maxBytes;
    }

    /**
     * Sets the most bytes that the ids take; while a table grows, it takes a 64th more for a moment. Forgets all ids.
     *
     * @param maxBytes at least 16,384; more than 256 GiB count as that
     * @throws IllegalArgumentException if it is less
     */
    public void setMaxBytes(long maxBytes) {
        if (maxBytes < RecentKeys.MIN_BYTES) {
            throw new IllegalArgumentException(
                    "maxBytes: expected at least " + RecentKeys.MIN_BYTES + ", but was " + maxBytes);
        }
        this.maxBytes = maxBytes;
        forget();
    }

    /**
     * Sets the key of the hash, a secret. By default it is random; with the same key, instances have the same hashes.
     * Forgets all ids.
     *
     * @param secretKey 16 bytes, as 32 hexadecimal digits or as base64
     * @throws IllegalArgumentException if it is something else
     */
    public void setSecretKey(String secretKey) {
        hash = new SipHash(bytes(secretKey));
        forget();
    }

    /** The message does not quote the key. */
    private static byte[] bytes(String secretKey) {
        String text = secretKey == null ? "" : secretKey;
        byte[] bytes = {};
        try {
            bytes = text.length() == KEY_HEX_DIGITS
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            // the message would quote it
        }
        if (bytes.length != SipHash.KEY_BYTES) {
            throw new IllegalArgumentException("secretKey: expected 16 bytes, as 32 hexadecimal digits or as base64"
                    + " (openssl rand -hex 16 makes one), but was " + text.length() + " characters of something else");
        }
        return bytes;
    }

    private void forget() {
        ids = new RecentKeys(
                window.compareTo(LONGEST_WINDOW) > 0 ? LONGEST_WINDOW : window, maxBytes, System.nanoTime());
    }

    /**
     * Returns the hashes of the ids of some events, for {@link #containsAll} and {@link #addAll}.
     *
     * @param source    name of the events' source
     * @param messageId gets the messageId of an event
     */
    public <E> Hash128[] hashes(String source, List<E> events, Function<E, String> messageId) {
        byte[] buffer = new byte[FIRST_BUFFER + MOST_BYTES_PER_CHAR * source.length()];
        int start = write(source, buffer, 0);
        buffer[start++] = ':';
        Hash128[] hashes = new Hash128[events.size()];
        for (int i = 0; i < hashes.length; i++) {
            String id = messageId.apply(events.get(i));
            int most = start + MOST_BYTES_PER_CHAR * id.length();
            if (most > buffer.length) {
                buffer = Arrays.copyOf(buffer, most);
            }
            hashes[i] = hash.hash(buffer, write(id, buffer, start));
        }
        return hashes;
    }

    /** Returns which of some ids are remembered; cheaper than one by one. */
    public boolean[] containsAll(Hash128[] hashes) {
        return ids.containsAll(hashes, System.nanoTime());
    }

    /** Remembers ids; cheaper than one by one. */
    public void addAll(Hash128[] hashes) {
        ids.addAll(hashes, System.nanoTime());
    }

    /** Returns how many ids are remembered; one that was added again after a while may count twice. */
    public long size() {
        return ids.size(System.nanoTime());
    }

    /** Returns how many bytes the ids take now. */
    public long bytes() {
        return ids.bytes();
    }

    @Override
    public boolean add(String key) {
        return ids.add(hash(key), System.nanoTime());
    }

    @Override
    public boolean contains(String key) {
        return ids.contains(hash(key), System.nanoTime());
    }

    @Override
    public boolean remove(String key) {
        return ids.remove(hash(key), System.nanoTime());
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

    private Hash128 hash(String key) {
        byte[] buffer = new byte[MOST_BYTES_PER_CHAR * key.length()];
        return hash.hash(buffer, write(key, buffer, 0));
    }

    /**
     * Writes a text in UTF-8, but each half of a surrogate pair by itself: so texts with single halves differ, too.
     *
     * @return the index after it
     */
    private static int write(String text, byte[] buffer, int start) {
        int at = start;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                buffer[at++] = (byte) c;
            } else if (c < 0x800) {
                buffer[at++] = (byte) (0xC0 | (c >> 6));
                buffer[at++] = (byte) (0x80 | (c & 0x3F));
            } else {
                buffer[at++] = (byte) (0xE0 | (c >> 12));
                buffer[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                buffer[at++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        return at;
    }
}
