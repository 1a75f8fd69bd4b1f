package io.camelsegment.firehose;

import io.camelsegment.aws.AwsConfiguration;
import io.camelsegment.delivery.Ordering;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** Options of a {@code segment-firehose:} endpoint. Not thread-safe: each endpoint has its own copy. */
@UriParams
public class SegmentFirehoseConfiguration extends AwsConfiguration {

    private static final int DEFAULT_BATCH_BYTES = 4_089_446;

    @UriParam(
            label = "producer",
            defaultValue = "4089446",
            description = "Maximum bytes in a batch, newlines included, 1 to 4194304; a larger record goes alone. The"
                    + " default is 3.9 MiB.")
    private int batchBytes = DEFAULT_BATCH_BYTES;

    @UriParam(
            label = "producer",
            defaultValue = "500ms",
            javaType = "java.time.Duration",
            description = "How long the oldest record of an unfilled batch waits for more records.")
    private Duration lingerTime = Duration.ofMillis(500);

    @UriParam(
            label = "producer",
            defaultValue = "NONE",
            description = "Order in which events of the same key are given to Firehose, which itself keeps none. NONE:"
                    + " no order, for the highest throughput. KEY: one request at a time carries events of a key,"
                    + " failed ones first. STRICT: as KEY, with at most one event of a key per request. The key is that"
                    + " of segment-kinesis.")
    private Ordering ordering = Ordering.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "NONE",
            description = "Whether events share records. NONE: each event is a record. NEWLINE: a record holds as many"
                    + " events as fit, one per line, which costs less; transformations and formats must expect it.")
    private FirehosePacking packing = FirehosePacking.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "Amazon Kinesis Firehose",
            description = "Name of the destination in an event's integrations. Events whose integrations exclude this"
                    + " name are skipped: their Exchange completes with the header CamelSegmentFiltered. Empty delivers"
                    + " every event.")
    private String integrationName = "Amazon Kinesis Firehose";

    @Override
    public SegmentFirehoseConfiguration copy() {
        return (SegmentFirehoseConfiguration) super.copy();
    }

    @Override
    public int getBatchBytes() {
        return batchBytes;
    }

    public void setBatchBytes(int batchBytes) {
        this.batchBytes = batchBytes;
    }

    @Override
    public Duration getLingerTime() {
        return lingerTime;
    }

    public void setLingerTime(Duration lingerTime) {
        this.lingerTime = lingerTime;
    }

    @Override
    public Ordering getOrdering() {
        return ordering;
    }

    public void setOrdering(Ordering ordering) {
        this.ordering = ordering;
    }

    @Override
    protected boolean packs() {
        return packing != FirehosePacking.NONE;
    }

    public FirehosePacking getPacking() {
        return packing;
    }

    public void setPacking(FirehosePacking packing) {
        this.packing = packing;
    }

    @Override
    public String getIntegrationName() {
        return integrationName;
    }

    public void setIntegrationName(String integrationName) {
        this.integrationName = integrationName;
    }
}
