package io.camelsegment.app.routes;

import java.util.Map;
import java.util.Optional;
import org.apache.camel.model.RouteDefinition;

/** How one destination's route delivers. It belongs to one {@link SegmentRoutes}. */
public interface Delivery {

    /**
     * Adds the delivery to the route.
     *
     * @param parameters the options of the destination's endpoints
     */
    void addTo(RouteDefinition route, Map<String, Object> parameters);

    /** Returns the mapping to several streams, if there is one. */
    default Optional<MappedDelivery> mapping() {
        return Optional.empty();
    }
}
