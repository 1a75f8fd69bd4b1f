package io.camelsegment.kinesis;

import io.camelsegment.aws.AwsConfiguration;
import io.camelsegment.delivery.Ordering;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** Options of a {@code segment-kinesis:} endpoint. Not thread-safe: each endpoint has its own copy. */
@UriParams
public class SegmentKinesisConfiguration extends AwsConfiguration {

    private static final int DEFAULT_BATCH_BYTES = 5_138_022;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether to use messageId as partition key, which spreads events evenly over the shards,"
                    + " instead of userId or anonymousId, which keeps a user's events together.")
    private boolean useMessageId;

    @UriParam(
            label = "producer",
            defaultValue = "5138022",
            description =
                    "Maximum bytes in a batch, data and partition keys together, 1 to 10485760; a larger record goes"
                            + " alone. The default is 4.9 MiB.")
    private int batchBytes = DEFAULT_BATCH_BYTES;

    @UriParam(
            label = "producer",
            defaultValue = "100ms",
            javaType = "java.time.Duration",
            description = "How long the oldest record of an unfilled batch waits for more records.")
    private Duration lingerTime = Duration.ofMillis(100);

    @UriParam(
            label = "producer",
            defaultValue = "KEY",
            description = "Order kept among events with the same partition key. NONE: no order, for the highest"
                    + " throughput. KEY: one request at a time carries events of a key, failed ones first. STRICT: as"
                    + " KEY, with at most one event of a key per request.")
    private Ordering ordering = Ordering.KEY;

    @UriParam(
            label = "producer",
            defaultValue = "NONE",
            description = "Whether events share records. NONE: each event is a record. KPL: events of the same shard"
                    + " share records in the format of the Kinesis Producer Library, which costs less for small events;"
                    + " readers must unpack them.")
    private KinesisPacking packing = KinesisPacking.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "Amazon Kinesis",
            description = "Name of the destination in an event's integrations. Events whose integrations exclude this"
                    + " name are skipped: their Exchange completes with the header CamelSegmentFiltered. Empty delivers"
                    + " every event.")
    private String integrationName = "Amazon Kinesis";

    @Override
    public SegmentKinesisConfiguration copy() {
        return (SegmentKinesisConfiguration) super.copy();
    }

    public boolean isUseMessageId() {
        return useMessageId;
    }

    public void setUseMessageId(boolean useMessageId) {
        this.useMessageId = useMessageId;
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
        return packing != KinesisPacking.NONE;
    }

    public KinesisPacking getPacking() {
        return packing;
    }

    public void setPacking(KinesisPacking packing) {
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
