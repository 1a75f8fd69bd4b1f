package io.camelsegment.aws;

import io.camelsegment.aws.client.ServiceClient;
import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.observation.Tracing;
import io.camelsegment.sink.CallSpans;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.SinkConnection;
import io.camelsegment.sink.SinkEndpoint;
import io.camelsegment.sink.StreamName;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.spi.EndpointServiceLocation;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * An endpoint that delivers to one stream of an AWS service.
 *
 * @param <C> the service's client
 */
public abstract class AwsSinkEndpoint<C extends SdkAutoCloseable> extends SinkEndpoint
        implements EndpointServiceLocation {

    protected AwsSinkEndpoint(String uri, Component component) {
        super(uri, component);
    }

    /** Returns the name or the ARN of the stream, as it was given. */
    public abstract String getStreamName();

    /** Sets the name or the ARN of the stream; not the region, which the component takes from an ARN. */
    public abstract void setStreamName(String streamName);

    /** Returns what calls, logs and meters name: the name or the ARN of the stream, as it was given. */
    protected String stream() {
        return getStreamName();
    }

    public abstract AwsConfiguration getConfiguration();

    /** Returns the pattern of the service's stream names. */
    protected abstract Pattern streamNames();

    /** Returns the service's limits of one request of records. */
    protected abstract ServiceLimits requestLimits();

    protected abstract C createClient(
            AwsConnection connection, AwsCredentialsProvider credentials, SdkEventLoopGroup eventLoops);

    /**
     * Creates the transport of this endpoint's stream; may block to read AWS's configuration files.
     *
     * @param batches makes batch calls
     * @param others  makes all other calls
     */
    protected abstract BatchTransport transport(
            ServiceClient batches, SdkClient<C> others, AwsCredentialsProvider credentials);

    /**
     * Returns the spans of the calls that deliver records; null without traces.
     *
     * @param service   the service's name, such as {@code Kinesis}
     * @param batches   the name of the batch call, such as {@code PutRecords}
     * @param singles   the name of the call for single records
     * @param attribute the name of the attribute with the stream's name
     */
    protected final AwsSpans spans(String service, String batches, String singles, String attribute) {
        CallSpans spans = callSpans(service, batches, attribute);
        return spans == null ? null : new AwsSpans(spans, callSpans(service, singles, attribute));
    }

    private CallSpans callSpans(String service, String method, String attribute) {
        String region = getConfiguration().getRegion();
        String stream = StreamArn.name(getStreamName());
        return CallSpans.of(getCamelContext(), new Tracing.AwsAction(service, method, region, attribute, stream));
    }

    /**
     * Checks the stream's name and the options, so that mistakes show when the route is built.
     *
     * @throws IllegalArgumentException naming the option, what was expected and the mend; never a secret value
     */
    public void validate() {
        StreamArn arn = arn();
        String name = arn == null ? getStreamName() : arn.name();
        refuseUnless(
                streamNames().matcher(name).matches(),
                "streamName must match " + streamNames() + ", was " + getStreamName());
        getConfiguration().validate();
        if (arn != null) {
            validate(arn);
        }
        getConfiguration().batching().within(requestLimits());
    }

    /** Returns the ARN of the stream; null if it is given by its name. */
    private StreamArn arn() {
        if (!StreamArn.isArn(getStreamName())) {
            return null;
        }
        String service = getServiceProtocol();
        return StreamArn.find(getStreamName())
                .filter(arn -> arn.service().equals(service))
                .orElseThrow(() -> new IllegalArgumentException("streamName must be a name or an ARN of the form "
                        + StreamArn.example(service) + " in segment-" + service + ", was " + getStreamName()));
    }

    private void validate(StreamArn arn) {
        refuseUnless(
                arn.isOfPartition(),
                "streamName must be an ARN of the partition of its region, but the region " + arn.region()
                        + " is not in the partition " + arn.partition() + "; correct one of them");
        String region = getConfiguration().getRegion();
        refuseUnless(
                arn.region().equals(region),
                "region must be that of the ARN in streamName, " + arn.region() + ", was " + region
                        + "; remove region or correct the ARN");
        String role = getConfiguration().getRoleAddress();
        refuseUnless(
                role == null || role.startsWith("arn:" + arn.partition() + ":"),
                "roleAddress must be of the partition of the ARN in streamName, " + arn.partition() + ", was " + role);
    }

    protected static void refuseUnless(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    protected final StreamName streamName() {
        return new StreamName(getServiceProtocol(), getConfiguration().getRegion(), stream());
    }

    @Override
    protected final String streamId() {
        return getServiceProtocol()
                + '\n'
                + stream()
                + '\n'
                + getConfiguration().connection().place();
    }

    @Override
    protected final Object connectionKey() {
        return new StreamKey(clientKey(), getStreamName(), getConfiguration().packs());
    }

    /** Returns the limits of a batch, in records, or in events where they share records. */
    @Override
    protected final ServiceLimits limits() {
        return getConfiguration().packs()
                ? requestLimits().withBatchRecords(PackingTransport.MAX_EVENTS)
                : requestLimits();
    }

    /** Returns the settings of a batch, in records, or in events where they share records. */
    @Override
    protected final BatchingSettings batching() {
        BatchingSettings batching = getConfiguration().batching();
        return getConfiguration().packs() ? batching.withBatchRecords(PackingTransport.MAX_EVENTS) : batching;
    }

    @Override
    protected final String integrationName() {
        return getConfiguration().getIntegrationName();
    }

    @Override
    protected final SinkConnection connect(Senders senders) {
        AwsConnection connection = getConfiguration().connection();
        AwsCredentialsProvider credentials = credentials(connection);
        Vertx vertx = senders.eventLoops().vertx();
        AwsClients clients = senders.resource(AwsClients.class, () -> new AwsClients(vertx));
        AwsClients.Clients<C> shared = clients.acquire(
                clientKey(), connection, eventLoops -> createClient(connection, credentials, eventLoops));
        return new SinkConnection(
                transport(shared.batches(), shared.others(), credentials),
                shared.calls(),
                () -> clients.release(clientKey()));
    }

    private AwsCredentialsProvider credentials(AwsConnection connection) {
        if (connection.accessKey() != null) {
            return StaticCredentialsProvider.create(
                    connection.sessionToken() == null
                            ? AwsBasicCredentials.create(connection.accessKey(), connection.secretKey())
                            : AwsSessionCredentials.create(
                                    connection.accessKey(), connection.secretKey(), connection.sessionToken()));
        }
        SegmentCredentials bean = SegmentCredentials.of(getCamelContext());
        if (connection.profileCredentialsName() != null) {
            return bean.profile(connection.profileCredentialsName());
        }
        return bean.provider(connection, StreamArn.name(getStreamName()));
    }

    private ClientKey clientKey() {
        return new ClientKey(getServiceProtocol(), getConfiguration().connection());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("segment-" + getServiceProtocol() + ":" + getStreamName()
                + " only delivers; read the stream with aws2-kinesis, or receive events with segment:");
    }

    @Override
    public String getServiceUrl() {
        String override = getConfiguration().getUriEndpointOverride();
        return override == null ? getConfiguration().getRegion() : override;
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return Map.of("stream", getStreamName());
    }

    private record ClientKey(String service, AwsConnection connection) {}

    private record StreamKey(ClientKey client, String stream, boolean packs) {}
}
