package io.camelsegment.tracking.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.MimeMapping;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Serves analytics.js at the paths of Segment's CDN, so that a web page needs no other host. Thread-safe.
 *
 * @see <a href="https://www.npmjs.com/package/@segment/analytics-next">@segment/analytics-next 1.84.3</a>, its
 *     {@code dist/umd}: the script takes the host of its bundles from its own address, read 2026-11-21
 */
public final class AnalyticsJs {

    private static final String SCRIPT = "standalone.js";

    /** Seconds for which a browser keeps a file; after that it gets a new version. */
    private static final int MAX_AGE_SECONDS = 300;

    private final String script;
    private final List<Route> routes;

    /**
     * Adds the files to a router.
     *
     * @param directory holds {@code standalone.js} and its bundles; anyone can read all of them
     * @throws IllegalArgumentException if {@code standalone.js} is missing or unreadable
     */
    public AnalyticsJs(Router router, Path directory) {
        Path file = directory.resolve(SCRIPT).toAbsolutePath();
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("analyticsJsDirectory: expected the file " + SCRIPT + " in " + directory
                    + ", but it is not there or cannot be read; copy dist/umd of the npm package"
                    + " @segment/analytics-next into it");
        }
        script = file.toString();
        StaticHandler bundles = StaticHandler.create(
                        FileSystemAccess.ROOT, directory.toAbsolutePath().toString())
                .setMaxAgeSeconds(MAX_AGE_SECONDS)
                .setIncludeHidden(false);
        routes = List.of(
                get(router, "/analytics.js/v1/:writeKey/analytics.min.js").handler(this::script),
                get(router, "/analytics-next/bundles/*")
                        .handler(AnalyticsJs::completeHeaders)
                        .handler(bundles));
    }

    private static Route get(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private static void completeHeaders(RoutingContext context) {
        MetricPath.set(context.request(), "/analytics-next/bundles/{file}");
        HttpServerResponse response = context.response().putHeader("X-Content-Type-Options", "nosniff");
        if (HttpMethod.HEAD.equals(context.request().method())) {
            // StaticHandler gives HEAD no type.
            String type = MimeMapping.getMimeTypeForFilename(context.normalizedPath());
            context.addHeadersEndHandler(end -> {
                if (type != null && response.getStatusCode() == 200) {
                    response.putHeader(
                            HttpHeaders.CONTENT_TYPE, type.startsWith("text") ? type + ";charset=UTF-8" : type);
                }
            });
        }
        context.next();
    }

    private void script(RoutingContext context) {
        MetricPath.set(context.request(), "/analytics.js/v1/{writeKey}/analytics.min.js");
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/javascript;charset=UTF-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=" + MAX_AGE_SECONDS)
                .putHeader("X-Content-Type-Options", "nosniff");
        if (HttpMethod.HEAD.equals(context.request().method())) {
            context.vertx()
                    .fileSystem()
                    .props(script)
                    .onSuccess(file -> response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(file.size()))
                            .end())
                    .onFailure(context::fail);
        } else {
            response.sendFile(script).onFailure(context::fail);
        }
    }

    /** Removes the files from the router. */
    public void close() {
        routes.forEach(Route::remove);
    }
}
