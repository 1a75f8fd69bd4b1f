package io.camelsegment.sink;

import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The Vert.x of a CamelContext's sinks: the one in its registry, else that of its HTTP server, so that a request is
 * answered on the event loop that it came from, else one of our own. Thread-safe.
 */
public final class EventLoops extends ServiceSupport {

    private final CamelContext camelContext;
    private volatile Vertx vertx;
    private boolean isOurs;

    EventLoops(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** Returns the Vert.x; null before the start. */
    public Vertx vertx() {
        return vertx;
    }

    @Override
    protected void doStart() {
        Vertx found = CamelContextHelper.findSingleByType(camelContext, Vertx.class);
        VertxPlatformHttpServer server = camelContext.hasService(VertxPlatformHttpServer.class);
        if (found == null && server != null) {
            found = server.getVertx();
        }
        isOurs = found == null;
        vertx = isOurs ? Vertx.vertx() : found;
    }

    @Override
    protected void doStop() throws InterruptedException, ExecutionException {
        if (!isOurs) {
            return;
        }
        try {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(Senders.CONNECTIONS_STOP_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // its threads are daemons; they end on their own
        }
    }
}
