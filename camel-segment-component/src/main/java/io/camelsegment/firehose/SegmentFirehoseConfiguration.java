package io.camelsegment.firehose;

import io.camelsegment.aws.SinkConfiguration;
import io.camelsegment.delivery.Ordering;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;

/** The options of a {@code segment-firehose:} endpoint. Not thread-safe: each endpoint has its own copy. */
@UriParams
public class SegmentFirehoseConfiguration extends SinkConfiguration {

    private static final int DEFAULT_BATCH_BYTES = 4_089_446;

    @UriParam(
            label = "producer",
            defaultValue = "4089446",
            description =
                    "A batch is sent before it would have more bytes than this, newlines included, 1 to 4194304; a larger record goes alone. The default is 3.9 MiB.")
    private int batchBytes = DEFAULT_BATCH_BYTES;

    @UriParam(
            label = "producer",
            defaultValue = "500ms",
            javaType = "java.time.Duration",
            description = "How long the oldest record of an unfilled batch waits for company.")
    private Duration lingerTime = Duration.ofMillis(500);

    @UriParam(
            label = "producer",
            defaultValue = "NONE",
            description =
                    "In which order events of the same key are given to Firehose, which itself keeps none: NONE for the highest throughput; KEY lets one request at a time have events of a key, and failed ones go first; STRICT lets a request have one event of a key at most. The key is the one that segment-kinesis would take.")
    private Ordering ordering = Ordering.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "NONE",
            description =
                    "Whether events share records: NONE, each event is a record; NEWLINE, a record holds as many events, one a line, as it takes, which is cheaper, and which transformations and formats must expect.")
    private FirehosePacking packing = FirehosePacking.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "Amazon Kinesis Firehose",
            description =
                    "The destination's name in an event's integrations. An event that they keep from it is not delivered: its Exchange completes with the header CamelSegmentFiltered. Empty delivers every event.")
    private String integrationName = "Amazon Kinesis Firehose";

    @UriParam(
            label = "advanced",
            description =
                    "A client of your own. It is used as it is, with its own region, credentials and retries, and never closed.")
    private FirehoseAsyncClient amazonKinesisFirehoseAsyncClient;

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

    public FirehoseAsyncClient getAmazonKinesisFirehoseAsyncClient() {
        return amazonKinesisFirehoseAsyncClient;
    }

    public void setAmazonKinesisFirehoseAsyncClient(FirehoseAsyncClient amazonKinesisFirehoseAsyncClient) {
        this.amazonKinesisFirehoseAsyncClient = amazonKinesisFirehoseAsyncClient;
    }
}
