package io.camelsegment.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which events reached which streams, for requests that their senders will repeat. Consulted before each
 * delivery; while it is empty, as it mostly is, that costs next to nothing. Thread-safe.
 *
 * <p>A delivery is stored as 128 bits of the SHA-256 of source, stream and messageId: short, equal in every instance,
 * and revealing nothing. The probability that an event is mistaken for one of a million others is 3 in 10³³.
 */
public abstract class ResendMemory {

    /** Default time for which a delivery is remembered. */
    public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(15);

    /**
     * Most bytes that deliveries take in the memory of this process, if an eighth of the heap is not less: 32 MiB, for
     * half a million to a million.
     */
    public static final long MAX_BYTES = 32 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ResendMemory.class);
    private static final int KEY_BYTES = 16;
    private static final byte[] SEPARATOR = {0};

    private ResendMemory() {}

    /**
     * Creates a memory within this process.
     *
     * @param window how long a delivery is remembered at least, more than zero
     */
    public static ResendMemory inProcess(Duration window) {
        return new InProcess(window);
    }

    /**
     * Creates a memory in a repository that other instances may share; it is asked before every delivery. It stores
     * hashes of 22 characters each. Its failures cost duplicates, never an event or an answer.
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

    final void forget(String source, String stream, String messageId) {
        remove(key(source, stream, messageId));
    }

    /** Returns whether nothing is remembered; false when unknown. */
    abstract boolean isEmpty();

    abstract boolean contains(byte[] key);

    abstract void add(byte[] key);

    abstract void remove(byte[] key);

    private static byte[] key(String source, String stream, String messageId) {
        byte[] hash = Sha256.hash(
                source.getBytes(UTF_8), SEPARATOR, stream.getBytes(UTF_8), SEPARATOR, messageId.getBytes(UTF_8));
        return Arrays.copyOf(hash, KEY_BYTES);
    }

    private static final class InProcess extends ResendMemory {

        private final RecentKeys keys;
        private final long windowNanos;
        private volatile boolean used;
        private volatile long addedAt;

        InProcess(Duration window) {
            windowNanos = window.toNanos();
            keys = new RecentKeys(
                    window, Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / 8), System.nanoTime());
        }

        @Override
        boolean isEmpty() {
            return !used || System.nanoTime() - addedAt > windowNanos;
        }

        @Override
        boolean contains(byte[] key) {
            return keys.contains(hash(key), System.nanoTime());
        }

        @Override
        void add(byte[] key) {
            long now = System.nanoTime();
            keys.add(hash(key), now);
            addedAt = now;
            used = true;
        }

        @Override
        void remove(byte[] key) {
            keys.remove(hash(key), System.nanoTime());
        }

        private static Hash128 hash(byte[] key) {
            ByteBuffer halves = ByteBuffer.wrap(key);
            return new Hash128(halves.getLong(), halves.getLong());
        }
    }

    private static final class InRepository extends ResendMemory {

        private final IdempotentRepository repository;
        private final AtomicBoolean failing = new AtomicBoolean();

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
                warnOnce(e);
                return false;
            }
        }

        @Override
        void add(byte[] key) {
            try {
                repository.add(text(key));
                failing.set(false);
            } catch (RuntimeException e) {
                warnOnce(e);
            }
        }

        @Override
        void remove(byte[] key) {
            try {
                repository.remove(text(key));
            } catch (RuntimeException e) {
                warnOnce(e);
            }
        }

        private void warnOnce(RuntimeException e) {
            if (failing.compareAndSet(false, true)) {
                LOG.warn(
                        "resendRepository failed, so events of repeated requests may be delivered twice: {}",
                        e.getClass().getName());
            }
        }

        private static String text(byte[] key) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
        }
    }
}
