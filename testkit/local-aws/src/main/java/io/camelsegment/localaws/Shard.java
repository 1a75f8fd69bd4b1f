package io.camelsegment.localaws;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A shard: its hash key range, its sequence numbers, and its place in the stream's history.
 *
 * <p>A sequence number has 56 digits, as in AWS: {@code 49}, the stream's creation time, the shard's number and the
 * record's position in the stream from 1. So it grows within a shard and from parent to child, and its use in the wrong
 * shard is detected.
 */
final class Shard {
    private static final int SEQUENCE_DIGITS = 56;
    private static final long OPEN = Long.MAX_VALUE;

    private final String id;
    private final HashKey first;
    private final HashKey last;
    private final String parentId;
    private final String adjacentParentId;
    private final byte[] sequenceTemplate;
    private final int prefixLength;
    private final long startPosition;
    private final ShardThroughput throughput = new ShardThroughput();

    /** The position in the stream's log from which no record of this shard follows. */
    private volatile long endPosition = OPEN;

    /**
     * @param parentId the shard that was split, or the lower one of a merge; null in a new stream
     * @param adjacentParentId the higher one of a merge, else null
     * @param startPosition the position in the stream's log at which the shard was opened
     */
    Shard(
            int number,
            HashKey first,
            HashKey last,
            String parentId,
            String adjacentParentId,
            long startPosition,
            long createdMillis) {
        this.id = String.format("shardId-%012d", number);
        this.first = first;
        this.last = last;
        this.parentId = parentId;
        this.adjacentParentId = adjacentParentId;
        this.startPosition = startPosition;
        byte[] prefix = String.format("49%013d%010d", createdMillis, number).getBytes(StandardCharsets.US_ASCII);
        this.prefixLength = prefix.length;
        this.sequenceTemplate = Arrays.copyOf(prefix, SEQUENCE_DIGITS);
        Arrays.fill(sequenceTemplate, prefixLength, SEQUENCE_DIGITS, (byte) '0');
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

    String parentId() {
        return parentId;
    }

    String adjacentParentId() {
        return adjacentParentId;
    }

    boolean isOpen() {
        return endPosition == OPEN;
    }

    boolean isChildOf(String shardId) {
        return shardId.equals(parentId) || shardId.equals(adjacentParentId);
    }

    void close(long position) {
        endPosition = position;
    }

    /** Whether a reader at this position of the stream's log has read all records that the shard will ever have. */
    boolean endsBefore(long position) {
        return position >= endPosition;
    }

    /** The shard's throughput limit, for throttling. */
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

    /** The shard's starting number, below every record's. */
    String startingSequenceNumber() {
        return sequenceNumber(startPosition - 1);
    }

    /** The number of the last record, or a higher one; null while the shard is open. */
    String endingSequenceNumber() {
        long end = endPosition;
        return end == OPEN ? null : sequenceNumber(end);
    }

    /** The position of a sequence number, -1 for the starting one; null if it is not of this shard. */
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
