package io.camelsegment.http;

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
 * Serves analytics.js itself at the paths of Segment's CDN, so that a web page needs no other host. Thread-safe.
 *
 * @see <a href="https://www.npmjs.com/package/@segment/analytics-next">@segment/analytics-next 1.84.3</a>, its {@code dist/umd}: the
 *     script finds the host of its bundles in its own address, read 2026-11-21
 */
public final class AnalyticsJs {

    private static final String SCRIPT = "standalone.js";

    /** How long a browser keeps a file: a new version in the directory is used everywhere after this time, in seconds. */
    private static final int MAX_AGE_SECONDS = 300;

    private final String script;
    private final List<Route> routes;

    /**
     * Puts the files on a router.
     *
     * @param directory holds {@code standalone.js} and the bundles that it loads; everything in it can be read by anyone
     * @throws IllegalArgumentException if {@code standalone.js} is not there
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

    /** Takes the files off the router. */
    public void close() {
        routes.forEach(Route::remove);
    }
}
