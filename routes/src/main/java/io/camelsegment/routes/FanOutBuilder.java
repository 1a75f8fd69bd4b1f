package io.camelsegment.routes;

import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.endpoint.AbstractEndpointBuilder;
import org.apache.camel.support.NormalizedUri;

/** Builds the URI of a {@code segment-fan-out:} endpoint from those of others. */
final class FanOutBuilder extends AbstractEndpointBuilder implements EndpointProducerBuilder {

    private static final String NAME = "sinks";

    private final List<EndpointProducerBuilder> endpoints;

    FanOutBuilder(List<EndpointProducerBuilder> endpoints) {
        super("segment-fan-out", NAME);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("expected at least one endpoint in fanOut(…), but there is none: add"
                    + " one, such as segmentKinesis(\"events\")");
        }
        this.endpoints = endpoints;
    }

    @Override
    protected NormalizedUri computeUri(
            Map<String, Object> remaining, CamelContext camelContext, boolean bindToRegistry, boolean encode) {
        int number = 0;
        for (EndpointProducerBuilder endpoint : endpoints) {
            number++;
            doSetMultiValueProperty("to", "to." + number, raw(uri(endpoint, camelContext)));
        }
        return super.computeUri(remaining, camelContext, bindToRegistry, encode);
    }

    /**
     * Returns the URI of an endpoint.
     *
     * @param camelContext null for the URI with its placeholders, for people
     */
    static String uri(EndpointProducerBuilder endpoint, CamelContext camelContext) {
        if (camelContext == null) {
            return endpoint.getRawUri();
        }
        return endpoint instanceof AbstractEndpointBuilder builder
                ? builder.getUri(camelContext)
                : endpoint.resolve(camelContext).getEndpointUri();
    }

    /** Protects a value, which Camel ends at the first closing bracket. */
    private static String raw(String uri) {
        return uri.contains(")") ? "RAW{" + uri.replace("}", "%7D") + "}" : "RAW(" + uri + ")";
    }
}
