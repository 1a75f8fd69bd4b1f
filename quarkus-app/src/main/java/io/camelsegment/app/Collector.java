package io.camelsegment.app;

import io.camelsegment.app.local.LocalMode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.MissedEvents;
import io.camelsegment.app.routes.SegmentRoutes;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.app.setup.Doctor;
import io.camelsegment.app.setup.DoctorRounds;
import io.camelsegment.app.setup.RoleAssumer;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import io.smallrye.config.SmallRyeConfig;
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
import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.main.events.AfterStart;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** Turns the settings into the beans that Camel takes up: the credentials and the routes. */
@Singleton
class Collector {

    private static final Logger LOG = Logger.getLogger(Collector.class);

    /** Between two examinations of a destination that fails. */
    private static final Duration DOCTOR_PAUSE = Duration.ofMinutes(1);

    /** Of traces. */
    private static final String SERVICE_NAME = "camel-segment";

    private final boolean deduplicate;
    private final boolean debugger;
    private final Settings settings;
    private final Optional<LocalMode> local;
    private final Optional<Traces> traces;

    Collector(SegmentConfig config) {
        deduplicate = config.deduplicate();
        debugger = config.debugger().enabled();
        boolean userRoutes = UserRoutes.exist();
        Settings configured = Settings.read(config, userRoutes);
        if (config.localAws().enabled()) {
            local = Optional.of(LocalMode.start(config.localAws().port()));
            settings = LocalMode.orExample(configured, userRoutes).withoutEndpointOverrides();
        } else {
            local = Optional.empty();
            settings = configured;
        }
        traces = Traces.start(ConfigProvider.getConfig(), SERVICE_NAME);
    }

    /** Provides credentials to the sinks and, by the bean's name, to users' routes. */
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

    /**
     * Provides the doctor for the destinations of the settings; those of users' routes are not known here.
     */
    @Produces
    @Singleton
    DoctorRounds doctorRounds(SegmentCredentials credentials) {
        List<Destination> destinations = local.map(mode -> LocalMode.at(mode.endpoint(), settings.destinations()))
                .orElse(settings.destinations());
        RoleAssumer assumer = local.map(mode -> RoleAssumer.inLocalMode(mode.endpoint()))
                .orElseGet(() -> RoleAssumer.of(settings.credentials(), credentials.getBaseCredentials()));
        return new DoctorRounds(new Doctor(assumer, Clock.systemUTC()), destinations, DOCTOR_PAUSE);
    }

    void stop(@Disposes DoctorRounds rounds) {
        rounds.close();
    }

    /** Provides what runs to the page that shows it. */
    @Produces
    @Singleton
    Settings settings() {
        return settings;
    }

    /** Builds the routes of the settings. Camel Quarkus adds every route builder that is a bean. */
    @Produces
    @Singleton
    SegmentRoutes routes(CamelContext context, MeterRegistry meters) {
        local.ifPresent(mode -> mode.redirect(context));
        traces.ifPresent(on -> SharedBeans.observation(context).trace(on.tracing()));
        SegmentRoutes routes = new SegmentRoutes(settings.sources(), settings.destinations());
        routes.setComponentOptions(settings.component());
        routes.setDeduplicate(deduplicate);
        routes.missed().forEach((destination, missed) -> FunctionCounter.builder(
                        "segment.destination.missed", missed, MissedEvents::count)
                .description("Events that the destination, which is not required, did not get")
                .tag("destination", destination)
                .register(meters));
        routes.missed().forEach((destination, missed) -> FunctionCounter.builder(
                        "segment.destination.kept", missed, MissedEvents::kept)
                .description("Missed events that were kept as dead letters")
                .tag("destination", destination)
                .register(meters));
        routes.missed().forEach((destination, missed) -> FunctionCounter.builder(
                        "segment.destination.lost", missed, MissedEvents::lost)
                .description("Missed events that were lost")
                .tag("destination", destination)
                .register(meters));
        return routes;
    }

    /** Observes no event of Camel's engine, as those cost time with each exchange. */
    void summarize(@Observes AfterStart started) {
        LOG.info(StartSummary.of(
                settings, ConfigProvider.getConfig().unwrap(SmallRyeConfig.class), started.getCamelContext()));
    }

    void greet(@ObservesAsync HttpServerStart started, HttpServer server) {
        String page = debugger && server.getManagementPort() > 0
                ? "http://localhost:" + server.getManagementPort() + "/segment/"
                : null;
        local.ifPresentOrElse(
                mode -> LOG.info(mode.greeting(settings, server.getPort())
                        + (page == null ? "" : "\n  Watch events on their way:\n    " + page + '\n')),
                () -> {
                    if (page != null) {
                        LOG.infof("The debugger page, from this machine: %s", page);
                    }
                });
    }

    /**
     * Refuses new requests and waits until those under way are answered when the app is asked to stop. This happens
     * while the HTTP server still serves. Quarkus could wait, too ({@code quarkus.shutdown.timeout}), but then its own
     * refusals do not say when to come again, and a browser takes them for a missing permission.
     */
    void drain(
            @Observes(notifyObserver = Reception.IF_EXISTS) ShutdownDelayInitiatedEvent stopping,
            CamelContext context) {
        Drain.DEFAULT.run(context);
    }

    @PreDestroy
    void stop() {
        traces.ifPresent(Traces::close);
        local.ifPresent(LocalMode::close);
    }
}
