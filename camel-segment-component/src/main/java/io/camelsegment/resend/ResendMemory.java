package io.camelsegment.resend;

import java.nio.ByteBuffer;
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
 * and mostly holds nothing, which costs next to nothing to see. Thread-safe.
 *
 * <p>A pair of stream and messageId is kept as 128 bits of its SHA-256: short, the same in every instance, and telling nobody what it
 * stands for. That an event is by chance taken for one of a million others has a probability of 3 in 10³³.
 */
public abstract class ResendMemory {

    /** Default of how long a pair is remembered. */
    public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(15);

    /** Most pairs that are remembered in the memory of this process; that takes 32 MiB. */
    public static final int MAX_PAIRS = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(ResendMemory.class);
    private static final int KEY_BYTES = 16;

    private ResendMemory() {}

    /**
     * Remembers in the memory of this process.
     *
     * @param window how long at least, more than zero
     */
    public static ResendMemory inProcess(Duration window) {
        return new InProcess(window);
    }

    /**
     * Remembers where other instances do, too, so that it is asked before every delivery. It gets hashes, 22 characters each. When it
     * is out of order that costs duplicates, never an event or an answer.
     */
    public static ResendMemory in(IdempotentRepository repository) {
        return new InRepository(repository);
    }

    final boolean contains(String source, String stream, String messageId) {
        return !isEmpty() && contains(key(source, stream, messageId));
    }

    final void remember(String source, String stream, String messageId) {
        add(key(source, stream, messageId));
    }

    /** Returns whether nothing is remembered; false when that is not known. */
    abstract boolean isEmpty();

    abstract boolean contains(byte[] key);

    abstract void add(byte[] key);

    private static byte[] key(String source, String stream, String messageId) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(source.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            sha.update(stream.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            return Arrays.copyOf(sha.digest(messageId.getBytes(StandardCharsets.UTF_8)), KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private static final class InProcess extends ResendMemory {

        private final RecentKeys keys;
        private final long windowNanos;
        private volatile boolean used;
        private volatile long addedAt;

        InProcess(Duration window) {
            windowNanos = window.toNanos();
            keys = new RecentKeys(window, MAX_PAIRS, System.nanoTime());
        }

        @Override
        boolean isEmpty() {
            return !used || System.nanoTime() - addedAt > windowNanos;
        }

        @Override
        boolean contains(byte[] key) {
            ByteBuffer halves = ByteBuffer.wrap(key);
            return keys.contains(halves.getLong(), halves.getLong(), System.nanoTime());
        }

        @Override
        void add(byte[] key) {
            ByteBuffer halves = ByteBuffer.wrap(key);
            long now = System.nanoTime();
            keys.add(halves.getLong(), halves.getLong(), now);
            addedAt = now;
            used = true;
        }
    }

    private static final class InRepository extends ResendMemory {

        private final IdempotentRepository repository;
        private final AtomicBoolean outOfOrder = new AtomicBoolean();

        InRepository(IdempotentRepository repository) {
            this.repository = repository;
        }

        @Override
        boolean isEmpty() {
            return false;
        }

        @Override
        boolean contains(byte[] key) {
            try {
                return repository.contains(text(key));
            } catch (RuntimeException e) {
                outOfOrder(e);
                return false;
            }
        }

        @Override
        void add(byte[] key) {
            try {
                repository.add(text(key));
                outOfOrder.set(false);
            } catch (RuntimeException e) {
                outOfOrder(e);
            }
        }

        private void outOfOrder(RuntimeException e) {
            if (outOfOrder.compareAndSet(false, true)) {
                LOG.warn(
                        "What was delivered of failed requests cannot be remembered or looked up, so that it may be delivered twice: {}",
                        e.getClass().getName());
            }
        }

        private static String text(byte[] key) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
        }
    }
}
