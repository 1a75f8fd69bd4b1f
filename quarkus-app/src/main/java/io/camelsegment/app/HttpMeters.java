package io.camelsegment.app;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.arc.Arc;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import io.quarkus.micrometer.runtime.binder.HttpBinderConfiguration;
import io.quarkus.micrometer.runtime.binder.HttpCommonTags;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.quarkus.micrometer.runtime.binder.vertx.VertxHttpServerMetrics;
import io.quarkus.micrometer.runtime.binder.vertx.VertxMetricsTags;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.quarkus.vertx.http.runtime.ExtendedQuarkusVertxHttpMetrics;
import io.vertx.core.VertxOptions;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.DatagramSocketMetrics;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.HttpClientMetrics;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.TCPMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the timers of {@code http.server.requests} that Quarkus otherwise looks up for each answer, with new tags,
 * a regular expression and two copies of the path. The meters are those of Quarkus. Thread-safe.
 *
 * <p>Only calls whose path is a template are remembered, and only those that come often: their number is bounded.
 */
@Singleton
public class HttpMeters implements VertxOptionsCustomizer {

    @Override
    @SuppressWarnings("deprecation") // the builder that takes a factory instead is Quarkus' own
    public void accept(VertxOptions options) {
        MetricsOptions before = options.getMetricsOptions();
        VertxMetricsFactory quarkus = before == null || !before.isEnabled() ? null : before.getFactory();
        if (quarkus != null) {
            options.setMetricsOptions(new MetricsOptions()
                    .setEnabled(true)
                    .setFactory(created -> new AllMetrics(quarkus.metrics(created))));
        }
    }

    /** Those of Quarkus, but for the servers of HTTP. */
    private record AllMetrics(VertxMetrics quarkus) implements VertxMetrics, ExtendedQuarkusVertxHttpMetrics {

        @Override
        public HttpServerMetrics<?, ?, ?> createHttpServerMetrics(HttpServerOptions options, SocketAddress address) {
            HttpServerMetrics<?, ?, ?> created = quarkus.createHttpServerMetrics(options, address);
            return created instanceof VertxHttpServerMetrics server && mayBeRemembered()
                    ? new ServerMetrics(server, options.getPort())
                    : created;
        }

        /** Returns whether the tags depend on nothing but the template, the method and the status. */
        private static boolean mayBeRemembered() {
            return configuration().getServerMatchPatterns().isEmpty()
                    && Arc.container()
                            .listAll(HttpServerMetricsTagsContributor.class)
                            .isEmpty();
        }

        @Override
        public ConnectionTracker getHttpConnectionTracker() {
            return quarkus instanceof ExtendedQuarkusVertxHttpMetrics extended
                    ? extended.getHttpConnectionTracker()
                    : NOOP_CONNECTION_TRACKER;
        }

        @Override
        public boolean isMetricsEnabled() {
            return quarkus.isMetricsEnabled();
        }

        @Override
        public void vertxCreated(io.vertx.core.Vertx vertx) {
            quarkus.vertxCreated(vertx);
        }

        @Override
        public EventBusMetrics<?> createEventBusMetrics() {
            return quarkus.createEventBusMetrics();
        }

        @Override
        public ClientMetrics<?, ?, ?, ?> createClientMetrics(SocketAddress address, String type, String namespace) {
            return quarkus.createClientMetrics(address, type, namespace);
        }

        @Override
        public HttpClientMetrics<?, ?, ?, ?> createHttpClientMetrics(HttpClientOptions options) {
            return quarkus.createHttpClientMetrics(options);
        }

        @Override
        public TCPMetrics<?> createNetServerMetrics(NetServerOptions options, SocketAddress address) {
            return quarkus.createNetServerMetrics(options, address);
        }

        @Override
        public TCPMetrics<?> createNetClientMetrics(NetClientOptions options) {
            return quarkus.createNetClientMetrics(options);
        }

        @Override
        public DatagramSocketMetrics createDatagramSocketMetrics(DatagramSocketOptions options) {
            return quarkus.createDatagramSocketMetrics(options);
        }

        @Override
        public PoolMetrics<?> createPoolMetrics(String type, String name, int maxSize) {
            return quarkus.createPoolMetrics(type, name, maxSize);
        }

        @Override
        public void close() {
            quarkus.close();
        }
    }

    private static HttpBinderConfiguration configuration() {
        return Arc.container().instance(HttpBinderConfiguration.class).get();
    }

