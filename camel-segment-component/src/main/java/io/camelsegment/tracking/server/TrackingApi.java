package io.camelsegment.tracking.server;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Workload;
import io.camelsegment.memory.RequestDeliveries;
import io.camelsegment.memory.ResendMemory;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.Observation;
import io.camelsegment.observation.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The HTTP surface that all sources of one application share. Thread-safe.
 *
 * <p>Its handler stays on the router while the application lives, even before the first source has started and after
 * the last has stopped: a 404 makes most Segment SDKs drop their events, a 503 makes them wait.
 */
public final class TrackingApi {

    private static final String SETTINGS_START = "/projects/";
    private static final String SETTINGS_END = "/settings";
    private static final String SETTINGS_PATH = SETTINGS_START + "{writeKey}" + SETTINGS_END;

    /** A browser loads the settings again after as long as the script. */
    private static final String SETTINGS_CACHE_CONTROL = "private, max-age=300";

    /** Milliseconds after which waiting requests ask again to be admitted. */
    private static final long LOOK_AGAIN_MS = 20;

    // Ready to be written: Vert.x checks and encodes strings for each answer.
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence VARY_ORIGIN = HttpHeaders.createOptimized("Origin");
    private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
    private static final CharSequence EXPOSED = HttpHeaders.createOptimized("Retry-After, X-RateLimit-Reset");

    private static final String WEBHOOK = "/webhook/";

    /** The methods that Segment's Webhook (Actions) destination offers. */
    private static final Set<HttpMethod> WEBHOOK_METHODS = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private final Vertx vertx;
    private final String basePath;
    private final TrustedProxies trustedProxies;
    private final RequestMemory memory;
    private final Workload workload;
    private final Intake intake;
    private final AtomicBoolean looksAgain = new AtomicBoolean();
    private final ResendMemory resends;
    private final BooleanSupplier serving;
    private final Sources sources;
    private final Refusals refusals;
    private final Observation observation;
    private final List<Route> routes = new ArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final ReadTimeouts readTimeouts;

    /**
     * Adds the API to a router.
     *
     * @param basePath where it begins, such as {@code /v1}: with a slash before and none behind
     * @param sources  the sources that its calls are for
     * @param budget   counts the bodies of all requests under way
     * @param workload the work of the sinks; decides when requests are admitted
     * @param refusals hears of requests that are refused as a whole
     * @param observation has the observer of single requests and events
     * @param resends  remembers deliveries of unacknowledged requests; null to remember nothing
     * @param serving  tells whether the application has started and is not stopping; otherwise every call gets a 503
     */
    public TrackingApi(
            Vertx vertx,
            Router router,
            String basePath,
            Sources sources,
            TrustedProxies trustedProxies,
            MemoryBudget budget,
            Workload workload,
            Refusals refusals,
            Observation observation,
            ResendMemory resends,
            BooleanSupplier serving) {
        this.vertx = vertx;
        this.readTimeouts = new ReadTimeouts(vertx);
        this.basePath = basePath;
        this.sources = sources;
        this.trustedProxies = trustedProxies;
        this.memory = new RequestMemory(budget, System::nanoTime);
        this.workload = workload;
        this.intake = new Intake(budget, workload);
        workload.add(intake);
        this.refusals = refusals;
        this.observation = observation;
        this.resends = resends;
        this.serving = serving;
        // Without paths of their own: to match one, Vert.x makes strings and a map for each request.
        routes.add(router.route().handler(this::handle));
        if (!basePath.isEmpty()) {
            routes.add(router.route().last().handler(this::handleAtRoot));
        }
    }

    /**
     * Has requests that a router refuses before it looks for their route answered as every other call: those without
     * {@code Host}, and with a stray percent sign in the path.
     *
     * @param mountPath the path of the API's router in this one, without a slash at the end
     */
    public void guard(Router router, String mountPath) {
        UnroutableRequests unroutable = new UnroutableRequests(this, mountPath + basePath);
        routes.add(router.route()
                .order(Integer.MIN_VALUE)
                .handler(unroutable::handle)
                .failureHandler(unroutable::handleFailure));
    }

