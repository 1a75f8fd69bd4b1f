package io.camelsegment.routes;

import io.camelsegment.routes.endpoint.dsl.SegmentAggregateEndpointBuilderFactory.AdvancedSegmentAggregateEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentAggregateEndpointBuilderFactory.SegmentAggregateEndpointBuilder;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.EndpointProducerBuilder;

/** Builds the URI of a {@code segment-aggregate:} endpoint around that of another one. */
final class AggregatedBuilder extends DslEndpointBuilder
        implements SegmentAggregateEndpointBuilder, AdvancedSegmentAggregateEndpointBuilder {

    private final EndpointProducerBuilder endpoint;

    AggregatedBuilder(EndpointProducerBuilder endpoint) {
        super("segment-aggregate", "");
        this.endpoint = endpoint;
    }

    @Override
    String path(CamelContext camelContext) {
        return FanOutBuilder.uri(endpoint, camelContext);
    }
}
