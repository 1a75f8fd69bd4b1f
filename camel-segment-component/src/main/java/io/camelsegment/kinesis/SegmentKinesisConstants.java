package io.camelsegment.kinesis;

import io.camelsegment.SegmentConstants;
import org.apache.camel.spi.Metadata;

/** Headers that {@code segment-kinesis} reads and sets, named as in {@code aws2-kinesis}. */
public final class SegmentKinesisConstants {

    @Metadata(
            label = "producer",
            description = "The partition key. Without it, the key of the event in the body is used (userId, else"
                    + " anonymousId, else messageId), else a random one.",
            javaType = "String")
    public static final String PARTITION_KEY = SegmentConstants.PARTITION_KEY;

    @Metadata(label = "producer", description = "The partition key when useMessageId is set.", javaType = "String")
    public static final String MESSAGE_ID = SegmentConstants.MESSAGE_ID;

    @Metadata(
            label = "producer",
            description = "Set after delivery: the shard that stored the record.",
            javaType = "String")
    public static final String SHARD_ID = "CamelAwsKinesisShardId";

    @Metadata(
            label = "producer",
            description = "Set after delivery: the sequence number of the record in its shard.",
            javaType = "String")
    public static final String SEQUENCE_NUMBER = "CamelAwsKinesisSequenceNumber";

    @Metadata(
            label = "producer",
            description = "Set on an event that is skipped because its integrations exclude this destination: the"
                    + " integrationName.",
            javaType = "String")
    public static final String FILTERED = SegmentConstants.FILTERED;

    private SegmentKinesisConstants() {}
}
