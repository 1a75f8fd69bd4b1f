package io.camelsegment.routes;

import io.camelsegment.sink.OptionNames;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
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
        endpoint.setRow(PropertiesHelper.extractProperties(parameters, "row."));
        endpoint.setSinkParameters(PropertiesHelper.extractProperties(parameters, "sink."));
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
