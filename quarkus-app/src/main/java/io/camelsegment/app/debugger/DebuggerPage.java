package io.camelsegment.app.debugger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.SegmentRoutes;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Gauge;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.main.events.AfterStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The debugger page below {@code /segment/} on the management port. Whoever is let through there may see events; what
 * changes something, or tells a write key, must in addition come from the page itself. Thread-safe.
 */
@Singleton
class DebuggerPage {

    private static final Logger LOG = Logger.getLogger(DebuggerPage.class);

    private static final String PATH = "/segment/";

    /** Below the class path's root, not below META-INF/resources: the port of the senders must not serve them. */
    private static final String FILES = "/segment-page/";

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "app.css", "text/css; charset=utf-8",
            "app.js", "text/javascript; charset=utf-8",
            "live.js", "text/javascript; charset=utf-8",
            "delivery.js", "text/javascript; charset=utf-8",
            "setup.js", "text/javascript; charset=utf-8",
            "json.js", "text/javascript; charset=utf-8",
            "dom.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final long SAMPLE_MS = 10_000;
    /** As long as a sender may wait for its answer. */
    private static final Duration TEST_TIME = Duration.ofSeconds(60);

    private static final int MOST_BODY_BYTES = 64 << 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SegmentConfig config;
    private final boolean enabled;
    private final Vertx vertx;
    private final Mask mask;
    // Created after the routes: a command has pages, too, but no sources.
    private final Provider<Settings> settings;
    private final Provider<SegmentRoutes> routes;
    private final Provider<HttpServer> server;

    private final DeliveryHistory history = new DeliveryHistory(Clock.systemUTC());
    private final EventFeed feed = new EventFeed(Clock.systemUTC());
    private String permissions;

    /** Null until the app has started. */
    private volatile Running running;

    /** What needs the settings and the routes. */
    private record Running(
            CamelContext context,
            SetUpView setUp,
            TrailView trails,
            DeliveryView delivery,
            LiveStream live,
            HttpClient client) {}

    DebuggerPage(
            SegmentConfig config,
            Vertx vertx,
            Provider<Settings> settings,
            Provider<SegmentRoutes> routes,
            Provider<HttpServer> server) {
        this.config = config;
        this.enabled = config.debugger().enabled();
        this.mask = new Mask(config.debugger().mask());
        this.vertx = vertx;
        this.settings = settings;
        this.routes = routes;
        this.server = server;
    }

    void register(
            @Observes ManagementInterface management,
            @ConfigProperty(name = "quarkus.management.root-path", defaultValue = "/q") String root) {
        if (!enabled) {
            return;
        }
        permissions = "/" + root.replaceAll("^/|/$", "") + "/segment/permissions";
        Router router = management.router();
        router.route(PATH + "*").handler(DebuggerPage::secure);
        router.getWithRegex("/segment").handler(request -> request.response()
                .setStatusCode(302)
                .putHeader("Location", PATH)
                .end());
        TYPES.forEach((file, type) -> {
            Buffer content = content(file);
            router.get(file.equals("index.html") ? PATH : PATH + file).handler(request -> request.response()
                    .putHeader("Content-Type", type)
                    .putHeader("Cache-Control", "no-cache")
                    .end(content));
        });
        get(router, "api/stream", (app, request) -> app.live().open(request));
        get(router, "api/events/:id", this::event);
        get(
                router,
                "api/delivery",
                (app, request) -> blocking(request, () -> app.delivery().json(app.context())));
        get(
                router,
                "api/setup",
                (app, request) -> blocking(
                        request, () -> app.setUp().json(server.get().getPort()).put("permissions", permissions)));
        post(router, "api/keys", this::keys);
        post(router, "api/test", this::test);
    }

    private static Buffer content(String file) {
        try (InputStream in = DebuggerPage.class.getResourceAsStream(FILES + file)) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Observes no event of Camel's engine: with an observer of those, Camel creates several for each exchange. */
    void start(@Observes AfterStart event) {
        if (!enabled) {
            return;
        }
        CamelContext context = event.getCamelContext();
        TrailView trails = new TrailView(mask, this::inForce);
        LiveStream live = new LiveStream(vertx, feed, trails);
        live.observe(SharedBeans.observation(context));
        gauge(context, "segment.debugger.pages", "Debugger pages that are open", live, LiveStream::pages);
        gauge(context, "segment.debugger.events", "Events kept for the debugger page", feed, EventFeed::size);
        gauge(context, "segment.debugger.bytes", "Bytes that they take", feed, EventFeed::bytes);
        vertx.setPeriodic(SAMPLE_MS, timer -> {
            if (context.isStarted()) {
                history.sample(Senders.of(context).streams());
            } else {
                vertx.cancelTimer(timer);
            }
        });
        running = new Running(
                context,
                new SetUpView(this::inForce, config.api()),
                trails,
                new DeliveryView(settings.get().destinations(), history),
                live,
                vertx.createHttpClient());
    }

    /** Returns the settings with what a reload has changed. */
    private Settings inForce() {
        Settings started = settings.get();
        return new Settings(
                started.sources().stream().map(routes.get()::inForce).toList(),
                started.destinations().stream().map(routes.get()::inForce).toList(),
                started.credentials(),
                started.component());
    }

    private static <T> void gauge(
            CamelContext context, String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value)
                .description(description)
                .tag("camelContext", context.getName())
                .register(SharedBeans.meterRegistry(context));
    }

