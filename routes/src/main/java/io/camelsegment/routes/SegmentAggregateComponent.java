package io.camelsegment.routes;

import io.camelsegment.sink.OptionNames;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Creates {@code segment-aggregate:} endpoints. */
@Component("segment-aggregate")
public class SegmentAggregateComponent extends DefaultComponent {

    public SegmentAggregateComponent() {}

    public SegmentAggregateComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SegmentAggregateEndpoint endpoint = new SegmentAggregateEndpoint(uri, this, remaining);
        OptionNames.readable(parameters);
        setProperties(endpoint, parameters); // takes out what is the endpoint's own
        endpoint.setParameters(new LinkedHashMap<>(parameters));
        parameters.clear();
        endpoint.validate();
        return endpoint;
    }
}
