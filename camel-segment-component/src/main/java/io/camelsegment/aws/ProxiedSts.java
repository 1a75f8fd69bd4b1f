package io.camelsegment.aws;

import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.sts.StsAsyncClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/**
 * STS through a proxy. It waits for an asynchronous client, since the JDK's HTTP client of the synchronous ones cannot
 * encrypt the connection to a proxy. Thread-safe.
 */
final class ProxiedSts implements StsClient {

    private final StsAsyncClient client;

    /** Creates the client; it closes the given one. */
    ProxiedSts(StsAsyncClient client) {
        this.client = client;
    }

    @Override
    public AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
        try {
            return client.assumeRole(request).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public String serviceName() {
        return client.serviceName();
    }

    @Override
    public void close() {
        client.close();
    }
}
