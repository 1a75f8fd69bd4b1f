package io.camelsegment.tracking.server;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/**
 * The path under which HTTP metrics show a request. The path as it was sent may hold a write key, and anyone can make
 * up more paths than a registry has room for.
 */
final class MetricPath {

    /**
     * Where Quarkus looks for the path.
     *
     * @see <a
     *     href="https://github.com/quarkusio/quarkus/blob/3.31/extensions/micrometer/runtime/src/main/java/io/quarkus/micrometer/runtime/binder/vertx/HttpRequestMetric.java">HttpRequestMetric</a>,
     *     read 2026-11-30
     */
    private static final String QUARKUS_LOCAL = "UrlPathTemplate";

    private MetricPath() {}

    /**
     * Sets the path of a request that is being handled.
     *
     * @param template the same for all calls of a kind, such as {@code /v1/projects/{writeKey}/settings}
     */
    static void set(HttpServerRequest request, String template) {
        request.routed(template); // for the metrics of Vert.x itself
        Context context = Vertx.currentContext();
        if (context != null) {
            context.putLocal(QUARKUS_LOCAL, template);
        }
    }
}
