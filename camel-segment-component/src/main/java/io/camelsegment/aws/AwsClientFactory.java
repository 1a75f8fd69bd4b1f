package io.camelsegment.aws;

import io.camelsegment.aws.client.ServiceClient;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Builds the AWS SDK's asynchronous clients of the sinks, which make all calls but batch calls. The SDK does not retry:
 * the sender does, record by record, and two layers would multiply. Clients use HTTP/1.1, which every proxy and
 * stand-in supports. The HTTP client is explicit, because the SDK refuses to choose among several on the class path.
 * The sender moves answers to its own threads, so the SDK needs none for that.
 */
public final class AwsClientFactory {

    /** How long a connection may be idle and be used again, as those of batch calls. */
    private static final Duration IDLE_TIME = Duration.ofSeconds(5);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private AwsClientFactory() {}

    /**
     * Builds a client; the caller closes it.
     *
     * @param eventLoops threads of the client's connections, shared by all clients and closed after them. A client with
     *     threads of its own waits two seconds for them when it is closed.
     */
    public static <B extends AwsAsyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
            B builder, AwsConnection connection, AwsCredentialsProvider credentials, SdkEventLoopGroup eventLoops) {
        builder.region(Region.of(connection.region()))
                .credentialsProvider(credentials)
                // A builder, because the SDK closes only the HTTP clients that it has built.
                .httpClientBuilder(defaults -> httpClient(connection, eventLoops, defaults))
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()));
        if (connection.endpointOverride() != null) {
            builder.endpointOverride(connection.endpointOverride());
        }
        return builder.build();
    }

    private static SdkAsyncHttpClient httpClient(
            AwsConnection connection, SdkEventLoopGroup eventLoops, AttributeMap defaults) {
        NettyNioAsyncHttpClient.Builder builder = AwsProxy.through(
                connection.proxy(),
                NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(eventLoops)
                        .protocol(Protocol.HTTP1_1)
                        .maxConcurrency(ServiceClient.MAX_CALLS)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .connectionMaxIdleTime(IDLE_TIME)
                        .tcpKeepAlive(true));
        AttributeMap options = AttributeMap.builder()
                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, connection.trustAllCertificates())
                .build()
                .merge(defaults);
        return builder.buildWithDefaults(options);
    }
}
