package io.camelsegment.firehose;

import io.camelsegment.SegmentConstants;
import org.apache.camel.spi.Metadata;

/** Headers that {@code segment-firehose} reads and sets, named as in {@code aws2-kinesis-firehose}. */
public final class SegmentFirehoseConstants {

    @Metadata(
            label = "producer",
            description = "The key for ordering=KEY and STRICT. Without it, the key of the event in the body is used"
                    + " (userId, else anonymousId, else messageId), else none.",
            javaType = "String")
    public static final String PARTITION_KEY = SegmentConstants.PARTITION_KEY;

    @Metadata(label = "producer", description = "Set after delivery: the id of the record.", javaType = "String")
    public static final String RECORD_ID = "CamelAwsKinesisFirehoseRecordId";

    @Metadata(
            label = "producer",
            description = "Set on an event that is skipped because its integrations exclude this destination: the"
                    + " integrationName.",
            javaType = "String")
    public static final String FILTERED = SegmentConstants.FILTERED;

    private SegmentFirehoseConstants() {}
}
