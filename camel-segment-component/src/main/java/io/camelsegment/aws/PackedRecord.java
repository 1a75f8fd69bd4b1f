package io.camelsegment.aws;

import io.camelsegment.delivery.PendingRecord;

/**
 * A record of the service with one or more events. Thread-safe.
 *
 * @param record  the record to send; only its data, partition key and size are used
 * @param members the events in the record, by their index in the batch, in order
 * @param shardId the Kinesis shard for which the record is packed; null if any will do
 */
@SuppressWarnings("ArrayRecordComponent") // the indexes are passed on and never compared
public record PackedRecord(PendingRecord record, int[] members, String shardId) {}
