package io.camelsegment.app;

import io.camelsegment.SegmentCredentials;
import io.camelsegment.firehose.SegmentFirehoseComponent;
import io.camelsegment.kinesis.SegmentKinesisComponent;
import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.routes.SegmentRoutes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.jboss.logging.Logger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Turns the settings into the beans that Camel takes up: the credentials and the routes. */
@Singleton
class Collector {

    private static final Logger LOG = Logger.getLogger(Collector.class);

    private final Settings settings;
    private final Optional<LocalMode> local;

    Collector(SegmentConfig config) {
        boolean userRoutes = UserRoutes.exist();
        Settings configured = Settings.read(config, userRoutes);
        local = config.localAws().enabled()
                ? Optional.of(LocalMode.start(
                        configured, userRoutes, config.localAws().port()))
                : Optional.empty();
        settings = local.map(LocalMode::settings).orElse(configured);
    }

    /** Hands out credentials for the sinks, and by its name in the registry for routes of the user. */
    @Produces
    @Singleton
    @Named(SegmentCredentials.BEAN)
    SegmentCredentials credentials() {
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(local.map(mode -> mode.aws().endpoint()).orElse(settings.endpointOverride()));
        if (local.isPresent()) {
            // The stand-in takes any keys, and must not see real ones.
            credentials.setBaseCredentials(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
        }
        return credentials;
    }

    /** Builds the routes of the settings. Camel Quarkus adds every route builder that is a bean. */
    @Produces
    @Singleton
    SegmentRoutes routes(CamelContext context, MeterRegistry meters) {
        local.ifPresent(mode -> {
            // For the user's own routes too.
            String endpoint = mode.aws().endpoint().toString();
            context.getComponent("segment-kinesis", SegmentKinesisComponent.class)
                    .getConfiguration()
                    .setUriEndpointOverride(endpoint);
            context.getComponent("segment-firehose", SegmentFirehoseComponent.class)
                    .getConfiguration()
                    .setUriEndpointOverride(endpoint);
        });
        SegmentRoutes routes = new SegmentRoutes(settings.sources(), settings.destinations());
        routes.mappings().forEach((destination, mapping) -> FunctionCounter.builder(
                        "segment.firehose.unmapped", mapping, FirehoseMapping::unmappedCount)
                .description(
                        "Events that no row of the destination's mapping fits, so that they were not delivered there")
                .baseUnit("events")
                .tag("destination", destination)
                .register(meters));
        return routes;
    }

    void greet(@ObservesAsync HttpServerStart started) {
        local.ifPresent(mode -> LOG.info(mode.greeting(started.options().getPort())));
    }

    @PreDestroy
    void stop() {
        local.ifPresent(LocalMode::close);
    }
}
