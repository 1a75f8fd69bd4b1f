package io.camelsegment.routes;

import io.camelsegment.firehose.SegmentFirehoseConstants;
import io.camelsegment.kinesis.SegmentKinesisConstants;
import org.apache.camel.spi.Metadata;

/** The headers of {@code segment-aggregate:}. */
public final class SegmentAggregateConstants {

    @Metadata(description = "For aws2-kinesis: the partition key. By default that of the event.", javaType = "String")
    public static final String PARTITION_KEY = SegmentKinesisConstants.PARTITION_KEY;

    @Metadata(description = "From aws2-kinesis-firehose: the id of the stored record.", javaType = "String")
    public static final String RECORD_ID = SegmentFirehoseConstants.RECORD_ID;

    private SegmentAggregateConstants() {}
}
