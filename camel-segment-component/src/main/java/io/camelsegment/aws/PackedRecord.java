package io.camelsegment.aws;

import io.camelsegment.delivery.PendingRecord;

/**
 * A record of the service that holds one event or several. Thread-safe.
 *
 * @param record  what is sent; only its data, partition key and size are used
 * @param members which of the events it holds, by their index in the batch, in order
 * @param shardId the Kinesis shard that it is meant for; null where it may go to any
 */
@SuppressWarnings("ArrayRecordComponent") // the indexes are handed on, and not compared
public record PackedRecord(PendingRecord record, int[] members, String shardId) {}
