package io.camelsegment.aws.client;

import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** An action of a service at one endpoint, such as PutRecords. Thread-safe. */
public final class ServiceAction {

    private final ConnectionPool pool;
    private final RequestSigner signer;

    ServiceAction(ConnectionPool pool, RequestSigner signer) {
        this.pool = pool;
        this.signer = signer;
    }

    /**
     * Starts a call; does not wait. It runs on the event loop that calls this, if that is one of the client's. The
     * caller cancels it when its time is over.
     */
    public ServiceCall call(AwsCredentialsIdentity identity, ServiceRequest request) {
        ServiceCall call = new ServiceCall(pool, signer, identity, request);
        call.start();
        return call;
    }
}
