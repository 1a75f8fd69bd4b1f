package io.camelsegment.routes;

import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.endpoint.AbstractEndpointBuilder;
import org.apache.camel.support.NormalizedUri;
import org.apache.camel.util.URISupport;

/**
 * Builds the URI of a {@code segment-fan-out:} endpoint. It names those of others by beans: Camel ends {@code RAW(…)}
 * at the first bracket, and shows URIs within others with their secrets when it cannot create an endpoint.
 */
final class FanOutBuilder extends AbstractEndpointBuilder implements EndpointProducerBuilder {

    private static final AtomicInteger BEANS = new AtomicInteger();

    private final List<EndpointProducerBuilder> endpoints;
    /** By URI, which in the routes of a template differs by their parameters: each gets its own. */
    private final Map<String, String> beans = new HashMap<>();

    FanOutBuilder(String name, List<EndpointProducerBuilder> endpoints) {
        super("segment-fan-out", name);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("expected at least one endpoint in fanOut(…), but there is none: add"
                    + " one, such as segmentKinesis(\"events\")");
        }
        this.endpoints = endpoints;
    }

    /** Computes one URI at a time, since Camel's part of it reads what this one sets. */
    @Override
    protected synchronized NormalizedUri computeUri(
            Map<String, Object> remaining, CamelContext camelContext, boolean bindToRegistry, boolean encode) {
        multiValues.clear();
        int number = 0;
        for (EndpointProducerBuilder endpoint : endpoints) {
            number++;
            String uri = uri(endpoint, camelContext);
            if (camelContext == null) {
                options("to." + number, uri);
                continue;
            }
            String bean = beans.computeIfAbsent(uri, u -> "segmentFanOut-" + BEANS.incrementAndGet());
            camelContext.getRegistry().bind(bean, uri);
            doSetMultiValueProperty("to", "to." + number, "#" + bean);
        }
        return super.computeUri(remaining, camelContext, bindToRegistry, encode);
    }

    /** Sets an endpoint and its options, each as one of the fan-out: RAW(…) cannot hold another one. */
    private void options(String to, String uri) {
        String[] parts = uri.split("\\?", 2);
        doSetMultiValueProperty("to", to, parts[0]);
        if (parts.length == 1) {
            return;
        }
        try {
            // Values stay as they are, but Camel is about to escape % in those in RAW(…) again.
            URISupport.parseQuery(parts[1], true)
                    .forEach((option, value) -> doSetMultiValueProperty(
                            "to",
                            to + "." + option,
                            UriOptions.isRaw(value.toString())
                                    ? value.toString().replace("%25", "%")
                                    : value.toString()));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("expected a URI of a builder, but one ends with &: correct it", e);
        }
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
        if (endpoint instanceof AbstractEndpointBuilder builder) {
            return builder.getUri(camelContext);
        }
        throw new IllegalArgumentException(
                "expected an endpoint of an endpoint builder, such as segmentKinesis(\"events\"), but was a "
                        + endpoint.getClass().getName());
    }
}
