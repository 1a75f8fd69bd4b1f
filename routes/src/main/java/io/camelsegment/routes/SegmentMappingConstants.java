package io.camelsegment.routes;

import io.camelsegment.SegmentConstants;
import org.apache.camel.spi.Metadata;

/** The headers of {@code segment-mapping:}. */
public final class SegmentMappingConstants {

    @Metadata(description = "The type by which an event is mapped.", javaType = "String")
    public static final String TYPE = SegmentConstants.TYPE;

    @Metadata(description = "The name by which a track event is mapped.", javaType = "String")
    public static final String EVENT = SegmentConstants.EVENT;

    @Metadata(description = "Set to true on an event that no row fits.", javaType = "Boolean")
    public static final String UNMAPPED = "CamelSegmentUnmapped";

    private SegmentMappingConstants() {}
}
