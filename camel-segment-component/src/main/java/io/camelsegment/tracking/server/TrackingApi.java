package io.camelsegment.tracking.server;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Workload;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import io.camelsegment.memory.RequestDeliveries;
import io.camelsegment.memory.ResendMemory;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The HTTP surface that all sources of one application share. Thread-safe.
 *
 * <p>Its handler stays on the router while the application lives, even before the first source has started and after
 * the last has stopped: a 404 makes most Segment SDKs drop their events, a 503 makes them wait.
 */
public final class TrackingApi {

    private static final Pattern SETTINGS = Pattern.compile("/projects/([^/]+)/settings");
    private static final String WEBHOOK = "/webhook/";

    /** The methods that Segment's Webhook (Actions) destination offers. */
    private static final Set<HttpMethod> WEBHOOK_METHODS = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private final Vertx vertx;
    private final String basePath;
    private final TrustedProxies trustedProxies;
    private final RequestMemory memory;
    private final Workload workload;
    private final Intake intake;
    private final ResendMemory resends;
    private final BooleanSupplier serving;
    private final WriteKeys writeKeys = new WriteKeys();
    private final Map<String, TrackingSource> webhooks = new ConcurrentHashMap<>();
    private final UnknownKeys unknownKeys = new UnknownKeys();
    private final Route route;

    /** Reads bodies of unknown sources, within the highest limits of all sources. */
    private volatile EventParser parser = new EventParser(EventLimits.DEFAULT);

    /**
     * Adds the API to a router.
     *
     * @param basePath where it begins, such as {@code /v1}: with a slash before and none behind
     * @param budget   counts the bodies of all requests under way
     * @param workload the work of the sinks; decides when requests are admitted
     * @param resends  remembers deliveries of unacknowledged requests; null to remember nothing
     * @param serving  tells whether the application has started and is not stopping; otherwise every call gets a 503
     */
    public TrackingApi(
            Vertx vertx,
            Router router,
            String basePath,
            TrustedProxies trustedProxies,
            MemoryBudget budget,
            Workload workload,
            ResendMemory resends,
            BooleanSupplier serving) {
        this.vertx = vertx;
        this.basePath = basePath;
        this.trustedProxies = trustedProxies;
        this.memory = new RequestMemory(budget, System::nanoTime);
        this.workload = workload;
        this.intake = new Intake(budget, workload);
        workload.setInflow(intake);
        this.resends = resends;
        this.serving = serving;
        this.route = router.route(basePath.isEmpty() ? "/*" : basePath + "*").handler(this::handle);
    }

    /**
     * Maps write keys to a source.
     *
     * @throws IllegalArgumentException if another source has one of them; the message names both sources, not the key
     */
    public void add(TrackingSource source, Collection<String> keys) {
        try {
            keys.forEach(key -> writeKeys.add(key, source));
        } catch (IllegalArgumentException e) {
            writeKeys.remove(source);
            throw e;
        }
        parser = new EventParser(writeKeys
                .sources()
                .map(TrackingSource::limits)
                .reduce(EventLimits::max)
                .orElse(EventLimits.DEFAULT));
    }

    /** Maps the path {@code /webhook/} with the source's name to it. */
    public void addWebhook(TrackingSource source) {
        webhooks.put(source.name(), source);
    }

    /** Removes a source; its keys and its path are unknown from now on. */
    public void remove(TrackingSource source) {
        writeKeys.remove(source);
        webhooks.remove(source.name(), source);
    }

    /** Removes the API from the router. */
    public void close() {
        route.remove();
        workload.setInflow(null);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = pathBelowBase(context);
        if (HttpMethod.OPTIONS.equals(request.method())) {
            if (ApiCall.of(HttpMethod.POST, path) == null) {
                context.next();
            } else {
                preflight(request);
            }
            return;
        }
        ApiCall call = ApiCall.of(request.method(), path);
        Matcher settings = SETTINGS.matcher(path);
        if (call != null) {
            new TrackingRequest(this, context, call, null).start();
        } else if (WEBHOOK_METHODS.contains(request.method()) && path.startsWith(WEBHOOK)) {
            TrackingSource source = webhooks.get(path.substring(WEBHOOK.length()));
            if (source == null) {
                context.next();
            } else {
                new TrackingRequest(this, context, ApiCall.WEBHOOK, source).start();
            }
        } else if (HttpMethod.GET.equals(request.method()) && settings.matches()) {
            settings(request, settings.group(1));
        } else {
            context.next();
        }
    }

    private void settings(HttpServerRequest request, String writeKey) {
        allowOrigin(request, null);
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(ProjectSettings.of(writeKey, trustedProxies.publicHost(request) + basePath));
    }

    /**
     * Returns the path below the base path; no call has it when the request's path only begins with the same letters.
     */
    private String pathBelowBase(RoutingContext context) {
        String mountPoint = context.mountPoint();
        String path = context.normalizedPath();
        int mounted = mountPoint == null || mountPoint.equals("/") ? 0 : mountPoint.length();
        return path.substring(Math.min(path.length(), mounted + basePath.length()));
    }

    /**
     * Answers a browser that asks before it posts. The write key is not known yet, so an origin is allowed if any
     * source allows it.
     */
    private void preflight(HttpServerRequest request) {
        HttpServerResponse response = request.response().setStatusCode(204);
        String headers = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        if (headers != null) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers);
        }
        allowOrigin(request, null);
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400")
                .end();
    }

    /**
     * Lets a page read the answer. The origin is echoed instead of {@code *}, because analytics.js may send
     * credentials.
     *
     * @param source null when unknown; then an origin is allowed if any source allows it
     */
    void allowOrigin(HttpServerRequest request, TrackingSource source) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            return;
        }
        HttpServerResponse response = request.response().putHeader(HttpHeaders.VARY, "Origin");
        boolean allowed = source == null
                ? writeKeys.sources().anyMatch(any -> any.allowsOrigin(origin))
                : source.allowsOrigin(origin);
        if (allowed) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
                    .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, X-RateLimit-Reset");
        }
    }

    /** Returns the delivery log for a request of the source; null when deliveries are not remembered. */
    RequestDeliveries deliveriesOf(TrackingSource source) {
        return resends == null ? null : new RequestDeliveries(resends, source.name());
    }

    Vertx vertx() {
        return vertx;
    }

    EventParser parser() {
        return parser;
    }

    boolean isServing() {
        return serving.getAsBoolean();
    }

    WriteKeys writeKeys() {
        return writeKeys;
    }

    TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    Intake intake() {
        return intake;
    }

    RequestMemory memory() {
        return memory;
    }

    /** Returns the reply while too much waits for delivery. */
    Reply overloaded() {
        return Reply.overloaded(memory.secondsUntilDrained());
    }

    /**
     * Returns the reply to a request whose source is unknown or not ready.
     *
     * @param notReady the source that is suspended or stopping; null when the write key is unknown
     */
    Reply notServed(TrackingSource notReady) {
        if (notReady != null) {
            return Reply.unavailable("the source '" + notReady.name() + "' is suspended or stopping");
        }
        unknownKeys.refused();
        return Reply.refused(
                "project_not_found",
                "no source has this write key; send the key of a source as the user name of Basic authentication,"
                        + " or as writeKey in the body");
    }
}
