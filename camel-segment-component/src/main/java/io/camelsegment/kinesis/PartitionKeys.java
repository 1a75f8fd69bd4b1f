package io.camelsegment.kinesis;

import io.camelsegment.memory.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Creates valid partition keys: 1 to 256 characters of valid Unicode. A longer key, or one with half a surrogate pair,
 * is replaced by its SHA-256 in hexadecimal: equal keys get equal replacements, and long keys with the same beginning
 * still spread over the shards.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html">Entry of
 *     PutRecords</a>, read 2026-11-21
 */
final class PartitionKeys {

    private static final int LONGEST = 256;
    private static final int INVALID = -1;

    private PartitionKeys() {}

    /** Returns the key or its replacement; a random key for null or the empty string. */
    static String of(String key) {
        if (key == null || key.isEmpty()) {
            return Long.toHexString(ThreadLocalRandom.current().nextLong());
        }
        return key.length() > LONGEST || utf8Length(key) == INVALID ? sha256(key) : key;
    }

    /** Returns the number of bytes in UTF-8, as AWS counts them; -1 for invalid Unicode. */
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
                    // A pair has four bytes: one for each character, two added for the first.
                    i++;
                }
            }
        }
        return bytes;
    }

    private static String sha256(String key) {
        return HexFormat.of().formatHex(Sha256.hash(key.getBytes(StandardCharsets.UTF_16BE)));
    }
}
