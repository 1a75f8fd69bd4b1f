package io.camelsegment.localaws;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A record that a stream has accepted.
 *
 * @param shardId its shard
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

    /** Names the record's place and size, never its contents. */
    @Override
    public String toString() {
        return "KinesisRecord[" + shardId + ", " + sequenceNumber + ", " + data.length + " bytes]";
    }
}