    /** Ends the open pages when the app is asked to stop. */
    void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
        if (running != null) {
            running.live().close();
        }
    }

    /** Leaves nothing to Vert.x, which outlives the app in development mode. */
    @PreDestroy
    void end() {
        if (running != null) {
            running.live().close();
            running.client().close();
        }
    }

    private static void secure(RoutingContext request) {
        request.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin");
        request.next();
    }

    @FunctionalInterface
    private interface Call {
        void answer(Running app, RoutingContext request);
    }

    @FunctionalInterface
    private interface Change {
        void answer(Running app, RoutingContext request, JsonNode body);
    }

    private void get(Router router, String path, Call call) {
        router.get(PATH + path).handler(request -> withApp(request, app -> call.answer(app, request)));
    }

    private void withApp(RoutingContext request, Consumer<Running> call) {
        Running app = running;
        if (app == null) {
            answer(request.response(), 503, message("the app is starting: try again"));
        } else {
            call.accept(app);
        }
    }

    private void post(Router router, String path, Change change) {
        router.post(PATH + path).handler(request -> {
            if (!isOfThePage(request.request())) {
                answer(request.response(), 403, message("expected a call of this page, with JSON"));
                return;
            }
            Buffer body = request.body().buffer(); // Quarkus has read it before all routes
            JsonNode json = body == null || body.length() > MOST_BODY_BYTES ? null : object(body);
            if (json == null) {
                answer(request.response(), 400, message("expected a JSON object of at most 64 KiB"));
            } else {
                withApp(request, app -> change.answer(app, request, json));
            }
        });
    }

    /** Another site can make a browser send forms, but no JSON without asking, and not in this page's name. */
    private static boolean isOfThePage(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        String host = request.getHeader("Host");
        return type != null
                && type.toLowerCase(Locale.ROOT).startsWith("application/json")
                && (site == null || site.equals("same-origin"))
                && (site != null
                        || origin == null
                        || origin.equalsIgnoreCase("http://" + host)
                        || origin.equalsIgnoreCase("https://" + host));
    }

    private static JsonNode object(Buffer body) {
        try {
            JsonNode json = JSON.readTree(body.getBytes());
            return json != null && json.isObject() ? json : null;
        } catch (IOException e) {
            return null;
        }
    }

    private void event(Running app, RoutingContext request) {
        long id;
        try {
            id = Long.parseLong(request.pathParam("id"));
        } catch (NumberFormatException e) {
            id = -1;
        }
        long wanted = id;
        blocking(request, () -> {
            List<Destination> current = app.trails().destinations();
            Map<Destination, SegmentEvent> decided = new LinkedHashMap<>();
            ObjectNode node = feed.read(wanted, trail -> {
                decided.putAll(TrailView.decided(trail, current));
                return app.trails().detail(trail, current);
            });
            if (node != null) {
                app.trails().explain(node, node.path("source").asText(), decided);
            }
            return node;
        });
    }

    /** Answers with what a call returns on another thread: it may read files or wait for a lock; 404 for null. */
    private void blocking(RoutingContext request, Callable<ObjectNode> call) {
        vertx.executeBlocking(call, false).onComplete(done -> {
            if (done.failed()) {
                // Only its class: a message may quote an event.
                LOG.warnf(
                        "The debugger page cannot answer: %s",
                        done.cause().getClass().getName());
                answer(request.response(), 500, message("the page's own fault; see the log"));
            } else if (done.result() == null) {
                answer(request.response(), 404, message("it is not there any more"));
            } else {
                answer(request.response(), 200, done.result());
            }
        });
    }

    private void keys(Running app, RoutingContext request, JsonNode body) {
        app.setUp()
                .source(body.path("source").asText())
                .ifPresentOrElse(
                        source -> {
                            ObjectNode node = JSON.createObjectNode();
                            SetUpView.keys(source).forEach(node.putArray("keys")::add);
                            answer(request.response(), 200, node);
                        },
                        () -> answer(request.response(), 404, message("no source has that name")));
    }

    /** Sends a test event on the way that all take: to the tracking API, with a key of the source. */
    private void test(Running app, RoutingContext request, JsonNode body) {
        Source source = app.setUp().source(body.path("source").asText()).orElse(null);
        List<String> keys = source == null ? List.of() : SetUpView.keys(source);
        if (keys.isEmpty()) {
            answer(request.response(), 404, message("expected a source with a write key"));
            return;
        }
        String messageId = "test-" + UUID.randomUUID();
        ObjectNode event = JSON.createObjectNode();
        JsonNode given = body.path("event");
        if (given.isObject()) {
            event.setAll((ObjectNode) given);
        }
        event.put("messageId", messageId);
        event.withObject("/context/library").put("name", "camel-segment-debugger");
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(app.setUp().host())
                .setPort(server.get().getPort())
                .setURI(app.setUp().basePath() + "/batch")
                .setTimeout(TEST_TIME.toMillis())
                .putHeader("Content-Type", "application/json")
                .putHeader("User-Agent", "camel-segment-debugger")
                .putHeader("Authorization", basic(keys.get(0)));
        app.client()
                .request(options)
                .compose(sent -> sent.send("{\"batch\":[" + event + "]}"))
                .compose(answered -> answered.body().map(text -> {
                    ObjectNode node = JSON.createObjectNode();
                    node.put("messageId", messageId);
                    node.put("status", answered.statusCode());
                    node.put("answer", text.toString());
                    return node;
                }))
                .onSuccess(node -> answer(request.response(), 200, node))
                .onFailure(failure -> answer(request.response(), 502, message("the tracking API does not answer")));
    }

    private static String basic(String key) {
        return "Basic " + Base64.getEncoder().encodeToString((key + ':').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode message(String text) {
        return JSON.createObjectNode().put("message", text);
    }

    private static void answer(HttpServerResponse response, int status, ObjectNode json) {
        if (response.closed() || response.ended()) {
            return;
        }
        try {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .end(JSON.writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
