package io.camelsegment.localaws;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** A point in the 128-bit hash key space of a stream, as two unsigned halves. */
record HashKey(long high, long low) implements Comparable<HashKey> {
    /** A decimal number of at most 39 digits. */
    static final Pattern PATTERN = Pattern.compile("0|([1-9]\\d{0,38})");

    static final BigInteger SPACE = BigInteger.ONE.shiftLeft(128);

    static HashKey of(BigInteger value) {
        return new HashKey(value.shiftRight(64).longValue(), value.longValue());
    }

    /** The MD5 hash of the key's UTF-8 bytes, by which Kinesis maps partition keys. */
    static HashKey ofPartitionKey(String partitionKey) {
        ByteBuffer hash = ByteBuffer.wrap(md5().digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
        return new HashKey(hash.getLong(), hash.getLong());
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    BigInteger value() {
        return BigInteger.valueOf(high)
                .shiftLeft(64)
                .or(BigInteger.valueOf(low).and(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE)))
                .mod(SPACE);
    }

    @Override
    public int compareTo(HashKey other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** The decimal number, as in Kinesis. */
    @Override
    public String toString() {
        return value().toString();
    }
}
