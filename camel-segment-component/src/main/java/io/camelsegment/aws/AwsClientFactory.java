package io.camelsegment.aws;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Builds the asynchronous AWS clients of the sinks. The SDK does not retry: the sender does, record by record, and two layers
 * would multiply. HTTP/1.1, which every proxy and stand-in speaks. The HTTP client is named, because with several on the
 * class path the SDK refuses to choose. Answers are handed over by the sender, so the SDK needs no threads for that.
 */
public final class AwsClientFactory {

    /** Most connections of one client: requests in flight of all streams behind it. The SDK would queue what is above. */
    static final int MAX_CONNECTIONS = 256;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private AwsClientFactory() {}

    /**
     * Builds a client with this builder; the caller closes it.
     *
     * @param eventLoops the threads of the client's connections, shared by all clients and closed after them: a client that has
     *     its own waits two seconds for them when it is closed
     */
    public static <B extends AwsAsyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
            B builder, AwsConnection connection, AwsCredentialsProvider credentials, SdkEventLoopGroup eventLoops) {
        builder.region(Region.of(connection.region()))
                .credentialsProvider(credentials)
                .putAuthScheme(new BatchCallAuthScheme())
                // A builder and not a client: the SDK closes only what it has built itself.
                .httpClientBuilder(defaults -> httpClient(connection, eventLoops, defaults))
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .addExecutionInterceptor(new BatchCallInterceptor()));
        if (connection.endpointOverride() != null) {
            builder.endpointOverride(connection.endpointOverride());
        }
        return builder.build();
    }

    private static SdkAsyncHttpClient httpClient(
            AwsConnection connection, SdkEventLoopGroup eventLoops, AttributeMap defaults) {
        NettyNioAsyncHttpClient.Builder builder = NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(eventLoops)
                .protocol(Protocol.HTTP1_1)
                .maxConcurrency(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT_TIMEOUT)
                .tcpKeepAlive(true);
        if (connection.proxyHost() != null) {
            builder.proxyConfiguration(ProxyConfiguration.builder()
                    .scheme(connection.proxyProtocol().toString())
                    .host(connection.proxyHost())
                    .port(connection.proxyPort())
                    .build());
        }
        return builder.buildWithDefaults(AttributeMap.builder()
                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, connection.trustAllCertificates())
                .build()
                .merge(defaults));
    }
}
