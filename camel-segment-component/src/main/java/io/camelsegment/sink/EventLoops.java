package io.camelsegment.sink;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The event loops of a CamelContext's sinks: those of the Vert.x in its registry, else of its HTTP server, so that a
 * request is answered on the loop that read it, else of a Vert.x of our own. Thread-safe.
 *
 * <p>Camel stops services in the reverse order of their start. So a server that was there before {@link Senders} closes
 * its Vert.x after their last record; one that comes later is not looked for.
 */
public final class EventLoops extends ServiceSupport implements Executor {

    private final CamelContext camelContext;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile VertxInternal vertx;
    private List<ContextInternal> loops;
    private boolean isOurs;

    EventLoops(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** Returns the Vert.x; null before the start. */
    public Vertx vertx() {
        return vertx;
    }

    /**
     * Runs a task that never blocks, after what its event loop has to do now: on the calling loop, else on the next in
     * turn. It runs in the loop's own context, and so sees nothing of the request that led to it.
     *
     * @throws RejectedExecutionException if the loop has stopped; it may have run the task before
     */
    @Override
    public void execute(Runnable task) {
        ContextInternal context = callingLoop();
        if (context == null) {
            context = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
        }
        ContextInternal target = context;
        target.nettyEventLoop().execute(() -> target.dispatch(task)); // runOnContext drops the task without a word
        if (target.nettyEventLoop().isShutdown()) {
            throw new RejectedExecutionException("the event loop stopped, perhaps before the task");
        }
    }

    /** Goes by the thread: the answers of AWS come on a loop without a context of Vert.x. */
    private ContextInternal callingLoop() {
        for (ContextInternal loop : loops) {
            if (loop.nettyEventLoop().inEventLoop()) {
                return loop;
            }
        }
        return null;
    }

    @Override
    protected void doStart() {
        Vertx found = CamelContextHelper.findSingleByType(camelContext, Vertx.class);
        VertxPlatformHttpServer server = camelContext.hasService(VertxPlatformHttpServer.class);
        if (found == null && server != null) {
            found = server.getVertx(); // null before its start
        }
        isOurs = found == null;
        vertx = (VertxInternal) (isOurs ? Vertx.vertx(options()) : found);
        loops = new ArrayList<>();
        for (EventExecutor loop : vertx.getEventLoopGroup()) {
            loops.add(vertx.createEventLoopContext(
                    (EventLoop) loop, null, Thread.currentThread().getContextClassLoader()));
        }
    }

    /** As Camel's HTTP server has them; by default without the directory of files, which would have to be writable. */
    private VertxOptions options() {
        VertxOptions found = CamelContextHelper.findSingleByType(camelContext, VertxOptions.class);
        return found != null
                ? found
                : new VertxOptions()
                        .setUseDaemonThread(true)
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false));
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
