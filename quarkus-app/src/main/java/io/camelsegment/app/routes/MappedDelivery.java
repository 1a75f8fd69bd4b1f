package io.camelsegment.app.routes;

import io.camelsegment.routes.MappingTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Registry;

/** Delivers each event to the streams that the rows of a destination name for it. */
public final class MappedDelivery implements Delivery {

    private final String name;
    private final Service service;
    private final StreamRows rows;
    private final Map<String, Object> options;
    private String unmapped;

    /**
     * @param name    of the destination
     * @param options further options of the streams' endpoints
     */
    MappedDelivery(String name, Service service, StreamRows rows, Map<String, Object> options) {
        this.name = name;
        this.service = service;
        this.rows = rows;
        this.options = options;
        this.unmapped = rows.unmapped();
    }

    /** Returns where events go that no row fits, a stream or a URI; null for nowhere. */
    String unmapped() {
        return unmapped;
    }

    /** Lets events that no row fits go elsewhere. */
    void setUnmapped(String uri) {
        unmapped = uri;
    }

    @Override
    public Optional<MappedDelivery> mapping() {
        return Optional.of(this);
    }

    @Override
    public void addTo(RouteDefinition route, Map<String, Object> parameters) {
        Registry registry = route.getCamelContext().getRegistry();
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("sink", service.word());
        if (rows.file() == null) {
            own.put("table", bind(registry, "segmentMapping-", MappingTable.of(rows.map(), rows.match())));
        } else {
            own.put("file", bind(registry, "segmentMappingFile-", rows.file().path())); // of any characters
            own.put("match", rows.match());
        }
        if (unmapped != null) {
            own.put("unmapped", bind(registry, "segmentUnmapped-", unmapped)); // may hold a secret
        }
        parameters.forEach((option, value) -> own.put("sink." + option, value));
        options.forEach((option, value) -> own.put("sink." + option, value));
        route.to(SegmentRoutes.uri("segment-mapping:" + SegmentRoutes.inUri(name), own))
                .id(SegmentRoutes.id("segment-mapping-", name));
    }

    private String bind(Registry registry, String kind, Object bean) {
        String bound = kind + SegmentRoutes.encoded(name);
        registry.bind(bound, bean);
        return "#bean:" + bound;
    }
}
