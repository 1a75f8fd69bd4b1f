package io.camelsegment.routes;

import io.camelsegment.sink.OptionNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.PropertiesHelper;
import org.apache.camel.util.URISupport;

/** Creates {@code segment-fan-out:} endpoints. */
@Component("segment-fan-out")
public class SegmentFanOutComponent extends DefaultComponent {

    public SegmentFanOutComponent() {}

    public SegmentFanOutComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        Map<String, Object> to = PropertiesHelper.extractProperties(parameters, "to.");
        to.replaceAll((key, value) -> isOption(key) ? value : uri(value.toString()));
        SegmentFanOutEndpoint endpoint = new SegmentFanOutEndpoint(shown(remaining, to), this, remaining);
        endpoint.setTo(to);
        OptionNames.readable(parameters);
        setProperties(endpoint, parameters);
        endpoint.validate();
        return endpoint;
    }

    /** Returns whether a key is of an option of an endpoint, as {@code events.region} is. */
    private static boolean isOption(String key) {
        return key.indexOf('.') >= 0;
    }

    /** Returns a URI, or the one that is bound under a name after {@code #}. */
    private String uri(String to) {
        return to.startsWith("#")
                ? CamelContextHelper.mandatoryLookup(getCamelContext(), to.substring(1), String.class)
                : to;
    }

    /**
     * Returns the URI that Camel shows: without the options of the endpoints, which may be secrets. A hash of those
     * that are none tells it from others.
     */
    private static String shown(String remaining, Map<String, Object> to) {
        List<String> endpoints = new ArrayList<>();
        StringBuilder options = new StringBuilder();
        to.forEach((key, value) -> {
            if (isOption(key)) {
                options.append(key, 0, key.indexOf('.'))
                        .append(withoutSecrets("?" + key.substring(key.indexOf('.') + 1) + "=" + value));
                return;
            }
            String[] parts = value.toString().split("\\?", 2);
            endpoints.add("to." + key + "=" + parts[0]);
            if (parts.length > 1) {
                options.append(key).append(withoutSecrets("?" + parts[1]));
            }
        });
        if (options.toString().contains("=")) {
            endpoints.add("hash=" + Integer.toHexString(options.toString().hashCode()));
        }
        return "segment-fan-out://" + remaining + "?" + String.join("&", endpoints);
    }

    private static String withoutSecrets(String options) {
        return URISupport.sanitizeUri(SegmentMappingEndpoint.masked(options)).replaceAll("[?&][^=&]*=xxxxxx", "");
    }
}
