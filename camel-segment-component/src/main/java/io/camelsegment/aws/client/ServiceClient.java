package io.camelsegment.aws.client;

import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * Calls AWS by HTTP/1.1 on the event loops of Vert.x. It does not retry, but for connections that died while they were
 * idle, and has no time limit but for connecting: callers cancel. Thread-safe.
 *
 * <p>It is not an {@code HttpClient} of Vert.x 4.5. That knows no proxy with TLS, and opens no tunnel to an endpoint
 * without TLS but sends the proxy its requests with absolute URIs. To end a call it writes all that is left of the
 * request before it closes the connection, which never happens where nobody reads. And it takes an idle connection of
 * whatever event loop.
 */
public final class ServiceClient implements AutoCloseable {

    /** Most calls under way at a time. */
    public static final int MAX_CALLS = ConnectionPool.MAX_CONNECTIONS;

    private final VertxInternal vertx;
    private final boolean trustAllCertificates;
    private final Map<ServiceEndpoint, ConnectionPool> pools = new HashMap<>();
    private SslContext tls;

    /**
     * Creates a client without connections.
     *
     * @param trustAllCertificates for endpoints with a certificate of their own
     */
    public ServiceClient(Vertx vertx, boolean trustAllCertificates) {
        this.vertx = (VertxInternal) vertx;
        this.trustAllCertificates = trustAllCertificates;
    }

    /**
     * Returns an action. May block to read the trust store.
     *
     * @param proxy       the way to the endpoint; null for the direct one. Each endpoint has one way.
     * @param target      the header {@code X-Amz-Target}, such as {@code Kinesis_20131202.PutRecords}
     * @param contentType of the requests
     */
    public ServiceAction action(ServiceEndpoint endpoint, Proxy proxy, String target, String contentType) {
        return new ServiceAction(
                pool(endpoint, proxy), new RequestSigner(endpoint, target, contentType, Clock.systemUTC()));
    }

    private synchronized ConnectionPool pool(ServiceEndpoint endpoint, Proxy proxy) {
        ConnectionPool pool = pools.get(endpoint);
        if (pool == null) {
            if (tls == null && (endpoint.isTls() || (proxy != null && proxy.isTls()))) {
                tls = Connector.tls(trustAllCertificates);
            }
            pool = new ConnectionPool(
                    vertx.getEventLoopGroup(),
                    new Connector(
                            vertx.transport().channelFactory(false),
                            vertx.nettyAddressResolverGroup(),
                            endpoint,
                            proxy,
                            tls));
            pools.put(endpoint, pool);
        }
        return pool;
    }

    /** Closes all connections; calls under way fail. */
    @Override
    public synchronized void close() {
        pools.values().forEach(ConnectionPool::close);
        pools.clear();
    }
}
