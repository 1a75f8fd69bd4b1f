package io.camelsegment.aws;

import io.camelsegment.aws.client.ServiceAction;
import io.camelsegment.aws.client.ServiceCall;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * The service's batch action for one stream. When AWS's rules know no endpoint for it, each call fails with their
 * reason, as the calls of the AWS SDK do. Thread-safe.
 */
public final class BatchAction {

    private final ServiceAction action;
    private final SdkClientException failure;

    private BatchAction(ServiceAction action, SdkClientException failure) {
        this.action = action;
        this.failure = failure;
    }

    /** Finds the endpoint of an action; may block to read configuration files. */
    public static BatchAction of(Supplier<ServiceAction> action) {
        try {
            return new BatchAction(action.get(), null);
        } catch (SdkClientException e) {
            return new BatchAction(null, e);
        }
    }

    /** Starts a call, see {@link ServiceCall}. */
    public CompletableFuture<ByteBuffer> call(AwsCredentialsIdentity identity, BatchCall batch) {
        return failure == null ? action.call(identity, batch) : CompletableFuture.failedFuture(failure);
    }
}
