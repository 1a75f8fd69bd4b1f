package io.camelsegment.routes;

import io.camelsegment.routes.endpoint.dsl.SegmentAggregateEndpointBuilderFactory.AdvancedSegmentAggregateEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentAggregateEndpointBuilderFactory.SegmentAggregateEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentEndpointBuilderFactory.AdvancedSegmentEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentEndpointBuilderFactory.SegmentEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentFirehoseEndpointBuilderFactory.AdvancedSegmentFirehoseEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentFirehoseEndpointBuilderFactory.SegmentFirehoseEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentKinesisEndpointBuilderFactory.AdvancedSegmentKinesisEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentKinesisEndpointBuilderFactory.SegmentKinesisEndpointBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.endpoint.AbstractEndpointBuilder;
import org.apache.camel.support.NormalizedUri;

/**
 * Builds the URI of one of our endpoints such that values with {@code +} and {@code &}, such as secret keys, arrive as
 * they are. So they do from the URI with placeholders, which Camel puts in place of the builder as soon as it has
 * dumped the route, as {@code AdviceWith} does.
 */
abstract class DslEndpointBuilder extends AbstractEndpointBuilder {

    DslEndpointBuilder(String componentName, String path) {
        super(componentName, path);
    }

    /**
     * Returns the path.
     *
     * @param camelContext null for the URI with its placeholders
     */
    String path(CamelContext camelContext) {
        return path;
    }

    /** Returns all options, those of several values among them. */
    Map<String, Object> options(CamelContext camelContext) {
        Map<String, Object> options = new LinkedHashMap<>(properties);
        multiValues.values().forEach(options::putAll);
        return options;
    }

    @Override
    protected NormalizedUri computeUri(
            Map<String, Object> remaining, CamelContext camelContext, boolean bindToRegistry, boolean encode) {
        Written written = new Written(scheme, path(camelContext));
        options(camelContext)
                .forEach(
                        (option, value) -> written.doSetProperty(option, written(option, value, camelContext, encode)));
        return written.computeUri(remaining, camelContext, bindToRegistry, encode);
    }

    private static Object written(String option, Object value, CamelContext camelContext, boolean encode) {
        if (!(value instanceof String text) || UriOptions.isRaw(text)) {
            return value;
        }
        String resolved = camelContext == null
                ? text
                : camelContext.getCamelContextExtension().resolvePropertyPlaceholders(text, true);
        if (resolved == null) {
            return value;
        }
        if (UriOptions.isLost(resolved)) {
            return UriOptions.raw(option, resolved);
        }
        if (camelContext == null && text.contains("{{")) {
            return "RAW(" + text + ")";
        }
        return encode ? value : resolved.replace("%", "%25");
    }

    /** With what is known only now, and which Camel does not let a builder change. */
    private static final class Written extends AbstractEndpointBuilder {

        Written(String componentName, String path) {
            super(componentName, path);
        }

        @Override
        protected NormalizedUri computeUri(
                Map<String, Object> remaining, CamelContext camelContext, boolean bindToRegistry, boolean encode) {
            return super.computeUri(remaining, camelContext, bindToRegistry, encode);
        }
    }

    static final class Source extends DslEndpointBuilder
            implements SegmentEndpointBuilder, AdvancedSegmentEndpointBuilder {

        Source(String componentName, String path) {
            super(componentName, path);
        }
    }

    static final class Kinesis extends DslEndpointBuilder
            implements SegmentKinesisEndpointBuilder, AdvancedSegmentKinesisEndpointBuilder {

        Kinesis(String componentName, String path) {
            super(componentName, path);
        }
    }

    static final class Firehose extends DslEndpointBuilder
            implements SegmentFirehoseEndpointBuilder, AdvancedSegmentFirehoseEndpointBuilder {

        Firehose(String componentName, String path) {
            super(componentName, path);
        }
    }

    static final class Aggregate extends DslEndpointBuilder
            implements SegmentAggregateEndpointBuilder, AdvancedSegmentAggregateEndpointBuilder {

        Aggregate(String componentName, String path) {
            super(componentName, path);
        }
    }
}
