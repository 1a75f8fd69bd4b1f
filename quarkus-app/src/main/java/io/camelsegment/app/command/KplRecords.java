package io.camelsegment.app.command;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes aggregated records of the Kinesis Producer Library apart: four magic bytes, a protobuf message and its MD5.
 * Unlike AWS's library it drops no event that another shard should have.
 *
 * @see <a href="https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md">KPL aggregated
 *     record format</a>, read 2026-11-30
 */
final class KplRecords {

    private static final byte[] MAGIC = {(byte) 0xf3, (byte) 0x89, (byte) 0x9a, (byte) 0xc2};
    private static final int MD5_BYTES = 16;

    private static final int PARTITION_KEY_TABLE = 1;
    private static final int RECORDS = 3;
    private static final int PARTITION_KEY_INDEX = 1;
    private static final int DATA = 3;

    private KplRecords() {}

    /**
     * An event.
     *
     * @param partitionKey its own
     */
    @SuppressWarnings("ArrayRecordComponent") // only looked at
    record Entry(String partitionKey, byte[] data) {}

    /**
     * Returns the events of a record; the record itself if it is not aggregated.
     *
     * @param partitionKey of the record
     */
    static List<Entry> of(byte[] data, String partitionKey) {
        if (!isAggregated(data)) {
            return List.of(new Entry(partitionKey, data));
        }
        try {
            return read(ByteBuffer.wrap(data, MAGIC.length, data.length - MAGIC.length - MD5_BYTES)
                    .slice());
        } catch (IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | BufferUnderflowException e) {
            return List.of(new Entry(partitionKey, data)); // with the right MD5, but of another format
        }
    }

    private static boolean isAggregated(byte[] data) {
        if (data.length <= MAGIC.length + MD5_BYTES || !Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return false;
        }
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(data, MAGIC.length, data.length - MAGIC.length - MD5_BYTES);
            return Arrays.equals(md5.digest(), Arrays.copyOfRange(data, data.length - MD5_BYTES, data.length));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static List<Entry> read(ByteBuffer message) {
        List<String> keys = new ArrayList<>();
        List<ByteBuffer> records = new ArrayList<>();
        while (message.hasRemaining()) {
            long tag = varint(message);
            switch ((int) (tag >>> 3)) {
                case PARTITION_KEY_TABLE ->
                    keys.add(StandardCharsets.UTF_8.decode(bytes(message, tag)).toString());
                case RECORDS -> records.add(bytes(message, tag));
                default -> skip(message, tag);
            }
        }
        return records.stream().map(record -> entry(record, keys)).toList();
    }

    private static Entry entry(ByteBuffer record, List<String> keys) {
        int key = -1;
        byte[] data = new byte[0];
        while (record.hasRemaining()) {
            long tag = varint(record);
            switch ((int) (tag >>> 3)) {
                case PARTITION_KEY_INDEX -> key = Math.toIntExact(varint(record));
                case DATA -> {
                    ByteBuffer bytes = bytes(record, tag);
                    data = new byte[bytes.remaining()];
                    bytes.get(data);
                }
                default -> skip(record, tag);
            }
        }
        return new Entry(keys.get(key), data);
    }

    private static void skip(ByteBuffer message, long tag) {
        if ((tag & 7) == 0) {
            long unused = varint(message);
        } else {
            ByteBuffer unused = bytes(message, tag);
        }
    }

    private static ByteBuffer bytes(ByteBuffer message, long tag) {
        if ((tag & 7) != 2) {
            throw new IllegalArgumentException("expected bytes, but the wire type is " + (tag & 7));
        }
        int length = (int) Math.min(varint(message), Integer.MAX_VALUE);
        ByteBuffer bytes = message.slice(message.position(), length);
        message.position(message.position() + length);
        return bytes;
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = message.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("expected a number of at most 10 bytes");
    }
}
