package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Service;
import io.camelsegment.firehose.SegmentFirehoseComponent;
import io.camelsegment.firehose.SegmentFirehoseConfiguration;
import io.camelsegment.firehose.SegmentFirehoseEndpoint;
import io.camelsegment.firehose.SegmentFirehoseEndpointConfigurer;
import io.camelsegment.kinesis.SegmentKinesisComponent;
import io.camelsegment.kinesis.SegmentKinesisConfiguration;
import io.camelsegment.kinesis.SegmentKinesisEndpoint;
import io.camelsegment.kinesis.SegmentKinesisEndpointConfigurer;
import io.camelsegment.tracking.SegmentComponent;
import io.camelsegment.tracking.SegmentComponentConfigurer;
import io.camelsegment.tracking.SegmentConfiguration;
import io.camelsegment.tracking.SegmentEndpoint;
import io.camelsegment.tracking.SegmentEndpointConfigurer;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.spi.PropertyConfigurerGetter;

/** What holds for an option of a component or of an endpoint that nobody sets. */
final class OptionDefaults {

    private OptionDefaults() {}

    /**
     * Returns the default as a user would write it; empty if there is none.
     *
     * @param service of a destination; null elsewhere
     */
    static Optional<String> of(Setting setting, Service service) {
        Object value =
                switch (setting.pattern().get(0)) {
                    case "sources" ->
                        get(
                                new SegmentEndpointConfigurer(),
                                new SegmentEndpoint(
                                        "segment:x", new SegmentComponent(), "x", new SegmentConfiguration()),
                                setting);
                    case "destinations" -> ofSink(setting, service);
                    default -> get(new SegmentComponentConfigurer(), new SegmentComponent(), setting);
                };
        return Optional.ofNullable(value).map(OptionDefaults::written).filter(text -> !text.isEmpty());
    }

    private static Object ofSink(Setting setting, Service service) {
        return switch (service) {
            case KINESIS ->
                get(
                        new SegmentKinesisEndpointConfigurer(),
                        new SegmentKinesisEndpoint(
                                "segment-kinesis:x",
                                new SegmentKinesisComponent(),
                                "x",
                                new SegmentKinesisConfiguration()),
                        setting);
            case FIREHOSE ->
                get(
                        new SegmentFirehoseEndpointConfigurer(),
                        new SegmentFirehoseEndpoint(
                                "segment-firehose:x",
                                new SegmentFirehoseComponent(),
                                "x",
                                new SegmentFirehoseConfiguration()),
                        setting);
        };
    }

    private static Object get(PropertyConfigurerGetter options, Object of, Setting setting) {
        return options.getOptionValue(of, setting.option(), false);
    }

    private static String written(Object value) {
        if (value instanceof Duration duration) {
            return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
        }
        return value instanceof Collection<?> several
                ? several.stream().map(String::valueOf).collect(Collectors.joining(","))
                : value.toString();
    }
}
