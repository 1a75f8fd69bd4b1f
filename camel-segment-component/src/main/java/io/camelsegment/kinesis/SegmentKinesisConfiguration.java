package io.camelsegment.kinesis;

import io.camelsegment.aws.SinkConfiguration;
import io.camelsegment.delivery.Ordering;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** The options of a {@code segment-kinesis:} endpoint. Not thread-safe: each endpoint has its own copy. */
@UriParams
public class SegmentKinesisConfiguration extends SinkConfiguration {

    private static final int DEFAULT_BATCH_BYTES = 5_138_022;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description =
                    "Whether the messageId is the partition key, which spreads events evenly over the shards, instead of userId or anonymousId, which keeps a user's events together.")
    private boolean useMessageId;

    @UriParam(
            label = "producer",
            defaultValue = "5138022",
            description =
                    "A batch is sent before it would have more bytes than this, data and partition keys together, 1 to 10485760; a larger record goes alone. The default is 4.9 MiB.")
    private int batchBytes = DEFAULT_BATCH_BYTES;

    @UriParam(
            label = "producer",
            defaultValue = "100ms",
            javaType = "java.time.Duration",
            description = "How long the oldest record of an unfilled batch waits for company.")
    private Duration lingerTime = Duration.ofMillis(100);

    @UriParam(
            label = "producer",
            defaultValue = "KEY",
            description =
                    "Which order events of the same partition key keep: NONE for the highest throughput; KEY lets one request at a time have events of a key, and failed ones go first; STRICT lets a request have one event of a key at most.")
    private Ordering ordering = Ordering.KEY;

    @UriParam(
            label = "producer",
            defaultValue = "NONE",
            description =
                    "Whether events share records: NONE, each event is a record; KPL, events of the same shard share records in the format of the Kinesis Producer Library, which is cheaper where events are small, and which readers must take apart.")
    private KinesisPacking packing = KinesisPacking.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "Amazon Kinesis",
            description =
                    "The destination's name in an event's integrations. An event that they keep from it is not delivered: its Exchange completes with the header CamelSegmentFiltered. Empty delivers every event.")
    private String integrationName = "Amazon Kinesis";

    @UriParam(
            label = "advanced",
            description =
                    "A client of your own. It is used as it is, with its own region, credentials and retries, and never closed.")
    private KinesisAsyncClient amazonKinesisAsyncClient;

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

    public KinesisAsyncClient getAmazonKinesisAsyncClient() {
        return amazonKinesisAsyncClient;
    }

    public void setAmazonKinesisAsyncClient(KinesisAsyncClient amazonKinesisAsyncClient) {
        this.amazonKinesisAsyncClient = amazonKinesisAsyncClient;
    }
}
