package io.camelsegment.routes;

import io.camelsegment.routes.endpoint.dsl.SegmentAggregateEndpointBuilderFactory.AdvancedSegmentAggregateEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentAggregateEndpointBuilderFactory.SegmentAggregateEndpointBuilder;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.endpoint.AbstractEndpointBuilder;
import org.apache.camel.support.NormalizedUri;

/** Builds the URI of a {@code segment-aggregate:} endpoint around that of another one. */
final class AggregatedBuilder extends AbstractEndpointBuilder
        implements SegmentAggregateEndpointBuilder, AdvancedSegmentAggregateEndpointBuilder {

    private final EndpointProducerBuilder endpoint;

    AggregatedBuilder(EndpointProducerBuilder endpoint) {
        super("segment-aggregate", "");
        this.endpoint = endpoint;
    }

    @Override
    protected NormalizedUri computeUri(
            Map<String, Object> remaining, CamelContext camelContext, boolean bindToRegistry, boolean encode) {
        return new Around(scheme, FanOutBuilder.uri(endpoint, camelContext), properties)
                .computeUri(remaining, camelContext, bindToRegistry, encode);
    }

    /**
     * With the URI as its path, which is known only now and which Camel does not let a builder change. The endpoint has
     * no options of several values.
     */
    private static final class Around extends AbstractEndpointBuilder {

        Around(String scheme, String uri, Map<String, Object> properties) {
            super(scheme, uri);
            this.properties.putAll(properties);
        }

        @Override
        protected NormalizedUri computeUri(
                Map<String, Object> remaining, CamelContext camelContext, boolean bindToRegistry, boolean encode) {
            return super.computeUri(remaining, camelContext, bindToRegistry, encode);
        }
    }
}
