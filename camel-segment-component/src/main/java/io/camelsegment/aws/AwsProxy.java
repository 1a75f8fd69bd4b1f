package io.camelsegment.aws;

import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The proxy through which AWS is reached: the service itself and, for its role, STS. Thread-safe.
 *
 * @param protocol of the connection to the proxy, {@code http} or {@code https}
 */
record AwsProxy(String protocol, String host, int port) {

    /**
     * Returns the client, which connects through the proxy, but to hosts of {@code NO_PROXY}.
     *
     * @param proxy null for that of the environment, if there is one
     */
    static NettyNioAsyncHttpClient.Builder through(AwsProxy proxy, NettyNioAsyncHttpClient.Builder client) {
        return proxy == null
                ? client
                : client.proxyConfiguration(ProxyConfiguration.builder()
                        .scheme(proxy.protocol)
                        .host(proxy.host)
                        .port(proxy.port)
                        .nonProxyHosts(directHosts())
                        .build());
    }

    /** The SDK leaves them out unless the environment names a proxy, too. */
    private static Set<String> directHosts() {
        Set<String> hosts = new HashSet<>(SdkHttpUtils.parseNonProxyHostsProperty());
        hosts.addAll(SdkHttpUtils.parseNonProxyHostsEnvironmentVariable());
        return hosts;
    }
}
