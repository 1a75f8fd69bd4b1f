package io.camelsegment.localaws;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A record that a stream has accepted.
 *
 * @param shardId the shard it went to
 * @param sequenceNumber its sequence number, growing within the shard
 * @param partitionKey as sent
 * @param data as sent, not copied
 * @param arrival when it was stored
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on uncopied, and not compared
public record KinesisRecord(String shardId, String sequenceNumber, String partitionKey, byte[] data, Instant arrival) {

    /** The data as UTF-8 text. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    /** Says where and how large the record is, never what it holds. */
    @Override
    public String toString() {
        return "KinesisRecord[" + shardId + ", " + sequenceNumber + ", " + data.length + " bytes]";
    }
}
