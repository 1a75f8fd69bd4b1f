package io.camelsegment.tracking;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.memory.ResendMemory;
import io.camelsegment.sink.OptionNames;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.tracking.server.AnalyticsJs;
import io.camelsegment.tracking.server.Sources;
import io.camelsegment.tracking.server.TrackingApi;
import io.camelsegment.tracking.server.TrackingSource;
import io.camelsegment.tracking.server.TrustedProxies;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Ordered;
import org.apache.camel.Route;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates {@code segment:} endpoints and owns the HTTP surface that their consumers share. */
@Component("segment")
public class SegmentComponent extends DefaultComponent {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentComponent.class);

    /** The default depends on the heap, and a native image makes components with that of its compiler. */
    private static final long UNSET = Long.MIN_VALUE;

    @Metadata(description = "The default options of all endpoints.")
    private SegmentConfiguration configuration = new SegmentConfiguration();

    @Metadata(
            label = "consumer",
            defaultValue = "/v1",
            description = "Path of the tracking API on the HTTP server, for all sources.")
    private String basePath = "/v1";

    @Metadata(
            label = "consumer,security",
            description = "IP addresses and subnets of trusted proxies, such as 10.0.0.0/8, separated by commas. The"
                    + " X-Forwarded-For, -Host, -Port and -Prefix headers and Forwarded of other peers are ignored.")
    private String trustedProxies;

    @Metadata(
            label = "consumer",
            defaultValue = "67108864",
            description =
                    "Maximum bytes of all requests that are accepted and not yet delivered, in the whole application."
                            + " Beyond it, senders are told to try again later. The default is at most a quarter of the"
                            + " heap.")
    private long maxBufferedBytes = UNSET;

    @Metadata(
            label = "consumer",
            description = "Directory with the files from dist/umd of Segment's npm package analytics-next. They are"
                    + " served at the paths of Segment's CDN: standalone.js as"
                    + " /analytics.js/v1/WRITE_KEY/analytics.min.js, every file as"
                    + " /analytics-next/bundles/FILE. Anyone can read all of them. Without it, these paths"
                    + " are not served.")
    private String analyticsJsDirectory;

    @Metadata(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "15m",
            description = "How long deliveries of an unacknowledged request are remembered, so that a retry does not"
                    + " duplicate them. At most a million are remembered, one for each event and stream; 0"
                    + " remembers none.")
    private Duration resendMemory = ResendMemory.DEFAULT_WINDOW;

    @Metadata(
            label = "consumer,advanced",
            description = "Repository that resendMemory uses instead of this process's memory. Instances that share it"
                    + " know each other's deliveries. It is asked for every event and stream, and decides"
                    + " itself how long it remembers.")
    private IdempotentRepository resendRepository;

    @Metadata(
            label = "consumer,advanced",
            javaType = "java.time.Duration",
            defaultValue = "1m",
            description = "How long the write keys and the webhook path of a source whose route was removed stay known."
                    + " Meanwhile senders are told to try again later; after that, SDKs drop their events. 0 forgets"
                    + " them at once.")
    private Duration removedSourceMemory = Duration.ofMinutes(1);

    private final Sources sources = new Sources(System::nanoTime, () -> Math.max(0, removedSourceMemory.toNanos()));
    /** The sources that routes name, by route id. */
    private final Map<String, Expected> expected = new ConcurrentHashMap<>();

    private final Routes routes = new Routes();

    private volatile boolean refusing;
    private volatile RefusedRequests refused;
    private final DeduplicationMeters deduplicationMeters = new DeduplicationMeters();
    private TrackingApi trackingApi;
    private AnalyticsJs analyticsJs;

    public SegmentComponent() {}

    public SegmentComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining == null || remaining.isBlank()) {
            throw new IllegalArgumentException(
                    "expected the name of a source after segment:, such as segment:web, but there was none");
        }
        SegmentEndpoint endpoint = new SegmentEndpoint(uri, this, remaining, configuration.copy());
        endpoint.setExchangePattern(ExchangePattern.InOut);
        OptionNames.readable(parameters);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    DeduplicationMeters deduplicationMeters() {
        return deduplicationMeters;
    }

    /** Returns the sources that routes of the context name. */
    Sources sources() {
        return sources;
    }

    /**
     * Removes a source whose consumer or route is gone. Keys that other routes name stay known.
     *
     * @param placeholder answers for it as long as it is still known
     */
    void remove(TrackingSource source, AwaitedSource placeholder) {
        sources.remove(source, placeholder);
        expected.values().forEach(this::expect);
        if (!sources.contains(source.name())) {
            SourceMetrics.remove(getCamelContext(), source.name());
            if (refused != null) {
                refused.forget(source.name());
            }
        }
    }

    /** Makes the source of a route known, which takes no events until its consumer starts. */
    void expect(String routeId, SegmentEndpoint endpoint) {
        SegmentConfiguration options = endpoint.getConfiguration();
        Expected source = new Expected(endpoint.awaited(), options.writeKeys(), options.isWebhook());
        Expected replaced = expected.put(routeId, source);
        if (replaced != null) {
            sources.remove(replaced.source(), replaced.source());
        }
        expect(source);
        if (getCamelContext().isStarted()) {
            serve();
        }
    }

    private void expect(Expected route) {
        sources.expect(route.source(), route.writeKeys(), route.webhook());
    }

    /**
     * Gives sources other write keys and limits while they run, all at one moment: {@code writeKey}, {@code
     * maxEventBytes}, {@code maxRequestBytes}, {@code maxEventsPerRequest} and {@code maxEventsPerSecond}, also those
     * that have their default. All other options stay as they are. A request keeps the keys and limits with which it
     * began. A key that a source has no more is unknown at once, and SDKs drop the events that they send with it. The
     * change outlives a stop of the route, but not of the process. Thread-safe.
     *
     * @param options by the id of the route that begins with the source
     * @throws IllegalArgumentException if a route does not begin with a source of this component, a number is out of
     *     its range, a source would have no key, or two would have the same; then nothing changes. The message names no
     *     key
     */
    public void changeSources(Map<String, SegmentConfiguration> options) {
        lock.lock();
        try {
            Map<SegmentConsumer, SegmentConfiguration> changed = new LinkedHashMap<>();
            Map<SegmentConsumer, Sources.Change> changes = new LinkedHashMap<>();
            options.forEach((routeId, wanted) -> {
                SegmentConsumer consumer = consumer(routeId);
                changed.put(consumer, consumer.getEndpoint().getConfiguration().withKeysAndLimitsOf(wanted));
                changes.put(consumer, consumer.change(changed.get(consumer)));
            });
            sources.change(changes.values());
            changes.forEach((consumer, change) -> consumer.changed(change, changed.get(consumer)));
            options.keySet()
                    .forEach(routeId -> expect(routeId, consumer(routeId).getEndpoint()));
        } finally {
            lock.unlock();
        }
    }

    private SegmentConsumer consumer(String routeId) {
        Route route = getCamelContext().getRoute(routeId);
        if (route != null
                && route.getConsumer() instanceof SegmentConsumer consumer
                && consumer.getEndpoint().getComponent() == this) {
            return consumer;
        }
        throw new IllegalArgumentException(
                "expected the id of a route that begins with segment:, but there is none of the id " + routeId);
    }

    /** Serves the API as soon as there is a source and an HTTP server, even if no route starts. */
    private void serve() {
        if (!sources.isEmpty() && findRouter() != null) {
            trackingApi();
        }
    }

    /** Returns the HTTP surface; the first call puts it on the router. */
    TrackingApi trackingApi() {
        lock.lock();
        try {
            if (trackingApi == null) {
                VertxPlatformHttpRouter router = router();
                if (analyticsJsDirectory != null) {
                    analyticsJs = new AnalyticsJs(router, Path.of(analyticsJsDirectory));
                }
                refused = new RefusedRequests(getCamelContext(), sources, System::nanoTime);
                trackingApi = new TrackingApi(
                        router.vertx(),
                        router,
                        normalized(basePath),
                        sources,
                        new TrustedProxies(SegmentConfiguration.commaSeparated(trustedProxies)),
                        SharedBeans.memoryBudget(getCamelContext()),
                        SharedBeans.workload(getCamelContext()),
                        refused,
                        SharedBeans.observation(getCamelContext()),
                        resends(),
                        () -> getCamelContext().isStarted() && !refusing);
                guard(router);
            }
            return trackingApi;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Answers all further requests with 503, while requests under way continue. For an application that learns of its
     * stop before its CamelContext does.
     */
    public void refuseRequests() {
        refusing = true;
    }

    /**
     * Returns whether a request is under way: it has sent a part of its body, or has arrived whole and has no answer on
     * the wire yet.
     */
    public boolean hasRequests() {
        lock.lock();
        try {
            return trackingApi != null && trackingApi.hasRequests();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many requests have arrived whole, and have no answer on the wire yet. */
    int requestsUnderWay() {
        lock.lock();
        try {
            return trackingApi == null ? 0 : trackingApi.requestsUnderWay();
        } finally {
            lock.unlock();
        }
    }

    private VertxPlatformHttpRouter router() {
        VertxPlatformHttpRouter router = findRouter();
        if (router == null) {
            throw new IllegalStateException("expected the HTTP server of camel-platform-http-vertx, but there is none;"
                    + " with Camel Main set camel.server.enabled=true");
        }
        return router;
    }

    /**
     * Guards the router that requests reach first. Camel's own server mounts ours in another at
     * {@code camel.server.path}; Quarkus has only one.
     */
    private void guard(VertxPlatformHttpRouter router) {
        boolean found = false;
        for (VertxPlatformHttpServer server : getCamelContext().hasServices(VertxPlatformHttpServer.class)) {
            if (server.getVertx() == router.vertx()
                    && server.getServer() != null
                    && server.getServer().requestHandler() instanceof Router outer) {
                trackingApi.guard(outer, normalized(server.getPath()));
                found = true;
            }
        }
        if (!found) {
            trackingApi.guard(router, "");
        }
    }

    /** Returns the component that knows the HTTP server. Camel CLI creates the server when it is first asked for. */
    PlatformHttpComponent platformHttp() {
        return getCamelContext().getComponent("platform-http", PlatformHttpComponent.class);
    }

    private VertxPlatformHttpRouter findRouter() {
        CamelContext context = getCamelContext();
        int port = platformHttp().getEngine().getServerPort();
        VertxPlatformHttpRouter router = context.getRegistry()
                .lookupByNameAndType(
                        VertxPlatformHttpRouter.getRouterNameFromPort(port), VertxPlatformHttpRouter.class);
        // The system chose the port, or this is Quarkus, which names its only router after the default port.
        return router == null ? CamelContextHelper.findSingleByType(context, VertxPlatformHttpRouter.class) : router;
    }

    private static String normalized(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.isEmpty() || trimmed.startsWith("/") ? trimmed : "/" + trimmed;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        getCamelContext().addLifecycleStrategy(routes);
        LeftOutRoutes.follow(getCamelContext());
        getCamelContext().addStartupListener(routes);
    }

    /** Read when the first source starts: Camel Main sets options after the component's initialisation. */
    private ResendMemory resends() {
        if (resendMemory.isNegative()) {
            throw new IllegalArgumentException("resendMemory must be 0 or more, was " + resendMemory);
        }
        if (resendMemory.isZero()) {
            return null;
        }
        if (resendRepository == null) {
            return ResendMemory.inProcess(resendMemory);
        }
        ServiceHelper.startService(resendRepository);
        return ResendMemory.in(resendRepository);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        refusing = false;
        if (maxBufferedBytes != UNSET) {
            limitBufferedBytes();
        }
    }

    @Override
    protected void doStop() throws Exception {
        // A stopping context keeps the handler, which answers 503: a 404 would make the SDKs drop their events.
        if (trackingApi != null && !getCamelContext().isStopping()) {
            trackingApi.close();
            trackingApi = null;
            if (analyticsJs != null) {
                analyticsJs.close();
                analyticsJs = null;
            }
        }
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        getCamelContext().getLifecycleStrategies().remove(routes);
        super.doShutdown();
    }

    /**
     * A source that a route names.
     *
     * @param writeKeys its keys, which are secrets
     */
    private record Expected(AwaitedSource source, List<String> writeKeys, boolean webhook) {

        @Override
        public String toString() {
            return source.name();
        }
    }

    /**
     * Follows the routes from their definitions on: Camel creates and starts their consumers later, or never when a
     * start fails.
     */
    private final class Routes extends LifecycleStrategySupport implements StartupListener, Ordered {

        @Override
        public void onRouteContextCreate(Route route) {
            if (route.getEndpoint() instanceof SegmentEndpoint endpoint
                    && endpoint.getComponent() == SegmentComponent.this) {
                expect(route.getRouteId(), endpoint);
            }
        }

        @Override
        public void onRoutesRemove(Collection<Route> removed) {
            if (getCamelContext().isStopping()) {
                return;
            }
            for (Route route : removed) {
                Expected source = expected.remove(route.getRouteId());
                if (source != null) {
                    remove(source.source(), source.source());
                }
            }
        }

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            serve();
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            serve();
        }

        /** Behind Camel's own listener of that order, which starts the HTTP server. */
        @Override
        public int getOrder() {
            return LOWEST;
        }
    }

    public Duration getRemovedSourceMemory() {
        return removedSourceMemory;
    }

    public void setRemovedSourceMemory(Duration removedSourceMemory) {
        this.removedSourceMemory = removedSourceMemory;
    }

    public Duration getResendMemory() {
        return resendMemory;
    }

    public void setResendMemory(Duration resendMemory) {
        this.resendMemory = resendMemory;
    }

    public IdempotentRepository getResendRepository() {
        return resendRepository;
    }

    public void setResendRepository(IdempotentRepository resendRepository) {
        this.resendRepository = resendRepository;
    }

    public SegmentConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SegmentConfiguration configuration) {
        this.configuration = configuration;
    }

    public String getTrustedProxies() {
        return trustedProxies;
    }

    public void setTrustedProxies(String trustedProxies) {
        this.trustedProxies = trustedProxies;
    }

    public long getMaxBufferedBytes() {
        return maxBufferedBytes == UNSET ? MemoryBudget.defaultMaxBytes() : maxBufferedBytes;
    }

    public void setMaxBufferedBytes(long maxBufferedBytes) {
        this.maxBufferedBytes = maxBufferedBytes;
        if (isStarted()) {
            limitBufferedBytes();
        }
    }

    /** Sets the size of the budget that sinks and routes may have found before this component was configured. */
    private void limitBufferedBytes() {
        long heap = Runtime.getRuntime().maxMemory();
        if (maxBufferedBytes > heap / 2) {
            LOG.warn(
                    "maxBufferedBytes: expected at most half of the heap of {} bytes, but was {}, so memory may run out"
                            + " before senders are told to wait: lower it or raise the heap, with -Xmx or"
                            + " SEGMENT_HEAP",
                    heap,
                    maxBufferedBytes);
        }
        SharedBeans.memoryBudget(getCamelContext()).setMaxBytes(maxBufferedBytes);
    }

    public String getAnalyticsJsDirectory() {
        return analyticsJsDirectory;
    }

    public void setAnalyticsJsDirectory(String analyticsJsDirectory) {
        this.analyticsJsDirectory = analyticsJsDirectory;
    }

    public String getBasePath() {
        return basePath;
    }

    public void setBasePath(String basePath) {
        this.basePath = basePath;
    }
}