    /** Returns how many requests have arrived whole and not been answered. */
    public int requestsUnderWay() {
        return underWay.get();
    }

    void requestBegun() {
        underWay.incrementAndGet();
    }

    void requestEnded() {
        underWay.decrementAndGet();
    }

    /** Removes the API from the router. Requests that are still being read get their answer. */
    public void close() {
        routes.forEach(Route::remove);
        readTimeouts.close();
        workload.remove(intake);
        intake.close();
    }

    /** Returns whether a request is under way: it has sent a part of its body at least, and has no answer yet. */
    public boolean hasRequests() {
        return memory.heldBytes() > 0 || requestsUnderWay() > 0;
    }

    private void handle(RoutingContext context) {
        String path = pathBelow(basePath, context);
        if (path == null) {
            context.next();
        } else {
            handle(context, path);
        }
    }

    /** Answers calls without the base path: analytics.js makes them when its {@code apiHost} is a host alone. */
    private void handleAtRoot(RoutingContext context) {
        String path = pathBelow("", context);
        if (path == null || path.length() <= 1 || path.startsWith(WEBHOOK)) {
            context.next();
        } else {
            handle(context, path);
        }
    }

    private void handle(RoutingContext context, String path) {
        HttpServerRequest request = context.request();
        HttpMethod method = request.method();
        ApiCall call = ApiCall.of(method, path);
        if (call != null) {
            MetricPath.set(request, basePath + call.path());
            new TrackingRequest(this, context, call, null).start();
        } else if (WEBHOOK_METHODS.contains(method) && path.startsWith(WEBHOOK)) {
            KnownSource source = sources.findWebhook(path.substring(WEBHOOK.length()));
            if (source == null) {
                noteRefusal(notServed(null), request, ApiCall.WEBHOOK, null);
                context.next();
            } else {
                MetricPath.set(request, basePath + ApiCall.WEBHOOK.path());
                new TrackingRequest(this, context, ApiCall.WEBHOOK, source).start();
            }
        } else if (ApiCall.isGet(method) && settingsKey(path) != null) {
            MetricPath.set(request, basePath + SETTINGS_PATH);
            settings(request, settingsKey(path));
        } else if (HttpMethod.OPTIONS.equals(method) && isCall(path)) {
            MetricPath.set(request, basePath + "/*");
            preflight(request);
        } else {
            context.next();
        }
    }

    private static boolean isCall(String path) {
        return ApiCall.of(HttpMethod.POST, path) != null
                || ApiCall.of(HttpMethod.GET, path) != null
                || settingsKey(path) != null;
    }

    /** Returns whether the API has such a call below its base path; those of webhooks aside. */
    static boolean isCall(HttpMethod method, String path) {
        return path.length() > 1
                && (ApiCall.of(method, path) != null || (ApiCall.isGet(method) && settingsKey(path) != null));
    }

    /** Returns the write key in the path of the settings; null when it is another path. */
    private static String settingsKey(String path) {
        int end = path.length() - SETTINGS_END.length();
        if (end <= SETTINGS_START.length() || !path.startsWith(SETTINGS_START) || !path.endsWith(SETTINGS_END)) {
            return null;
        }
        String key = path.substring(SETTINGS_START.length(), end);
        return key.indexOf('/') < 0 ? key : null;
    }

