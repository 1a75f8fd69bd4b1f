package io.camelsegment.resend;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which events have arrived at which streams, of requests whose senders will repeat them. It is asked before each delivery,
 * and mostly holds nothing, which it knows without asking its repository.
 *
 * <p>A pair of stream and messageId is kept as 128 bits of its SHA-256, in 22 characters: short, the same in every instance, and
 * telling nobody what it stands for. Two pairs meet by chance once in 10²⁶ at a million of them.
 *
 * <p>A repository that is out of order costs a duplicate, never an event or an answer. Thread-safe.
 */
public final class ResendMemory {

    /** Default of how long a pair is remembered. */
    public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(15);

    /** Most pairs that are remembered unless the user brings a repository. */
    public static final long DEFAULT_MAX_PAIRS = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(ResendMemory.class);
    private static final int KEY_BYTES = 16;

    private final IdempotentRepository repository;
    private final long windowNanos;
    private final AtomicBoolean outOfOrder = new AtomicBoolean();

    private volatile boolean used;
    private volatile long rememberedAt;

    private ResendMemory(IdempotentRepository repository, long windowNanos) {
        this.repository = repository;
        this.windowNanos = windowNanos;
    }

    /**
     * Makes one that nobody else writes to: while nothing was remembered for a time, the repository is not asked.
     *
     * @param window how long the repository keeps a pair after it was added for the last time
     */
    public static ResendMemory own(IdempotentRepository repository, Duration window) {
        return new ResendMemory(repository, window.toNanos());
    }

    /** Makes one whose repository other instances write to as well, so that it is asked before every delivery. */
    public static ResendMemory shared(IdempotentRepository repository) {
        return new ResendMemory(repository, Long.MAX_VALUE);
    }

    boolean contains(String source, String stream, String messageId) {
        if (isEmpty()) {
            return false;
        }
        try {
            return repository.contains(key(source, stream, messageId));
        } catch (RuntimeException e) {
            outOfOrder(e);
            return false;
        }
    }

    void remember(String source, String stream, String messageId) {
        rememberedAt = System.nanoTime();
        used = true;
        try {
            repository.add(key(source, stream, messageId));
            outOfOrder.set(false);
        } catch (RuntimeException e) {
            outOfOrder(e);
        }
    }

    private boolean isEmpty() {
        return windowNanos != Long.MAX_VALUE && (!used || System.nanoTime() - rememberedAt > windowNanos);
    }

    private void outOfOrder(RuntimeException e) {
        if (outOfOrder.compareAndSet(false, true)) {
            LOG.warn(
                    "What was delivered of failed requests cannot be remembered or looked up, so that it may be delivered twice: {}",
                    e.getClass().getName());
        }
    }

    private static String key(String source, String stream, String messageId) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(source.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            sha.update(stream.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            byte[] hash = sha.digest(messageId.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, KEY_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
