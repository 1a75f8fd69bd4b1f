package io.camelsegment.localaws;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A shard: its hash key range and its sequence numbers.
 *
 * <p>A sequence number here is 56 digits like AWS's: {@code 49}, the stream's creation time, the shard's number and, last,
 * the record's position in the stream from 1. So it grows within a shard, and tells when it is used in the wrong place.
 */
final class Shard {
    private static final int SEQUENCE_DIGITS = 56;

    private final String id;
    private final HashKey first;
    private final HashKey last;
    private final byte[] sequenceTemplate;
    private final int prefixLength;
    private final ShardThroughput throughput = new ShardThroughput();

    Shard(int number, HashKey first, HashKey last, long createdMillis) {
        this.id = String.format("shardId-%012d", number);
        this.first = first;
        this.last = last;
        byte[] prefix = String.format("49%013d%010d", createdMillis, number).getBytes(StandardCharsets.US_ASCII);
        this.prefixLength = prefix.length;
        this.sequenceTemplate = Arrays.copyOf(prefix, SEQUENCE_DIGITS);
        Arrays.fill(sequenceTemplate, prefixLength, SEQUENCE_DIGITS, (byte) '0');
    }

    /** Divides the hash key space evenly, the last shard taking the remainder, as CreateStream does. */
    static Shard[] evenly(int count, long createdMillis) {
        BigInteger width = HashKey.SPACE.divide(BigInteger.valueOf(count));
        Shard[] shards = new Shard[count];
        for (int i = 0; i < count; i++) {
            BigInteger start = width.multiply(BigInteger.valueOf(i));
            BigInteger end = i == count - 1 ? HashKey.SPACE : start.add(width);
            shards[i] = new Shard(i, HashKey.of(start), HashKey.of(end.subtract(BigInteger.ONE)), createdMillis);
        }
        return shards;
    }

    String id() {
        return id;
    }

    HashKey first() {
        return first;
    }

    HashKey last() {
        return last;
    }

    /** What the shard takes in a second, where it is throttled. */
    ShardThroughput throughput() {
        return throughput;
    }

    /** The sequence number of the record at a position of the stream's log, counted from 0. */
    String sequenceNumber(long position) {
        byte[] digits = sequenceTemplate.clone();
        int i = SEQUENCE_DIGITS;
        for (long rest = position + 1; rest > 0; rest /= 10) {
            digits[--i] = (byte) ('0' + rest % 10);
        }
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    /** The number below every record's: where the shard starts. */
    String startingSequenceNumber() {
        return sequenceNumber(-1);
    }

    /** The position that a sequence number stands for (-1 for the starting one), or null when it is not of this shard. */
    Long position(String sequenceNumber) {
        if (sequenceNumber.length() != SEQUENCE_DIGITS
                || !sequenceNumber.startsWith(
                        new String(sequenceTemplate, 0, prefixLength, StandardCharsets.ISO_8859_1))) {
            return null;
        }
        BigInteger position = new BigInteger(sequenceNumber.substring(prefixLength));
        return position.bitLength() > 62 ? null : Long.valueOf(position.longValue() - 1);
    }
}
