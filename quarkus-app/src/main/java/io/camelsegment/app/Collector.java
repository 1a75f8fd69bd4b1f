package io.camelsegment.app;

import io.camelsegment.routes.SegmentRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Turns the settings into routes. Camel Quarkus adds every route builder that is a bean. */
@ApplicationScoped
class Collector {

    @Produces
    @Singleton
    SegmentRoutes segmentRoutes(SegmentConfig config) {
        Settings settings = Settings.read(config, UserRoutes.exist());
        return new SegmentRoutes(settings.sources(), settings.destinations());
    }
}
