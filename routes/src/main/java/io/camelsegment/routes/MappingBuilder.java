package io.camelsegment.routes;

import io.camelsegment.routes.endpoint.dsl.SegmentMappingEndpointBuilderFactory.AdvancedSegmentMappingEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentMappingEndpointBuilderFactory.SegmentMappingEndpointBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/**
 * Builds the URI of a {@code segment-mapping:} endpoint whose rows keep every character. The streams of a row that is
 * there again join those before, as in a file.
 */
final class MappingBuilder extends DslEndpointBuilder
        implements SegmentMappingEndpointBuilder, AdvancedSegmentMappingEndpointBuilder {

    MappingBuilder(String componentName, String name) {
        super(componentName, name);
    }

    @Override
    public void doSetMultiValueProperty(String name, String key, Object value) {
        if (!name.equals("row")) {
            super.doSetMultiValueProperty(name, key, value);
            return;
        }
        String row = UriOptions.escaped(key);
        Object before = multiValues.getOrDefault(name, Map.of()).get(row);
        Object streams = streams(value);
        super.doSetMultiValueProperty(name, row, before == null ? streams : before + "," + streams);
    }

    /** Camel would make a bean of a list. */
    private static Object streams(Object value) {
        return value instanceof Collection<?> streams
                ? streams.stream().map(String::valueOf).collect(Collectors.joining(","))
                : value instanceof Object[] array ? streams(List.of(array)) : value;
    }

    /** Writes a table as its rows where there is no registry that could keep it. */
    @Override
    Map<String, Object> options(CamelContext camelContext) {
        if (camelContext != null || !(properties.get("table") instanceof MappingTable<?> table)) {
            return super.options(camelContext);
        }
        MappingBuilder rows = new MappingBuilder(scheme, path);
        rows.properties.putAll(properties);
        rows.properties.remove("table");
        rows.properties.put("match", table.match());
        rows.multiValues.putAll(multiValues);
        table.rows().forEach(row -> rows.doSetMultiValueProperty("row", "row." + row.event(), row.streams()));
        return rows.options(null);
    }
}
