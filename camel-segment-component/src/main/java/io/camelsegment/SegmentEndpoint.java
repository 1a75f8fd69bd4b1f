package io.camelsegment;

import io.camelsegment.producer.SegmentProducer;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Receive events from any Segment SDK through Segment's HTTP tracking API, and send events to such an API. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "segment",
        title = "Segment",
        syntax = "segment:source",
        category = {Category.HTTP, Category.API},
        headersClass = SegmentConstants.class)
public class SegmentEndpoint extends DefaultEndpoint {

    @UriPath(
            description =
                    "The name of the source, for a producer a name of the receiver. It is no secret: logs, metrics and the header CamelSegmentSource show it.")
    @Metadata(required = true)
    private String source;

    @UriParam
    private SegmentConfiguration configuration;

    public SegmentEndpoint(String uri, SegmentComponent component, String source, SegmentConfiguration configuration) {
        super(uri, component);
        this.source = source;
        this.configuration = configuration;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (configuration.writeKeys().isEmpty() && !configuration.isWebhook()) {
            throw new IllegalArgumentException(
                    "segment:" + source
                            + " has no writeKey; set it to the key that the SDKs of this source send, such as writeKey={{env:WRITE_KEY}}");
        }
        if (configuration.getSharedSecret() != null && !configuration.isWebhook()) {
            throw new IllegalArgumentException("segment:" + source
                    + " has a sharedSecret, which only webhooks are signed with; add webhook=true or take it away");
        }
        // Now and not at the start only: Camel CLI cannot set its HTTP server up while routes start.
        getComponent().platformHttp();
        SegmentConsumer consumer = new SegmentConsumer(this, processor);
        configureConsumer(consumer);
        if (getComponent().isServed()) {
            consumer.register();
        }
        return consumer;
    }

    @Override
    public Producer createProducer() {
        List<String> writeKeys = configuration.writeKeys();
        if (writeKeys.size() != 1) {
            throw new IllegalArgumentException("segment:" + source + " has " + writeKeys.size()
                    + " write keys but sends with exactly one; set writeKey to that of the source that is to receive the events,"
                    + " such as writeKey={{env:WRITE_KEY}}");
        }
        return new SegmentProducer(this, configuration.batchUri(), writeKeys.get(0), configuration.batching());
    }

    /** By identity: its URI does not show the secrets, so that two endpoints with other ones would seem the same. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
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
}