    private void settings(HttpServerRequest request, String writeKey) {
        putCommonHeaders(request, null);
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, SETTINGS_CACHE_CONTROL);
        end(request, ProjectSettings.of(writeKey, trustedProxies.publicHost(request) + basePath));
    }

    /** Returns what follows a base path in the request's path; null if it does not begin with that. */
    private static String pathBelow(String basePath, RoutingContext context) {
        String mountPoint = context.mountPoint();
        String path = context.normalizedPath();
        int mounted = mountPoint == null || mountPoint.equals("/") ? 0 : mountPoint.length();
        return path.startsWith(basePath, mounted) ? path.substring(mounted + basePath.length()) : null;
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
        putCommonHeaders(request, null);
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, OPTIONS")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400")
                .end();
    }

    /**
     * Adds the headers of every answer: those that let a page read it, and one against guessing its type. The origin
     * is echoed instead of {@code *}, because analytics.js may send credentials. So an answer depends on the origin
     * even when the request has none: a cache must not show it to a page.
     *
     * @param source null when unknown; then an origin is allowed if any source allows it
     */
    void putCommonHeaders(HttpServerRequest request, TrackingSource source) {
        HttpServerResponse response = request.response().putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF);
        response.headers().add(HttpHeaders.VARY, VARY_ORIGIN);
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            return;
        }
        boolean allowed = source == null ? sources.allowOrigin(origin) : source.allowsOrigin(origin);
        if (allowed) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /** Ends an answer with a body, or with the length that it would have for HEAD. */
    static Future<Void> end(HttpServerRequest request, Buffer body) {
        HttpServerResponse response = request.response();
        if (!HttpMethod.HEAD.equals(request.method())) {
            return response.end(body);
        }
        return response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                .end();
    }

    /** Returns the delivery log for a request of the source; null when deliveries are not remembered. */
    RequestDeliveries deliveriesOf(TrackingSource source) {
        return resends == null ? null : new RequestDeliveries(resends, source.name());
    }

    Vertx vertx() {
        return vertx;
    }

    boolean isServing() {
        return serving.getAsBoolean();
    }

    Sources sources() {
        return sources;
    }

    TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    /** Runs a request's task on an executor as soon as the {@link Intake} admits it. */
    void enter(Executor executor, Runnable task) {
        intake.enter(executor, task);
        lookAgain();
    }

    private void lookAgain() {
        if (intake.isAwaited() && looksAgain.compareAndSet(false, true)) {
            vertx.setTimer(LOOK_AGAIN_MS, timer -> {
                looksAgain.set(false);
                intake.lookAgain();
                lookAgain();
            });
        }
    }

    ReadTimeouts readTimeouts() {
        return readTimeouts;
    }

    RequestMemory memory() {
        return memory;
    }

    /**
     * Reports a reply that refuses a whole request.
     *
     * @param source null when unknown
     */
    void noteRefusal(Reply reply, HttpServerRequest request, ApiCall call, TrackingSource source) {
        if (reply.refusal() == null) {
            return;
        }
        refusals.refused(source == null ? null : source.name(), call.name(), reply.refusal(), !reply.endsRequest());
        EventObserver observer = observation.faults();
        if (observer != null) {
            observer.refused(
                    reception(request, call, source, trustedProxies.clientAddress(request)),
                    new EventObserver.Refusal(reply.status(), reply.refusal(), reply.message()));
        }
    }

    /** Returns who observes single requests and events. */
    Observation observation() {
        return observation;
    }

    /** Begins the span of a request; null without traces. */
    Tracing.Request span(HttpServerRequest request, ApiCall call) {
        Tracing tracing = observation.tracing();
        return tracing == null
                ? null
                : tracing.request(request.method().name(), basePath + call.path(), request::getHeader);
    }

    /** Returns the facts of a request for its observer. */
    static EventObserver.Reception reception(
            HttpServerRequest request, ApiCall call, TrackingSource source, String address) {
        return new EventObserver.Reception(
                source == null ? null : source.name(),
                call.name(),
                request.getHeader(HttpHeaders.USER_AGENT),
                request.getHeader(HttpHeaders.CONTENT_TYPE),
                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                address);
    }

    /** Returns the reply while too much waits for delivery. */
    Reply overloaded() {
        return Reply.overloaded(memory.secondsUntilDrained());
    }

    /**
     * Returns the reply to a request whose source is unknown or not ready.
     *
     * @param notReady the source that takes no events; null when the write key is unknown
     */
    Reply notServed(TrackingSource notReady) {
        if (notReady != null) {
            return Reply.unavailable("the source '" + notReady.name() + "' is not running");
        }
        return Reply.refused(
                "project_not_found",
                "no source has this write key; send the key of a source as the user name of Basic authentication,"
                        + " or as writeKey in the body");
    }
}
