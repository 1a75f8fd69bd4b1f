package io.camelsegment.app.setup;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.quarkus.main.events.AfterStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Serves the doctor's report beside Quarkus's own pages on the management port, and adds it to the health. GET answers
 * the last report, POST a new one, once a minute.
 */
@Singleton
class DoctorPage {

    private static final String PATH = "/segment/permissions";

    // Created after the routes: a command has pages, too, but no routes.
    private final Provider<DoctorRounds> rounds;
    private volatile boolean started;

    DoctorPage(Provider<DoctorRounds> rounds) {
        this.rounds = rounds;
    }

    /** Observes no event of Camel's engine: with an observer of those, Camel creates several for each exchange. */
    void start(@Observes AfterStart event) {
        HealthCheckRegistry health = HealthCheckRegistry.get(event.getCamelContext());
        if (health != null) {
            health.register(new PermissionsHealthCheck(rounds.get()));
        }
        rounds.get().start();
        started = true;
    }

    /** Breaks off the examination when the app is asked to stop, so that no request waits for it. */
    void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
        if (started) {
            rounds.get().close();
        }
    }

    void register(
            @Observes ManagementInterface management,
            @ConfigProperty(name = "quarkus.management.root-path", defaultValue = "/q") String root) {
        String path = "/" + root.replaceAll("^/|/$", "") + PATH;
        management.router().get(path).handler(this::last);
        management.router().post(path).handler(this::again);
    }

    private void last(RoutingContext request) {
        rounds.get()
                .last()
                .ifPresentOrElse(
                        report -> answer(request.response(), report),
                        () -> answer(request.response(), 202, "{\"pending\":true}"));
    }

    private void again(RoutingContext request) {
        Optional<Duration> wait = rounds.get().claim();
        if (wait.isPresent()) {
            request.response()
                    .putHeader(
                            "Retry-After",
                            String.valueOf(wait.get().plusMillis(999).toSeconds()));
            answer(
                    request.response(),
                    429,
                    "{\"message\":\"expected one POST a minute: GET answers the last report\"}");
            return;
        }
        Context context = request.vertx().getOrCreateContext();
        var unused = rounds.get()
                .again()
                .whenComplete((report, failure) -> context.runOnContext(done -> {
                    if (failure == null) {
                        answer(request.response(), report);
                    } else {
                        answer(request.response(), 500, "{\"message\":\"the examination broke off\"}");
                    }
                }));
    }

    private static void answer(HttpServerResponse response, Report report) {
        answer(response, 200, report.toJson());
    }

    private static void answer(HttpServerResponse response, int status, String json) {
        if (!response.closed()) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .end(json);
        }
    }
}
