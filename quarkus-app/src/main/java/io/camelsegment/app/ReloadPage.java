package io.camelsegment.app;

import io.camelsegment.app.routes.RunningRoutes;
import io.camelsegment.app.routes.SegmentRoutes;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.ReloadedSettings;
import io.camelsegment.app.settings.ReloadedSettings.Outcome;
import io.camelsegment.app.settings.SegmentConfig;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.apache.camel.quarkus.main.events.AfterStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Reloads the settings at a POST on the management port, and when their files change. It answers the names of the
 * settings that are in force now and of those that need a restart, or the mistakes.
 */
@Singleton
class ReloadPage {

    private static final Logger LOG = Logger.getLogger(ReloadPage.class);

    private static final String PATH = "/segment/reload";

    private static final int UNPROCESSABLE = 422;

    private final SegmentConfig config;
    // Created after the start: a command has pages, too, but no routes.
    private final Provider<SegmentRoutes> routes;
    private volatile SettingsReload reload;

    ReloadPage(SegmentConfig config, Provider<SegmentRoutes> routes) {
        this.config = config;
        this.routes = routes;
    }

    /** Observes no event of Camel's engine: with an observer of those, Camel creates several for each exchange. */
    void start(@Observes AfterStart event) {
        RunningRoutes running = new RunningRoutes(event.getCamelContext(), routes.get());
        reload = new SettingsReload(new ReloadedSettings(config, UserRoutes.exist(), running));
        reload.watch();
    }

    void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
        stop();
    }

    @PreDestroy
    void stop() {
        if (reload != null) {
            reload.close();
        }
    }

    void register(
            @Observes ManagementInterface management,
            @ConfigProperty(name = "quarkus.management.root-path", defaultValue = "/q") String root) {
        management.router().post("/" + root.replaceAll("^/|/$", "") + PATH).handler(this::reload);
    }

    private void reload(RoutingContext request) {
        HttpServerResponse response = request.response();
        if (reload == null) {
            answer(response, 503, message("expected a collector that runs, but it is starting: ask again"));
            return;
        }
        // It reads files and looks endpoints up.
        request.vertx().executeBlocking(reload::reload, false).onComplete(done -> {
            if (done.succeeded()) {
                answer(response, 200, json(done.result()));
            } else if (done.cause() instanceof ConfigurationException mistakes) {
                answer(
                        response,
                        UNPROCESSABLE,
                        message("all settings stay as they are, since there are mistakes in what was read")
                                .put(
                                        "mistakes",
                                        new JsonArray(
                                                mistakes.getMessage().lines().toList())));
            } else {
                LOG.warnf(
                        "The settings could not be read (%s)",
                        done.cause().getClass().getName());
                answer(response, 500, message("all settings stay as they are, since they could not be read"));
            }
        });
    }

    private static JsonObject json(Outcome outcome) {
        return new JsonObject()
                .put("changed", new JsonArray(outcome.changed()))
                .put("needsRestart", new JsonArray(outcome.needsRestart()));
    }

    private static JsonObject message(String message) {
        return new JsonObject().put("message", message);
    }

    private static void answer(HttpServerResponse response, int status, JsonObject json) {
        if (!response.closed()) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .end(json.encode());
        }
    }
}
