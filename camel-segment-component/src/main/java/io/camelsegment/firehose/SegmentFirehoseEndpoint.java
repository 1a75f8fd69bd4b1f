package io.camelsegment.firehose;

import io.camelsegment.aws.AwsClientFactory;
import io.camelsegment.aws.AwsConnection;
import io.camelsegment.aws.AwsSinkEndpoint;
import io.camelsegment.aws.AwsSpans;
import io.camelsegment.aws.PackingTransport;
import io.camelsegment.aws.SdkClient;
import io.camelsegment.aws.StreamArn;
import io.camelsegment.aws.client.ServiceClient;
import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.Ordering;
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
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;

/** Deliver events to Amazon Data Firehose in batches, each event as one line and with its own result. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "segment-firehose",
        title = "Segment Firehose",
        syntax = "segment-firehose:streamName",
        producerOnly = true,
        category = {Category.CLOUD, Category.MESSAGING},
        headersClass = SegmentFirehoseConstants.class)
public class SegmentFirehoseEndpoint extends AwsSinkEndpoint<FirehoseAsyncClient> {

    private static final List<String> RESULT_HEADERS = List.of(SegmentFirehoseConstants.RECORD_ID);

    private static final Pattern STREAM_NAMES = Pattern.compile("[\\w.-]{1,64}");

    @UriPath(description = "Name of the delivery stream, or its ARN, which must be of the caller's account.")
    @Metadata(required = true)
    private String streamName;

    @UriParam
    private SegmentFirehoseConfiguration configuration;

    public SegmentFirehoseEndpoint(
            String uri,
            SegmentFirehoseComponent component,
            String streamName,
            SegmentFirehoseConfiguration configuration) {
        super(uri, component);
        this.streamName = streamName;
        this.configuration = configuration;
    }

    /** Checks also that the role is of the account of the ARN. Firehose calls take a name, of the caller's account. */
    @Override
    public void validate() {
        super.validate();
        String role = configuration.getRoleAddress();
        StreamArn.find(streamName)
                .ifPresent(arn -> refuseUnless(
                        role == null || role.contains("::" + arn.account() + ":"),
                        "streamName must be of the account of roleAddress, since Firehose takes no ARN, but the stream"
                                + " is of " + arn.account() + " and the role is " + role
                                + "; give a role of the stream's account"));
    }

    @Override
    protected String stream() {
        return StreamArn.name(streamName);
    }

    /** Returns the ARN whose account is not known to be the caller's; null if there is none. */
    private String arnToCheck() {
        return StreamArn.isArn(streamName) && configuration.getRoleAddress() == null ? streamName : null;
    }

    @Override
    protected Pattern streamNames() {
        return STREAM_NAMES;
    }

    @Override
    protected ServiceLimits requestLimits() {
        return FirehoseLimits.LIMITS;
    }

    @Override
    protected FirehoseAsyncClient createClient(
            AwsConnection connection, AwsCredentialsProvider credentials, SdkEventLoopGroup eventLoops) {
        return AwsClientFactory.build(FirehoseAsyncClient.builder(), connection, credentials, eventLoops);
    }

    @Override
    protected BatchTransport transport(
            ServiceClient batches, SdkClient<FirehoseAsyncClient> others, AwsCredentialsProvider credentials) {
        // The conventions have no name for a delivery stream; this is in the manner of those for other services.
        AwsSpans spans = spans("Firehose", "PutRecordBatch", "PutRecord", "aws.firehose.delivery_stream_name");
        FirehoseTransport transport = new FirehoseTransport(
                batches,
                others,
                configuration.connection(),
                credentials,
                stream(),
                arnToCheck(),
                configuration.getRequestTimeout(),
                spans);
        return configuration.packs()
                ? new PackingTransport(
                        transport,
                        new LinePacker(),
                        configuration.getBatchRecords(),
                        requestLimits().batchBytes(),
                        spans != null)
                : transport;
    }

    @Override
    protected PendingRecord record(Message message, RecordCallback callback, int index) throws InvalidPayloadException {
        SegmentEvent event = message.getBody() instanceof SegmentEvent segmentEvent ? segmentEvent : null;
        byte[] line = event == null ? FirehoseLine.of(message.getMandatoryBody(byte[].class)) : event.jsonLine();
        return new PendingRecord(line, orderingKey(message, event), line.length, isAdmitted(message), callback, index);
    }

    /** Returns the key to order by; null without an order, or if neither the header nor the event has a key. */
    private String orderingKey(Message message, SegmentEvent event) {
        if (configuration.getOrdering() == Ordering.NONE) {
            return null;
        }
        String header = message.getHeader(SegmentFirehoseConstants.PARTITION_KEY, String.class);
        return header != null || event == null ? header : event.partitionKey();
    }

    @Override
    protected List<String> resultHeaders() {
        return RESULT_HEADERS;
    }

    @Override
    protected void setHeaders(Message message, RecordResult result) {
        message.setHeader(SegmentFirehoseConstants.RECORD_ID, result.recordId());
    }

    @Override
    public String getServiceProtocol() {
        return "firehose";
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
    public SegmentFirehoseConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SegmentFirehoseConfiguration configuration) {
        this.configuration = configuration;
    }
}
