package io.camelsegment.firehose;

import io.camelsegment.SegmentConstants;
import org.apache.camel.spi.Metadata;

/** Names of the headers that {@code segment-firehose} reads and sets, the same as those of {@code aws2-kinesis-firehose}. */
public final class SegmentFirehoseConstants {

    @Metadata(
            label = "producer",
            description =
                    "The key by which ordering=KEY and STRICT keep an order. Without it that of the event in the body is used (userId, else anonymousId, else messageId), else none.",
            javaType = "String")
    public static final String PARTITION_KEY = SegmentConstants.PARTITION_KEY;

    @Metadata(label = "producer", description = "Set after delivery: the id of the record.", javaType = "String")
    public static final String RECORD_ID = "CamelAwsKinesisFirehoseRecordId";

    @Metadata(
            label = "producer",
            description =
                    "Set on an event that its integrations keep from this destination, and which is not delivered: the integrationName.",
            javaType = "String")
    public static final String FILTERED = SegmentConstants.FILTERED;

    private SegmentFirehoseConstants() {}
}
