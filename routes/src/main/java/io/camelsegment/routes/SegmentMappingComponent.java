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
        setProperties(endpoint, parameters);
        endpoint.validate();
        return endpoint;
    }
}
