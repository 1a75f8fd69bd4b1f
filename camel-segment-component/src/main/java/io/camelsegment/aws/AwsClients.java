package io.camelsegment.aws;

import io.camelsegment.delivery.CallLimit;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.Shared;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The AWS clients of a CamelContext, shared by reference count, and the threads of their connections. Thread-safe. */
final class AwsClients extends ServiceSupport {

    /** How long the threads wait for work from each other, as they have when they end a call that was given up. */
    private static final int QUIET_MS = 200;

    private final Shared<Object, LimitedClient<?>> clients = new Shared<>(this::close);
    private SdkEventLoopGroup eventLoops;
    private volatile boolean callsGivenUp;

    @Override
    protected void doStart() {
        eventLoops = SdkEventLoopGroup.builder().build();
    }

    /**
     * Returns the client of a key; each call must be followed by one {@link #release}.
     *
     * @param key   decides the type of client and how AWS is reached
     * @param maker creates the client on the given threads
     */
    @SuppressWarnings("unchecked") // the key decides the type
    <C extends SdkAutoCloseable> LimitedClient<C> acquire(Object key, Function<SdkEventLoopGroup, C> maker) {
        return (LimitedClient<C>) clients.acquire(
                key,
                () -> new LimitedClient<>(maker.apply(eventLoops), new CallLimit(AwsClientFactory.MAX_CONNECTIONS)));
    }

    private void close(LimitedClient<?> limited) {
        if (limited.calls().wasAbandoned()) {
            callsGivenUp = true;
        }
        limited.client().close();
    }

    /** Releases a client; the last release closes it. */
    void release(Object key) {
        clients.release(key);
    }

    @Override
    protected void doStop() {
        clients.closeAll();
        eventLoops
                .eventLoopGroup()
                .shutdownGracefully(
                        callsGivenUp ? QUIET_MS : 0, Senders.CONNECTIONS_STOP_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
    }

    /** A client and the limit of calls in flight of all its streams. */
    record LimitedClient<C extends SdkAutoCloseable>(C client, CallLimit calls) {}
}
