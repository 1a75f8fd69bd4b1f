package io.camelsegment.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * What write keys are held and compared as: SHA-256 digests with a random salt. A comparison may end at the first byte that differs,
 * and still its time tells nothing of a key, since nobody outside can know which digest a guess has. Thread-safe.
 */
final class KeyDigest {

    private static final int SALT_BYTES = 32;

    private final byte[] salt = new byte[SALT_BYTES];

    KeyDigest() {
        new SecureRandom().nextBytes(salt);
    }

    /** Returns the key's digest: the same for the same key, and another one with another instance of this class. */
    ByteBuffer of(String writeKey) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(salt);
            return ByteBuffer.wrap(sha.digest(writeKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
