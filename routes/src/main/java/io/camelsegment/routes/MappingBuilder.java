package io.camelsegment.routes;

import io.camelsegment.routes.endpoint.dsl.SegmentMappingEndpointBuilderFactory.AdvancedSegmentMappingEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentMappingEndpointBuilderFactory.SegmentMappingEndpointBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.builder.endpoint.AbstractEndpointBuilder;

/**
 * Builds the URI of a {@code segment-mapping:} endpoint whose rows keep every character: Camel decodes names twice. The
 * streams of a row that is there again join those before, as in a file.
 */
final class MappingBuilder extends AbstractEndpointBuilder
        implements SegmentMappingEndpointBuilder, AdvancedSegmentMappingEndpointBuilder {

    MappingBuilder(String componentName, String name) {
        super(componentName, name);
    }

    @Override
    public void doSetMultiValueProperty(String name, String key, Object value) {
        String row = encoded(encoded(key));
        Object before =
                name.equals("row") ? multiValues.getOrDefault(name, Map.of()).get(row) : null;
        Object streams = name.equals("row") ? streams(value) : value;
        super.doSetMultiValueProperty(name, row, before == null ? streams : before + "," + streams);
    }

    /** Camel would make a bean of a list. */
    private static Object streams(Object value) {
        return value instanceof Collection<?> streams
                ? streams.stream().map(String::valueOf).collect(Collectors.joining(","))
                : value instanceof Object[] array ? streams(List.of(array)) : value;
    }

    private static String encoded(String key) {
        return key.replace("%", "%25").replace("&", "%26").replace("=", "%3D").replace("+", "%2B");
    }
}
