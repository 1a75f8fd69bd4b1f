package io.camelsegment.kinesis;

import io.camelsegment.aws.AwsClientFactory;
import io.camelsegment.aws.AwsConnection;
import io.camelsegment.aws.AwsSinkEndpoint;
import io.camelsegment.aws.AwsSpans;
import io.camelsegment.aws.PackingTransport;
import io.camelsegment.aws.SdkClient;
import io.camelsegment.aws.client.ServiceClient;
import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.event.SegmentEvent;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.Category;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * Deliver events to Amazon Kinesis Data Streams in batches, each event with its own partition key and its own result.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "segment-kinesis",
        title = "Segment Kinesis",
        syntax = "segment-kinesis:streamName",
        producerOnly = true,
        category = {Category.CLOUD, Category.MESSAGING},
        headersClass = SegmentKinesisConstants.class)
public class SegmentKinesisEndpoint extends AwsSinkEndpoint<KinesisAsyncClient> {

    private static final List<String> RESULT_HEADERS =
            List.of(SegmentKinesisConstants.SHARD_ID, SegmentKinesisConstants.SEQUENCE_NUMBER);

    private static final Pattern STREAM_NAMES = Pattern.compile("[\\w.-]{1,128}");

    @UriPath(description = "Name of the stream, or its ARN, which may be of another account.")
    @Metadata(required = true)
    private String streamName;

    @UriParam
    private SegmentKinesisConfiguration configuration;

    public SegmentKinesisEndpoint(
            String uri,
            SegmentKinesisComponent component,
            String streamName,
            SegmentKinesisConfiguration configuration) {
        super(uri, component);
        this.streamName = streamName;
        this.configuration = configuration;
    }

    @Override
    protected Pattern streamNames() {
        return STREAM_NAMES;
    }

    @Override
    protected ServiceLimits requestLimits() {
        return KinesisLimits.LIMITS;
    }

    @Override
    protected KinesisAsyncClient createClient(
            AwsConnection connection, AwsCredentialsProvider credentials, SdkEventLoopGroup eventLoops) {
        return AwsClientFactory.build(KinesisAsyncClient.builder(), connection, credentials, eventLoops);
    }

    @Override
    protected BatchTransport transport(
            ServiceClient batches, SdkClient<KinesisAsyncClient> others, AwsCredentialsProvider credentials) {
        AwsSpans spans = spans("Kinesis", "PutRecords", "PutRecord", "aws.kinesis.stream_name");
        KinesisTransport transport = new KinesisTransport(
                batches,
                others,
                configuration.connection(),
                credentials,
                streamName,
                configuration.getRequestTimeout(),
                spans);
        if (!configuration.packs()) {
            return transport;
        }
        ShardMap shardMap = new ShardMap("Kinesis stream " + streamName, transport::listShards, System::nanoTime);
        var unused = shardMap.current(); // starts reading it before the first event comes
        return new PackingTransport(
                transport,
                new KplPacker(shardMap),
                configuration.getBatchRecords(),
                requestLimits().batchBytes(),
                spans != null);
    }

    @Override
    protected PendingRecord record(Message message, RecordCallback callback, int index) throws InvalidPayloadException {
        SegmentEvent event = message.getBody() instanceof SegmentEvent segmentEvent ? segmentEvent : null;
        byte[] data = event == null ? message.getMandatoryBody(byte[].class) : event.json();
        String key = PartitionKeys.of(partitionKey(message, event));
        int size = data.length + PartitionKeys.utf8Length(key);
        return new PendingRecord(data, key, size, isAdmitted(message), callback, index);
    }

    /** Returns the partition key; null if neither a header nor the event has one. */
    private String partitionKey(Message message, SegmentEvent event) {
        boolean useMessageId = configuration.isUseMessageId();
        String header = message.getHeader(
                useMessageId ? SegmentKinesisConstants.MESSAGE_ID : SegmentKinesisConstants.PARTITION_KEY,
                String.class);
        if (event == null || (header != null && !header.isEmpty())) {
            return header;
        }
        return useMessageId ? event.messageId() : event.partitionKey();
    }

    @Override
    protected List<String> resultHeaders() {
        return RESULT_HEADERS;
    }

    @Override
    protected void setHeaders(Message message, RecordResult result) {
        message.setHeader(SegmentKinesisConstants.SHARD_ID, result.partition());
        message.setHeader(SegmentKinesisConstants.SEQUENCE_NUMBER, result.recordId());
    }

    @Override
    public String getServiceProtocol() {
        return "kinesis";
    }

    @Override
    public String getStreamName() {
        return streamName;
    }

    @Override
    public void setStreamName(String streamName) {
        this.streamName = streamName;
    }

    @Override
    public SegmentKinesisConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SegmentKinesisConfiguration configuration) {
        this.configuration = configuration;
    }
}
