package io.camelsegment.aws;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * An HTTP client that uses none of its idle connections again after a request failed or was given up without an answer.
 * What made one connection die silently, such as a firewall or a load balancer that was replaced, has often taken the
 * others, too, and each would cost a request its time limit. Requests under way go on. Thread-safe.
 *
 * <p>The SDK cannot be told to close connections, so another client takes over. The former has no threads of its own,
 * and its connections close when they have been idle for {@link AwsClientFactory#IDLE_TIME}; it needs no other end.
 */
final class RenewedHttpClient implements SdkAsyncHttpClient {

    private final Supplier<SdkAsyncHttpClient> maker;
    private final AtomicReference<Pool> current;
    private final String name;

    /**
     * Creates a client.
     *
     * @param maker makes a client of the same options on shared threads
     */
    RenewedHttpClient(Supplier<SdkAsyncHttpClient> maker) {
        this.maker = maker;
        SdkAsyncHttpClient first = maker.get();
        this.current = new AtomicReference<>(new Pool(first));
        this.name = first.clientName();
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
        Pool pool = current.get();
        // Not a later stage, since the SDK ends the request by way of what this returns.
        CompletableFuture<Void> execution = pool.client.execute(request);
        var unused = execution.whenComplete((done, error) -> {
            if (error == null) {
                pool.hasAnswered = true;
            } else if (pool.hasAnswered) {
                renew(pool);
            }
        });
        return execution;
    }

    /** Leaves the connections of the pool alone; once, however many of its requests fail. */
    private void renew(Pool failed) {
        if (current.get() != failed) {
            return;
        }
        Pool next = new Pool(maker.get());
        if (!current.compareAndSet(failed, next)) {
            next.client.close();
        }
    }

    @Override
    public String clientName() {
        return name;
    }

    @Override
    public void close() {
        current.get().client.close();
    }

    private static final class Pool {

        private final SdkAsyncHttpClient client;
        /** Without an answer there was no idle connection either. */
        private volatile boolean hasAnswered;

        private Pool(SdkAsyncHttpClient client) {
            this.client = client;
        }
    }
}
