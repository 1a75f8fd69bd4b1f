package io.camelsegment.kinesis;

import io.camelsegment.delivery.PendingRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds an aggregated record of the Kinesis Producer Library: four magic bytes, a protobuf message with the distinct
 * partition keys and the events, and the message's MD5.
 *
 * <pre>
 * message AggregatedRecord { repeated string partition_key_table = 1; repeated Record records = 3; }
 * message Record           { required uint64 partition_key_index = 1; required bytes data = 3; }
 * </pre>
 *
 * The record's own partition key merely selects the shard. Not thread-safe.
 *
 * @see <a href="https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md">KPL aggregated
 *     record format</a>, read 2026-11-21
 */
final class KplRecord {

    private static final byte[] MAGIC = {(byte) 0xf3, (byte) 0x89, (byte) 0x9a, (byte) 0xc2};
    private static final int MD5_BYTES = 16;

    /** Field number and wire type: 0 for a number, 2 for bytes with their length. */
    private static final int PARTITION_KEY_TABLE = 1 << 3 | 2;

    private static final int RECORDS = 3 << 3 | 2;
    private static final int PARTITION_KEY_INDEX = 1 << 3;
    private static final int DATA = 3 << 3 | 2;

    private final String partitionKey;
    private final int keySize;
    private final Map<String, Integer> keys = new LinkedHashMap<>();
    private final List<byte[]> encodedKeys = new ArrayList<>();
    private final List<PendingRecord> events = new ArrayList<>();
    private int messageBytes;

    /**
     * Creates an empty record.
     *
     * @param partitionKey selects the shard
     */
    KplRecord(String partitionKey) {
        this.partitionKey = partitionKey;
        this.keySize = PartitionKeys.utf8Length(partitionKey);
    }

    List<PendingRecord> events() {
        return events;
    }

    /** Returns the most bytes of the record with one more event, as Kinesis counts them. */
    int sizeWith(PendingRecord event) {
        int record = recordBytes(event, keys.getOrDefault(event.partitionKey(), keys.size()));
        int key =
                keys.containsKey(event.partitionKey()) ? 0 : fieldBytes(PartitionKeys.utf8Length(event.partitionKey()));
        return keySize + MAGIC.length + messageBytes + key + fieldBytes(record) + MD5_BYTES;
    }

    void add(PendingRecord event) {
        Integer index = keys.get(event.partitionKey());
        if (index == null) {
            index = keys.size();
            keys.put(event.partitionKey(), index);
            byte[] key = event.partitionKey().getBytes(StandardCharsets.UTF_8);
            encodedKeys.add(key);
            messageBytes += fieldBytes(key.length);
        }
        events.add(event);
        messageBytes += fieldBytes(recordBytes(event, index));
    }

    private static int recordBytes(PendingRecord event, int keyIndex) {
        return 1 + varintBytes(keyIndex) + fieldBytes(event.data().length);
    }

    /** Returns the bytes of a field with a tag of one byte, the length, and that many bytes. */
    private static int fieldBytes(int length) {
        return 1 + varintBytes(length) + length;
    }

    private static int varintBytes(int value) {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    /** Returns the record to send: a single event unchanged, with its own key; several in the format above. */
    PendingRecord toRecord() {
        if (events.size() == 1) {
            return events.get(0);
        }
        byte[] data = encode();
        return new PendingRecord(data, partitionKey, keySize + data.length, true, null);
    }

    private byte[] encode() {
        Output out = new Output(new byte[MAGIC.length + messageBytes + MD5_BYTES]);
        out.bytes(MAGIC);
        for (byte[] key : encodedKeys) {
            out.field(PARTITION_KEY_TABLE, key.length);
            out.bytes(key);
        }
        for (PendingRecord event : events) {
            int keyIndex = keys.get(event.partitionKey());
            out.field(RECORDS, recordBytes(event, keyIndex));
            out.field(PARTITION_KEY_INDEX, keyIndex);
            out.field(DATA, event.data().length);
            out.bytes(event.data());
        }
        MessageDigest md5 = md5();
        md5.update(out.bytes, MAGIC.length, messageBytes);
        out.bytes(md5.digest());
        return out.bytes;
    }

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static final class Output {

        private final byte[] bytes;
        private int at;

        Output(byte[] bytes) {
            this.bytes = bytes;
        }

        void bytes(byte[] some) {
            System.arraycopy(some, 0, bytes, at, some.length);
            at += some.length;
        }

        /** Writes the tag, then a number: the value itself, or the length of the bytes that follow. */
        void field(int tag, int number) {
            bytes[at++] = (byte) tag;
            int rest = number;
            while (rest > 0x7f) {
                bytes[at++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[at++] = (byte) rest;
        }
    }
}