    /** Those of Quarkus, with timers that are remembered. */
    private static final class ServerMetrics
            implements HttpServerMetrics<HttpRequestMetric, LongTaskTimer.Sample, LongTaskTimer.Sample> {

        /** Where the tracking API puts the template of a request's path. */
        private static final String TEMPLATE = "UrlPathTemplate";

        private final VertxHttpServerMetrics quarkus;
        private final int port;
        private final MeterRegistry registry = Metrics.globalRegistry;
        private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

        private record Kind(boolean isPost, String template, int status) {}

        ServerMetrics(VertxHttpServerMetrics quarkus, int port) {
            this.quarkus = quarkus;
            this.port = port;
            registry.config().onMeterRemoved(timers.values()::remove);
        }

        @Override
        public void responseEnd(HttpRequestMetric request, HttpResponse response, long bytesWritten) {
            Timer timer = timer(request, response);
            if (timer == null) {
                quarkus.responseEnd(request, response, bytesWritten);
            } else {
                request.getSample().stop(timer);
                request.requestEnded();
            }
        }

        /** Returns the timer of an answer; null for those that do not come often, or are not measured. */
        private Timer timer(HttpRequestMetric request, HttpResponse response) {
            int status = response.statusCode();
            boolean isPost = HttpMethod.POST.equals(request.request().method());
            boolean isOften = status != 404 && status / 100 != 3; // those have tags that depend on more
            if (!isOften || !(isPost || HttpMethod.GET.equals(request.request().method()))) {
                return null;
            }
            String template = request.request().context().getLocal(TEMPLATE);
            if (template == null) {
                return null;
            }
            Kind kind = new Kind(isPost, template, status);
            Timer known = timers.get(kind);
            return known != null ? known : find(kind, request, response);
        }

        private Timer find(Kind kind, HttpRequestMetric request, HttpResponse response) {
            HttpBinderConfiguration configuration = configuration();
            String path = request.getNormalizedUriPath(
                    configuration.getServerMatchPatterns(), configuration.getServerIgnorePatterns());
            if (path == null) {
                return null;
            }
            Tags tags = Tags.of(
                    VertxMetricsTags.method(request.request().method()),
                    HttpCommonTags.uri(
                            path, request.getInitialPath(), kind.status(), configuration.isServerSuppress4xxErrors()),
                    VertxMetricsTags.outcome(response),
                    HttpCommonTags.status(kind.status()));
            Timer timer = Timer.builder(configuration.getHttpServerRequestsName())
                    .description("HTTP server request processing time")
                    .tags(port > 0 ? tags.and("server.port", Integer.toString(port)) : tags)
                    .register(registry);
            timers.put(kind, timer);
            return timer;
        }

        @Override
        public HttpRequestMetric requestBegin(LongTaskTimer.Sample socket, HttpRequest request) {
            return quarkus.requestBegin(socket, request);
        }

        @Override
        public void requestEnd(HttpRequestMetric request, HttpRequest ended, long bytesRead) {
            quarkus.requestEnd(request, ended, bytesRead);
        }

        @Override
        public void requestReset(HttpRequestMetric request) {
            quarkus.requestReset(request);
        }

        @Override
        public void requestRouted(HttpRequestMetric request, String route) {
            quarkus.requestRouted(request, route);
        }

        @Override
        public void responseBegin(HttpRequestMetric request, HttpResponse response) {
            quarkus.responseBegin(request, response);
        }

        @Override
        public HttpRequestMetric responsePushed(
                LongTaskTimer.Sample socket, HttpMethod method, String uri, HttpResponse response) {
            return quarkus.responsePushed(socket, method, uri, response);
        }

        @Override
        public LongTaskTimer.Sample connected(
                LongTaskTimer.Sample socket, HttpRequestMetric request, ServerWebSocket webSocket) {
            return quarkus.connected(socket, request, webSocket);
        }

        @Override
        public void disconnected(LongTaskTimer.Sample webSocket) {
            quarkus.disconnected(webSocket);
        }

        @Override
        public LongTaskTimer.Sample connected(SocketAddress peer, String peerName) {
            return quarkus.connected(peer, peerName);
        }

        @Override
        public void disconnected(LongTaskTimer.Sample socket, SocketAddress peer) {
            quarkus.disconnected(socket, peer);
        }

        @Override
        public void bytesRead(LongTaskTimer.Sample socket, SocketAddress peer, long bytes) {
            quarkus.bytesRead(socket, peer, bytes);
        }

        @Override
        public void bytesWritten(LongTaskTimer.Sample socket, SocketAddress peer, long bytes) {
            quarkus.bytesWritten(socket, peer, bytes);
        }

        @Override
        public void exceptionOccurred(LongTaskTimer.Sample socket, SocketAddress peer, Throwable failure) {
            quarkus.exceptionOccurred(socket, peer, failure);
        }

        @Override
        public void close() {
            quarkus.close();
        }
    }
}
