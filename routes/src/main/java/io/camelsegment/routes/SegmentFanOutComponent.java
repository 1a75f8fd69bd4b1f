package io.camelsegment.routes;

import io.camelsegment.sink.OptionNames;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.PropertiesHelper;

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
        // Without the options of the endpoints, which may be secrets.
        String shown = to.entrySet().stream()
                .filter(sink -> sink.getKey().indexOf('.') < 0)
                .map(sink ->
                        "to." + sink.getKey() + "=" + sink.getValue().toString().replaceFirst("(?s)\\?.*", ""))
                .collect(Collectors.joining("&", "segment-fan-out://" + remaining + "?", ""));
        SegmentFanOutEndpoint endpoint = new SegmentFanOutEndpoint(shown, this, remaining);
        endpoint.setTo(to);
        OptionNames.readable(parameters);
        setProperties(endpoint, parameters);
        endpoint.validate();
        return endpoint;
    }
}
