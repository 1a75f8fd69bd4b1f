package io.camelsegment.aws;

import io.camelsegment.aws.client.ServiceClient;
import io.camelsegment.delivery.CallLimit;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.Shared;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The AWS clients of a CamelContext, shared by reference count, and the threads of the AWS SDK's, if there is one.
 * Thread-safe.
 */
final class AwsClients extends ServiceSupport {

    /** How long the threads wait for work from each other, as they have when they end a call that was given up. */
    private static final int QUIET_MS = 200;

    private final Vertx vertx;
    private final Shared<Object, Clients<?>> clients = new Shared<>(this::close);
    private SdkEventLoopGroup eventLoops;
    private boolean isClosed;
    private volatile boolean callsGivenUp;

    /**
     * Creates the clients.
     *
     * @param vertx has the event loops of batch calls
     */
    AwsClients(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Returns the clients of a key; each call must be followed by one {@link #release}.
     *
     * @param key   decides the type of client and how AWS is reached
     * @param maker creates the SDK's client on the given threads
     */
    @SuppressWarnings("unchecked") // the key decides the type
    <C extends SdkAutoCloseable> Clients<C> acquire(
            Object key, AwsConnection connection, Function<SdkEventLoopGroup, C> maker) {
        return (Clients<C>) clients.acquire(
                key,
                () -> new Clients<>(
                        new ServiceClient(vertx, connection.trustAllCertificates()),
                        new SdkClient<>(() -> maker.apply(eventLoops())),
                        new CallLimit(ServiceClient.MAX_CALLS)));
    }

    private synchronized SdkEventLoopGroup eventLoops() {
        if (isClosed) { // since the client began to be made
            throw new IllegalStateException("the client is closed");
        }
        if (eventLoops == null) {
            eventLoops = SdkEventLoopGroup.builder().build();
        }
        return eventLoops;
    }

    private void close(Clients<?> unused) {
        if (unused.calls().wasAbandoned()) {
            callsGivenUp = true;
        }
        unused.batches().close();
        unused.others().close();
    }

    /** Releases the clients; the last release closes them. */
    void release(Object key) {
        clients.release(key);
    }

    @Override
    protected void doStop() {
        clients.closeAll();
        SdkEventLoopGroup stopping;
        synchronized (this) {
            isClosed = true;
            stopping = eventLoops;
            eventLoops = null;
        }
        if (stopping != null) {
            stopping.eventLoopGroup()
                    .shutdownGracefully(
                            callsGivenUp ? QUIET_MS : 0,
                            Senders.CONNECTIONS_STOP_TIME.toMillis(),
                            TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly();
        }
    }

    /**
     * How a service is reached.
     *
     * @param batches makes batch calls
     * @param others  makes all other calls
     * @param calls   the limit of calls in flight of all streams
     */
    record Clients<C extends SdkAutoCloseable>(ServiceClient batches, SdkClient<C> others, CallLimit calls) {}
}
