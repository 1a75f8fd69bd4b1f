package io.camelsegment.routes;

import io.camelsegment.routes.endpoint.dsl.SegmentMappingEndpointBuilderFactory.AdvancedSegmentMappingEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentMappingEndpointBuilderFactory.SegmentMappingEndpointBuilder;
import org.apache.camel.builder.endpoint.AbstractEndpointBuilder;

/** Builds the URI of a {@code segment-mapping:} endpoint whose rows keep every character: Camel decodes names twice. */
final class MappingBuilder extends AbstractEndpointBuilder
        implements SegmentMappingEndpointBuilder, AdvancedSegmentMappingEndpointBuilder {

    MappingBuilder(String name) {
        super("segment-mapping", name);
    }

    @Override
    public void doSetMultiValueProperty(String name, String key, Object value) {
        super.doSetMultiValueProperty(name, encoded(encoded(key)), value);
    }

    private static String encoded(String key) {
        return key.replace("%", "%25").replace("&", "%26").replace("=", "%3D").replace("+", "%2B");
    }
}
