package io.camelsegment.kinesis;

import io.camelsegment.aws.StreamArn;
import io.camelsegment.sink.OptionNames;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Creates {@code segment-kinesis:} endpoints. */
@Component("segment-kinesis")
public class SegmentKinesisComponent extends DefaultComponent {

    @Metadata(description = "Default options of the endpoints.")
    private SegmentKinesisConfiguration configuration = new SegmentKinesisConfiguration();

    public SegmentKinesisComponent() {}

    public SegmentKinesisComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SegmentKinesisConfiguration options = configuration.copy();
        StreamArn.find(remaining).ifPresent(arn -> options.setRegion(arn.region()));
        SegmentKinesisEndpoint endpoint = new SegmentKinesisEndpoint(uri, this, remaining, options);
        OptionNames.readable(parameters);
        setProperties(endpoint, parameters);
        endpoint.validate();
        return endpoint;
    }

    public SegmentKinesisConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SegmentKinesisConfiguration configuration) {
        this.configuration = configuration;
    }
}
