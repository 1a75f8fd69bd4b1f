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

    private final byte[] salt = new byte[SALT_BYTES];

    KeyDigest() {
        new SecureRandom().nextBytes(salt);
    }

    /** Returns the digest of a key: equal for equal keys, different in every instance of this class. */
    ByteBuffer of(String writeKey) {
        return ByteBuffer.wrap(Sha256.hash(salt, writeKey.getBytes(StandardCharsets.UTF_8)));
    }
}
