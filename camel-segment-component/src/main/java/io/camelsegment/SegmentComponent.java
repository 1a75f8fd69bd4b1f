package io.camelsegment;

import io.camelsegment.aws.DeliveryService;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.http.AnalyticsJs;
import io.camelsegment.http.TrackingApi;
import io.camelsegment.http.TrustedProxies;
import io.camelsegment.resend.ResendMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExchangePattern;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.service.ServiceHelper;

/** Creates {@code segment:} endpoints and owns the HTTP surface that their consumers share. */
@Component("segment")
public class SegmentComponent extends DefaultComponent {

    @Metadata(description = "The options that endpoints start from.")
    private SegmentConfiguration configuration = new SegmentConfiguration();

    @Metadata(
            label = "consumer",
            defaultValue = "/v1",
            description = "Where the tracking API begins on the HTTP server, for all sources.")
    private String basePath = "/v1";

    @Metadata(
            label = "consumer,security",
            description =
                    "Addresses and subnets of the proxies in front, such as 10.0.0.0/8, separated by commas. Only their"
                            + " X-Forwarded-For, -Host, -Port and -Prefix headers are believed.")
    private String trustedProxies;

    @Metadata(
            label = "consumer",
            defaultValue = "67108864",
            description =
                    "Most bytes of all requests that are accepted and not yet delivered, in the whole application. Beyond it senders"
                            + " are told to come again later.")
    private long maxBufferedBytes = MemoryBudget.DEFAULT_MAX_BYTES;

    @Metadata(
            label = "consumer",
            description =
                    "A directory with the files of dist/umd of Segment's npm package analytics-next, to be served where Segment's CDN has"
                            + " them: standalone.js as /analytics.js/v1/WRITE_KEY/analytics.min.js, all as"
                            + " /analytics-next/bundles/FILE. Anyone can read all of it. Without it these paths are not served.")
    private String analyticsJsDirectory;

    @Metadata(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "15m",
            description =
                    "How long it is remembered, of requests that were not answered with 200, which events have arrived at which streams,"
                            + " so that they do not arrive there twice when the sender repeats the request; a million pairs at most."
                            + " 0 to remember nothing.")
    private Duration resendMemory = ResendMemory.DEFAULT_WINDOW;

    @Metadata(
            label = "consumer,advanced",
            description =
                    "Where resendMemory remembers, instead of in memory. A repository that several instances share lets one know what"
                            + " another has delivered; it is asked for every event and stream, and decides itself how long it remembers.")
    private IdempotentRepository resendRepository;

    private ResendMemory resends;
    private volatile boolean refusing;
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
        SegmentEndpoint endpoint = new SegmentEndpoint(SecretOptions.mask(uri), this, remaining, configuration.copy());
        endpoint.setExchangePattern(ExchangePattern.InOut);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** Returns the HTTP surface, put on the router at the first call. */
    TrackingApi trackingApi() {
        lock.lock();
        try {
            if (trackingApi == null) {
                VertxPlatformHttpRouter router = router();
                if (analyticsJsDirectory != null) {
                    analyticsJs = new AnalyticsJs(router, Path.of(analyticsJsDirectory));
                }
                trackingApi = new TrackingApi(
                        router.vertx(),
                        router,
                        normalized(basePath),
                        new TrustedProxies(SegmentConfiguration.commaSeparated(trustedProxies)),
                        DeliveryService.memoryBudget(getCamelContext()),
                        DeliveryService.intake(getCamelContext()),
                        resends,
                        () -> getCamelContext().isStarted() && !refusing);
            }
            return trackingApi;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Answers all further requests with 503, while those under way go on: for an application that is about to stop and knows it before
     * its CamelContext does.
     */
    public void refuseRequests() {
        refusing = true;
    }

    /** Tells whether the HTTP server is there already, as it is when a route comes to a running application. */
    boolean isServed() {
        return getCamelContext().isStarted() && findRouter() != null;
    }

    private VertxPlatformHttpRouter router() {
        VertxPlatformHttpRouter router = findRouter();
        if (router == null) {
            throw new IllegalStateException("expected the HTTP server of camel-platform-http-vertx, but there is none;"
                    + " with Camel Main set camel.server.enabled=true");
        }
        return router;
    }

    /** Returns the component that knows the HTTP server. Camel CLI sets the server up when it is first asked for. */
    PlatformHttpComponent platformHttp() {
        return getCamelContext().getComponent("platform-http", PlatformHttpComponent.class);
    }

    private VertxPlatformHttpRouter findRouter() {
        CamelContext context = getCamelContext();
        int port = platformHttp().getEngine().getServerPort();
        VertxPlatformHttpRouter router = context.getRegistry()
                .lookupByNameAndType(
                        VertxPlatformHttpRouter.getRouterNameFromPort(port), VertxPlatformHttpRouter.class);
        // The port is chosen by the system, or this is Quarkus, which names its only router after the default port.
        return router == null ? CamelContextHelper.findSingleByType(context, VertxPlatformHttpRouter.class) : router;
    }

    private static String normalized(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.isEmpty() || trimmed.startsWith("/") ? trimmed : "/" + trimmed;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        Registry registry = getCamelContext().getRegistry();
        if (registry.lookupByName(DeliveryService.MEMORY_BUDGET_BEAN) == null) {
            registry.bind(DeliveryService.MEMORY_BUDGET_BEAN, new MemoryBudget(maxBufferedBytes));
        }
        if (resendMemory.isNegative()) {
            throw new IllegalArgumentException("resendMemory must be 0 or more, was " + resendMemory);
        }
        if (!resendMemory.isZero()) {
            resends =
                    resendRepository == null ? ResendMemory.inProcess(resendMemory) : ResendMemory.in(resendRepository);
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        refusing = false;
        ServiceHelper.startService(resendRepository);
    }

    @Override
    protected void doStop() throws Exception {
        // A context that stops keeps the handler, which answers 503: a 404 would make the SDKs drop their events.
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
        return maxBufferedBytes;
    }

    public void setMaxBufferedBytes(long maxBufferedBytes) {
        this.maxBufferedBytes = maxBufferedBytes;
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
