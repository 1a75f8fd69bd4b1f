package io.camelsegment.aws;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A client of the AWS SDK, created for its first call, as many streams never need one. Thread-safe.
 *
 * @param <C> the service's client
 */
public final class SdkClient<C extends SdkAutoCloseable> {

    private final Supplier<C> maker;
    private CompletableFuture<C> client;
    private boolean isClosed;

    SdkClient(Supplier<C> maker) {
        this.maker = maker;
    }

    /** Makes a call; does not wait for the client. */
    public <T> CompletableFuture<T> call(Function<C, CompletableFuture<T>> call) {
        CompletableFuture<C> made = client();
        // Without a stage between, which would keep a cancellation from the call.
        return made.isDone() && !made.isCompletedExceptionally()
                ? call.apply(made.getNow(null))
                : made.thenCompose(call);
    }

    private synchronized CompletableFuture<C> client() {
        if (isClosed) {
            return CompletableFuture.failedFuture(new IllegalStateException("the client is closed"));
        }
        if (client == null || client.isCompletedExceptionally()) {
            CompletableFuture<C> made = new CompletableFuture<>();
            // On a thread of its own: it takes long and reads files, and the caller may be an event loop.
            Thread thread = new Thread(() -> make(made), "SegmentAwsClient");
            thread.setDaemon(true);
            thread.start();
            client = made; // not before: a thread that cannot start must not keep later calls waiting
        }
        return client;
    }

    private void make(CompletableFuture<C> made) {
        try {
            made.complete(maker.get());
        } catch (Throwable e) { // also an Error: nobody else would learn of it, and the calls would never end
            made.completeExceptionally(e);
        }
    }

    /** Closes the client, if there is one. */
    synchronized void close() {
        isClosed = true;
        if (client != null) {
            var unused = client.thenAccept(SdkAutoCloseable::close);
        }
    }
}
