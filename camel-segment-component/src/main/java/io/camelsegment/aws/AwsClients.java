package io.camelsegment.aws;

import io.camelsegment.delivery.CallLimit;
import io.camelsegment.sink.Shared;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The AWS clients of a CamelContext, shared by reference count, and the threads of their connections. Thread-safe. */
final class AwsClients extends ServiceSupport {

    /** Enough, since only connections are left to close. */
    private static final int EVENT_LOOPS_STOP_SECONDS = 2;

    private final Shared<Object, LimitedClient<?>> clients =
            new Shared<>(limited -> limited.client().close());
    private SdkEventLoopGroup eventLoops;

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

    /** Releases a client; the last release closes it. */
    void release(Object key) {
        clients.release(key);
    }

    @Override
    protected void doStop() {
        clients.closeAll();
        eventLoops
                .eventLoopGroup()
                .shutdownGracefully(0, EVENT_LOOPS_STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }

    /** A client and the limit of calls in flight of all its streams. */
    record LimitedClient<C extends SdkAutoCloseable>(C client, CallLimit calls) {}
}
