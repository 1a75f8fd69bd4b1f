package io.camelsegment.app;

import io.camelsegment.app.doctor.Caller;
import io.camelsegment.app.doctor.Doctor;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.routes.Destination;
import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.routes.MissedEvents;
import io.camelsegment.routes.SegmentRoutes;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.tracking.SegmentComponent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.jboss.logging.Logger;

/** Turns the settings into the beans that Camel takes up: the credentials and the routes. */
@Singleton
class Collector {

    private static final Logger LOG = Logger.getLogger(Collector.class);

    /** As long as a record is tried. */
    private static final Duration DRAIN_TIME = Duration.ofSeconds(30);

    private static final Duration DRAIN_POLL = Duration.ofMillis(20);

    /** Between two looks at a destination where something fails. */
    private static final Duration DOCTOR_PAUSE = Duration.ofMinutes(1);

    private final boolean deduplicate;
    private final Settings settings;
    private final Optional<LocalMode> local;

    Collector(SegmentConfig config) {
        deduplicate = config.deduplicate();
        boolean userRoutes = UserRoutes.exist();
        Settings configured = Settings.read(config, userRoutes);
        if (config.localAws().enabled()) {
            local = Optional.of(LocalMode.start(config.localAws().port()));
            settings = LocalMode.orExample(configured, userRoutes).withoutEndpointOverrides();
        } else {
            local = Optional.empty();
            settings = configured;
        }
    }

    /** Hands out credentials to the sinks, and by its name in the registry to routes of the user. */
    @Produces
    @Singleton
    @Named(SegmentCredentials.BEAN)
    SegmentCredentials credentials() {
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(settings.credentials().endpointOverride());
        credentials.setStsEndpointOverride(settings.credentials().stsEndpointOverride());
        credentials.setBaseRoleAddress(settings.credentials().baseRoleAddress());
        credentials.setBaseSecretId(settings.credentials().baseSecretId());
        credentials.setSessionDuration(settings.credentials().sessionDuration());
        local.ifPresent(mode -> mode.redirect(credentials));
        return credentials;
    }

    /** Has the destinations examined, as far as the settings have them; those of other routes are not known to be ours. */
    @Produces
    @Singleton
    DoctorRounds doctorRounds(SegmentCredentials credentials) {
        List<Destination> destinations = local.map(mode -> LocalMode.at(mode.endpoint(), settings.destinations()))
                .orElse(settings.destinations());
        Caller caller = settings.credentials().caller(credentials.getBaseCredentials());
        if (local.isPresent()) {
            caller = LocalMode.caller(local.get().endpoint());
        }
        return new DoctorRounds(new Doctor(caller, Clock.systemUTC()), destinations, DOCTOR_PAUSE);
    }

    void stop(@Disposes DoctorRounds rounds) {
        rounds.close();
    }

    /** Builds the routes of the settings. Camel Quarkus adds every route builder that is a bean. */
    @Produces
    @Singleton
    SegmentRoutes routes(CamelContext context, MeterRegistry meters) {
        local.ifPresent(mode -> mode.redirect(context));
        SegmentRoutes routes = new SegmentRoutes(settings.sources(), settings.destinations());
        routes.setDeduplicate(deduplicate);
        routes.mappings().forEach((destination, mapping) -> FunctionCounter.builder(
                        "segment.firehose.unmapped", mapping, FirehoseMapping::unmappedCount)
                .description(
                        "Events that no row of the destination's mapping fits, so that they were not delivered there")
                .baseUnit("events")
                .tag("destination", destination)
                .register(meters));
        routes.missed().forEach((destination, missed) -> FunctionCounter.builder(
                        "segment.destination.missed", missed, MissedEvents::count)
                .description("Events that the destination, which is not required, did not get")
                .baseUnit("events")
                .tag("destination", destination)
                .register(meters));
        return routes;
    }

    void greet(@ObservesAsync HttpServerStart started, HttpServer server) {
        local.ifPresent(mode -> LOG.info(mode.greeting(settings, server.getPort())));
    }

    /**
     * Told when the app is asked to stop, while the HTTP server still serves. Waits for the requests under way here, because new ones
     * are told to come again only now: Quarkus's own refusal says nothing of when.
     */
    void drain(
            @Observes(notifyObserver = Reception.IF_EXISTS) ShutdownDelayInitiatedEvent stopping,
            CamelContext context) {
        if (context.hasComponent("segment") instanceof SegmentComponent segment) {
            segment.refuseRequests();
        }
        MemoryBudget budget = SharedBeans.memoryBudget(context);
        long deadline = System.nanoTime() + DRAIN_TIME.toNanos();
        while (budget.heldBytes() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(DRAIN_POLL.toNanos());
        }
    }

    @PreDestroy
    void stop() {
        local.ifPresent(LocalMode::close);
    }
}
