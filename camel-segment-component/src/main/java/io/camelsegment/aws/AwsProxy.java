package io.camelsegment.aws;

import io.camelsegment.aws.client.Proxy;
import io.camelsegment.aws.client.ServiceEndpoint;
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
        return proxy == null ? client : client.proxyConfiguration(proxy.configuration());
    }

    /**
     * Returns the proxy on the way to an endpoint, by the same rules as the SDK; null for the direct way.
     *
     * @param proxy null for that of the environment, if there is one
     */
    static Proxy to(ServiceEndpoint endpoint, AwsProxy proxy) {
        ProxyConfiguration rules = proxy == null ? ProxyConfiguration.builder().build() : proxy.configuration();
        return rules.host() == null
                        || rules.nonProxyHosts().stream()
                                .anyMatch(pattern -> endpoint.host().matches(pattern))
                ? null
                : new Proxy(
                        "https".equalsIgnoreCase(rules.scheme()),
                        rules.host(),
                        rules.port(),
                        rules.username(),
                        rules.password());
    }

    private ProxyConfiguration configuration() {
        return ProxyConfiguration.builder()
                .scheme(protocol)
                .host(host)
                .port(port)
                .nonProxyHosts(directHosts())
                .build();
    }

    /** The SDK leaves them out unless the environment names a proxy, too. */
    private static Set<String> directHosts() {
        Set<String> hosts = new HashSet<>(SdkHttpUtils.parseNonProxyHostsProperty());
        hosts.addAll(SdkHttpUtils.parseNonProxyHostsEnvironmentVariable());
        return hosts;
    }
}
