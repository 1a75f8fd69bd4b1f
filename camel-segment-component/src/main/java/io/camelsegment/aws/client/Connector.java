package io.camelsegment.aws.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import software.amazon.awssdk.http.SystemPropertyTlsKeyManagersProvider;

/**
 * How an endpoint is connected to: directly or through a proxy, with TLS to either. Thread-safe.
 *
 * @param channels  makes the sockets
 * @param addresses finds addresses of names; does not block
 * @param endpoint  where to
 * @param proxy     null for none
 * @param tls       null where neither the endpoint nor the proxy uses TLS
 */
record Connector(
        ChannelFactory<? extends Channel> channels,
        AddressResolverGroup<InetSocketAddress> addresses,
        ServiceEndpoint endpoint,
        Proxy proxy,
        SslContext tls) {

    /** Limit of each step on the way to a connection. */
    static final int STEP_MILLIS = 3_000;

    /** Creates what all connections with TLS share; blocks to read the trust store of the JVM. */
    static SslContext tls(boolean trustAllCertificates) {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (trustAllCertificates) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        KeyManager[] keys = SystemPropertyTlsKeyManagersProvider.create().keyManagers();
        if (keys != null && keys.length > 0) {
            builder.keyManager(keys[0]);
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** Returns where the connection goes, for messages. */
    String place() {
        return proxy == null ? endpoint.toString() : endpoint + " through the proxy " + proxy;
    }

    ChannelFuture connect(EventLoop loop, ChannelHandler handler) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .resolver(addresses)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, STEP_MILLIS)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(handler)
                .connect(
                        proxy == null ? endpoint.host() : proxy.host(), proxy == null ? endpoint.port() : proxy.port());
    }

    /** Returns a handler that encrypts, and checks that the certificate is the host's. */
    SslHandler encryption(Channel channel, String host, int port) {
        SslHandler handler = tls.newHandler(channel.alloc(), host, port);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeout(STEP_MILLIS, TimeUnit.MILLISECONDS);
        return handler;
    }
}
