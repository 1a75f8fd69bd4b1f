package io.camelsegment.tracking;

import io.camelsegment.JsonBody;
import io.camelsegment.SegmentConstants;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.CallLimit;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.event.Integrations;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.Sha256;
import io.camelsegment.observation.Tracing;
import io.camelsegment.sink.CallSpans;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.SinkConnection;
import io.camelsegment.sink.SinkEndpoint;
import io.camelsegment.sink.StreamName;
import io.camelsegment.tracking.client.EventWriter;
import io.camelsegment.tracking.client.InvalidBodyException;
import io.camelsegment.tracking.client.SegmentBody;
import io.camelsegment.tracking.client.TrackingApiTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/** Receive events from any Segment SDK through Segment's HTTP tracking API, and send events to such an API. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "segment",
        title = "Segment",
        syntax = "segment:source",
        category = {Category.HTTP, Category.API},
        headersClass = SegmentConstants.class)
public class SegmentEndpoint extends SinkEndpoint {

    @UriPath(
            description = "The name of the source; for a producer, a name for the receiver. Not a secret: logs, metrics"
                    + " and the header CamelSegmentSource show it.")
    @Metadata(required = true)
    private String source;

    @UriParam
    private volatile SegmentConfiguration configuration;

    /** Set by the first producer. */
    private volatile Receiver receiver;

    private volatile boolean usesEventLoop;

    public SegmentEndpoint(String uri, SegmentComponent component, String source, SegmentConfiguration configuration) {
        super(uri, component);
        this.source = source;
        this.configuration = configuration;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        checkWriteKeys(configuration);
        if (configuration.getSharedSecret() != null && !configuration.isWebhook()) {
            throw new IllegalArgumentException("segment:" + source
                    + " has a sharedSecret, but only webhooks are signed; add webhook=true or remove sharedSecret");
        }
        // Not only at the start: Camel CLI cannot create its HTTP server while routes start.
        getComponent().platformHttp();
        String invalid = configuration.getInvalidUri();
        if (invalid != null && invalid.startsWith("kamelet:")) {
            // It gets its route no more once routes start. Any other endpoint may be missing until its route starts.
            getCamelContext().getEndpoint(invalid);
        }
        SegmentConsumer consumer = new SegmentConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /**
     * Checks that somebody can send to a consumer with these options.
     *
     * @throws IllegalArgumentException if nobody can
     */
    void checkWriteKeys(SegmentConfiguration options) {
        if (options.writeKeys().isEmpty() && !options.isWebhook()) {
            throw new IllegalArgumentException("segment:" + source
                    + " has no writeKey; set it to the key that the SDKs of this source send,"
                    + " such as writeKey={{env:WRITE_KEY}}");
        }
    }

    @Override
    protected boolean usesEventLoop() {
        return usesEventLoop;
    }

    /** Sets whether the consumer has found nothing in its route that may block. */
    void usesEventLoop(boolean uses) {
        usesEventLoop = uses;
    }

    /** Returns what answers for the source while it has no consumer. */
    AwaitedSource awaited() {
        return new AwaitedSource(source, configuration.limits(), configuration.origins());
    }

    @Override
    public Producer createProducer() throws Exception {
        List<String> writeKeys = configuration.writeKeys();
        if (writeKeys.size() != 1) {
            throw new IllegalArgumentException("segment:" + source + " has " + writeKeys.size()
                    + " write keys but sends with exactly one; set writeKey to the key of the receiving source,"
                    + " such as writeKey={{env:WRITE_KEY}}");
        }
        configuration.batching().within(TrackingApiTransport.LIMITS);
        if (receiver == null) {
            EventWriter events = new EventWriter(configuration.getBodyAs(), JsonBody.of(getCamelContext()));
            receiver = new Receiver(configuration.batchUri(), writeKeys.get(0), events);
        }
        return super.createProducer();
    }

    @Override
    protected StreamName streamName() {
        return new StreamName("segment", receiver.uri().getHost(), source);
    }

    @Override
    protected String streamId() {
        String digest = HexFormat.of().formatHex(Sha256.hash(receiver.writeKey().getBytes(StandardCharsets.UTF_8)));
        return "segment\n" + receiver.uri() + '\n' + digest;
    }

    @Override
    protected Object connectionKey() {
        return new ConnectionKey(source, receiver.uri(), receiver.writeKey(), configuration.isGzip());
    }

    @Override
    protected ServiceLimits limits() {
        return TrackingApiTransport.LIMITS;
    }

    @Override
    protected BatchingSettings batching() {
        return configuration.batching();
    }

    @Override
    protected String integrationName() {
        return configuration.getIntegrationName();
    }

    @Override
    protected SinkConnection connect(Senders senders) {
        TrackingApiTransport transport = new TrackingApiTransport(
                senders.resource(HttpClient.class, TrackingApiTransport::client),
                receiver.uri(),
                receiver.writeKey(),
                configuration.isGzip(),
                configuration.getRequestTimeout(),
                senders.runtime(),
                CallSpans.of(getCamelContext(), new Tracing.Post(receiver.uri())));
        return new SinkConnection(transport, new CallLimit(Integer.MAX_VALUE), () -> {});
    }

    /** Reads the {@code integrations} of the body. Headers replace its missing members later, when it is written. */
    @Override
    protected Message readable(Message message) throws InvalidBodyException {
        boolean filters = configuration.getBodyAs() == SegmentBody.EVENT
                && !integrationName().isEmpty();
        if (!filters || message.getBody() == null || message.getBody() instanceof SegmentEvent) {
            return message;
        }
        byte[] json = receiver.events().json(message);
        return readable(message, json, JsonBody.event(json, message));
    }

    @Override
    protected Integrations integrations(Message readable) {
        return configuration.getBodyAs() == SegmentBody.EVENT ? super.integrations(readable) : Integrations.NONE;
    }

    @Override
    protected PendingRecord record(Message message, RecordCallback callback, int index) throws InvalidBodyException {
        byte[] event = receiver.events().write(message);
        return new PendingRecord(event, null, event.length, isAdmitted(message), callback, index);
    }

    @Override
    public SegmentComponent getComponent() {
        return (SegmentComponent) super.getComponent();
    }

    public String getSource() {
        return source;
    }

    public void setSource(String source) {
        this.source = source;
    }

    public SegmentConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SegmentConfiguration configuration) {
        this.configuration = configuration;
    }

    /** Where a producer sends to; holds the write key, so it prints nothing. */
    private record Receiver(URI uri, String writeKey, EventWriter events) {

        @Override
        public String toString() {
            return "Receiver";
        }
    }

    /** Holds the write key, so it prints nothing. */
    private record ConnectionKey(String source, URI uri, String writeKey, boolean gzip) {

        @Override
        public String toString() {
            return "ConnectionKey";
        }
    }
}
