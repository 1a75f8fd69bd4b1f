package io.camelsegment.routes;

import io.camelsegment.sink.OptionNames;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.PropertiesHelper;

/** Creates {@code segment-mapping:} endpoints. */
@Component("segment-mapping")
public class SegmentMappingComponent extends DefaultComponent {

    public SegmentMappingComponent() {}

    public SegmentMappingComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SegmentMappingEndpoint endpoint = new SegmentMappingEndpoint(uri, this, remaining);
        Map<String, Object> rows = new LinkedHashMap<>();
        PropertiesHelper.extractProperties(parameters, "row.")
                .forEach((row, streams) -> rows.put(UriOptions.unescaped(row), streams));
        endpoint.setRow(rows);
        Map<String, Object> sinkParameters = PropertiesHelper.extractProperties(parameters, "sink.");
        // What Camel leaves out itself of options that an endpoint has: optional ones of a Kamelet in RAW(…).
        sinkParameters.values().removeIf(value -> value.toString()
                .startsWith(PropertiesComponent.PREFIX_OPTIONAL_TOKEN));
        endpoint.setSinkParameters(sinkParameters);
        OptionNames.readable(parameters);
        checkMatch(parameters.get("match"));
        setProperties(endpoint, parameters);
        endpoint.validate();
        return endpoint;
    }

    /** Tells of another value before Camel does, which names classes. */
    private static void checkMatch(Object match) {
        if (match instanceof String text && !text.startsWith("#") && !text.matches("(?i)all|first")) {
            throw new IllegalArgumentException(
                    "expected all or first in match, but was \"" + text + "\": set it to one of them");
        }
    }
}
