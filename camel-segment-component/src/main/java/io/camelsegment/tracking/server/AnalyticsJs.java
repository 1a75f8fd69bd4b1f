package io.camelsegment.tracking.server;

import io.vertx.core.http.HttpHeaders;
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
                router.get("/analytics.js/v1/:writeKey/analytics.min.js").handler(this::script),
                router.get("/analytics-next/bundles/*").handler(bundles));
    }

    private void script(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/javascript;charset=UTF-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=" + MAX_AGE_SECONDS)
                .sendFile(script)
                .onFailure(context::fail);
    }

    /** Removes the files from the router. */
    public void close() {
        routes.forEach(Route::remove);
    }
}
