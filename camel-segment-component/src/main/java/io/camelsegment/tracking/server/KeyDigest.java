package io.camelsegment.tracking.server;

import io.camelsegment.memory.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Digests of write keys, SHA-256 with a random salt, stored and compared in place of the keys. A comparison may stop at
 * the first byte that differs, but its time reveals nothing: outside, nobody knows the digest of a guess. Thread-safe.
 */
final class KeyDigest {

    private static final int SALT_BYTES = 32;

    /**
     * Drawn at the first use: a native image makes components when it is built, and all its copies would share a salt.
     */
    private volatile byte[] salt;

    /** Returns the digest of a key: equal for equal keys, different in every instance of this class. */
    ByteBuffer of(String writeKey) {
        return ByteBuffer.wrap(Sha256.hash(salt(), writeKey.getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] salt() {
        byte[] drawn = salt;
        return drawn != null ? drawn : draw();
    }

    private synchronized byte[] draw() {
        if (salt == null) {
            byte[] drawn = new byte[SALT_BYTES];
            new SecureRandom().nextBytes(drawn);
            salt = drawn;
        }
        return salt;
    }
}
