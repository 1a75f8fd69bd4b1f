package io.camelsegment.testing;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/** HTTP for a client of the AWS SDK that keeps the last request and sends none. */
public final class RefusingHttp implements SdkAsyncHttpClient {

    private SdkHttpRequest last;

    /** Returns the last request; null if there was none. */
    public SdkHttpRequest last() {
        return last;
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest call) {
        last = call.request();
        IOException refusal = new IOException("nothing is sent");
        call.responseHandler().onError(refusal);
        return CompletableFuture.failedFuture(refusal);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
