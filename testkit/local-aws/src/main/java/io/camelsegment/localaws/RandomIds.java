package io.camelsegment.localaws;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Creates identifiers and secrets in AWS's formats. */
final class RandomIds {
    private static final String ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ID_LENGTH = 20;

    private RandomIds() {}

    /** A request ID: unique enough, not secret. */
    static String requestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** An IAM unique ID or access key ID: 20 characters with a prefix for its kind. */
    static String unique(String prefix) {
        SecureRandom random = new SecureRandom();
        StringBuilder id = new StringBuilder(prefix);
        while (id.length() < ID_LENGTH) {
            id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
        }
        return id.toString();
    }

    static String secret(int bytes) {
        byte[] secret = new byte[bytes];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }
}
