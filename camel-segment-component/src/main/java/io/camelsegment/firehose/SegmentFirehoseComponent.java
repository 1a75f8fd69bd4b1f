package io.camelsegment.firehose;

import io.camelsegment.aws.StreamArn;
import io.camelsegment.sink.OptionNames;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Creates {@code segment-firehose:} endpoints. */
@Component("segment-firehose")
public class SegmentFirehoseComponent extends DefaultComponent {

    @Metadata(description = "Default options of the endpoints.")
    private SegmentFirehoseConfiguration configuration = new SegmentFirehoseConfiguration();

    public SegmentFirehoseComponent() {}

    public SegmentFirehoseComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SegmentFirehoseConfiguration options = configuration.copy();
        StreamArn.find(remaining).ifPresent(arn -> options.setRegion(arn.region()));
        SegmentFirehoseEndpoint endpoint = new SegmentFirehoseEndpoint(uri, this, remaining, options);
        OptionNames.readable(parameters);
        setProperties(endpoint, parameters);
        endpoint.validate();
        return endpoint;
    }

    public SegmentFirehoseConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SegmentFirehoseConfiguration configuration) {
        this.configuration = configuration;
    }
}
