package io.camelsegment.aws;

import io.camelsegment.SecretOptions;
import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.ServiceLimits;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.support.DefaultEndpoint;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * An endpoint that delivers to one stream.
 *
 * @param <C> the client of its service
 */
public abstract class SinkEndpoint<C extends SdkAutoCloseable> extends DefaultEndpoint
        implements EndpointServiceLocation {

    private volatile String streamId;

    protected SinkEndpoint(String uri, Component component) {
        super(SecretOptions.mask(uri), component);
    }

    /** By identity: its URI does not show the secrets, so that two endpoints with other ones would seem the same. */
    @Override
    public final boolean equals(Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return System.identityHashCode(this);
    }

    /** Returns the name of the stream. */
    public abstract String getStreamName();

    public abstract SinkConfiguration getConfiguration();

    /**
     * Returns what tells the stream from all others, the same in every instance of the application: service, region, endpoint and
     * what decides the account, and no secret. With a client of the user's, of which none of this is known, the client itself.
     */
    final String streamId() {
        if (streamId == null) {
            C own = ownClient();
            streamId = getServiceProtocol()
                    + '\n'
                    + getStreamName()
                    + '\n'
                    + (own == null
                            ? getConfiguration().connection().place()
                            : "client " + System.identityHashCode(own));
        }
        return streamId;
    }

    /** Returns what the service calls a stream's name. */
    protected abstract Pattern streamNames();

    /**
     * Checks the stream's name and the options, so that a mistake shows when the route is built.
     *
     * @throws IllegalArgumentException naming the option, what was expected and the mend; never a secret value
     */
    public void validate() {
        if (!streamNames().matcher(getStreamName()).matches()) {
            throw new IllegalArgumentException("streamName must match " + streamNames() + ", was " + getStreamName());
        }
        getConfiguration().validate();
        getConfiguration().batching().within(limits());
        if (ownClient() != null && getConfiguration().namesCredentials()) {
            throw new IllegalArgumentException("a client of your own has its own credentials; leave out roleAddress,"
                    + " accessKey and profileCredentialsName, or the client");
        }
    }

    /** Returns what the service takes. */
    protected abstract ServiceLimits limits();

    /** Returns the limits of a batch of events: of records, unless several events share one. */
    final ServiceLimits batchLimits() {
        return getConfiguration().packs() ? limits().withBatchRecords(PackingTransport.MAX_EVENTS) : limits();
    }

    /** Returns the settings of a batch of events: of records, unless several events share one. */
    final BatchingSettings batching() {
        BatchingSettings batching = getConfiguration().batching();
        return getConfiguration().packs() ? batching.withBatchRecords(PackingTransport.MAX_EVENTS) : batching;
    }

    /** Returns the user's client, which is used as it is and never closed; null to share one by connection. */
    protected abstract C ownClient();

    protected abstract C createClient(
            AwsConnection connection, AwsCredentialsProvider credentials, SdkEventLoopGroup eventLoops);

    /**
     * Returns what sends to this endpoint's stream.
     *
     * @param credentials the client's, null if it is the user's
     */
    protected abstract BatchTransport transport(C client, AwsCredentialsProvider credentials);

    /**
     * Makes the record of an Exchange.
     *
     * @param callback continues the Exchange once the record is delivered or given up
     * @throws Exception if the Exchange has no body that can be sent
     */
    protected abstract PendingRecord record(Exchange exchange, AsyncCallback callback) throws Exception;

    @Override
    public Producer createProducer() {
        return new SinkProducer(this);
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
}
