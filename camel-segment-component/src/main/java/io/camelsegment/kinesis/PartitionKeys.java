package io.camelsegment.kinesis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes partition keys that Kinesis takes: 1 to 256 characters of valid Unicode. A key that is longer, or that holds half a
 * surrogate pair, is replaced by its SHA-256 in hexadecimal: the same key always gives the same one, and long keys with
 * the same beginning still spread over the shards.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html">PutRecordsRequestEntry</a>,
 *     read 2026-11-21
 */
final class PartitionKeys {

    private static final int LONGEST = 256;
    private static final int INVALID = -1;

    private PartitionKeys() {}

    /** Returns the key, or what stands for it; a random one if it is null or empty. */
    static String of(String key) {
        if (key == null || key.isEmpty()) {
            return Long.toHexString(ThreadLocalRandom.current().nextLong());
        }
        return key.length() > LONGEST || utf8Length(key) == INVALID ? sha256(key) : key;
    }

    /** Returns the number of bytes in UTF-8, as AWS counts them; -1 if it is not valid Unicode. */
    static int utf8Length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c >= 0x800 ? 2 : 1;
                if (Character.isSurrogate(c)) {
                    if (!Character.isHighSurrogate(c)
                            || i + 1 == text.length()
                            || !Character.isLowSurrogate(text.charAt(i + 1))) {
                        return INVALID;
                    }
                    // Four bytes for the pair: two characters are counted, two more were added for the first.
                    i++;
                }
            }
        }
        return bytes;
    }

    private static String sha256(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_16BE));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
