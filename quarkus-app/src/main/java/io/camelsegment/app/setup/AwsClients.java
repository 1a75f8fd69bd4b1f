package io.camelsegment.app.setup;

import io.camelsegment.app.routes.AwsAccess;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The clients of one examination or command, each made when it is first needed. Thread-safe. */
public final class AwsClients implements AutoCloseable {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    /** The HTTP client lets a connection's end through as it is, and no caller expects that. */
    private static final ExecutionInterceptor BROKEN_CONNECTIONS = new ExecutionInterceptor() {
        @Override
        public Throwable modifyException(Context.FailedExecution context, ExecutionAttributes attributes) {
            return context.exception() instanceof UncheckedIOException broken
                    ? SdkClientException.create(broken.getMessage(), broken)
                    : context.exception();
        }
    };

    private final Map<Key, SdkAutoCloseable> clients = new ConcurrentHashMap<>();

    /**
     * Returns the client of STS.
     *
     * @param endpoint     null for AWS's
     * @param interceptors count for a client that is not there yet
     */
    StsClient sts(
            String region, URI endpoint, AwsCredentialsProvider credentials, ExecutionInterceptor... interceptors) {
        return client(StsClient.class, StsClient::builder, region, endpoint, credentials, interceptors);
    }

    /**
     * Returns the client of IAM, which is one for all regions of a partition and is signed for with a region of its
     * own.
     *
     * @param endpoint null for AWS's
     */
    IamClient iam(String partition, URI endpoint, AwsCredentialsProvider credentials) {
        return client(IamClient.class, IamClient::builder, partition + "-global", endpoint, credentials);
    }

    /** Returns the client of Kinesis; the role of the access does not count. */
    public KinesisClient kinesis(AwsAccess aws, AwsCredentialsProvider credentials) {
        return client(KinesisClient.class, KinesisClient::builder, aws.region(), aws.endpointOverride(), credentials);
    }

    FirehoseClient firehose(AwsAccess aws, AwsCredentialsProvider credentials) {
        return client(FirehoseClient.class, FirehoseClient::builder, aws.region(), aws.endpointOverride(), credentials);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkAutoCloseable> C client(
            Class<C> type,
            Supplier<B> builder,
            String region,
            URI endpoint,
            AwsCredentialsProvider credentials,
            ExecutionInterceptor... interceptors) {
        return type.cast(clients.computeIfAbsent(new Key(type, region, endpoint, credentials), key -> builder.get()
                .region(Region.of(region))
                .endpointOverride(endpoint)
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(config -> {
                    config.apiCallTimeout(CALL_TIMEOUT);
                    config.addExecutionInterceptor(BROKEN_CONNECTIONS);
                    for (ExecutionInterceptor interceptor : interceptors) {
                        config.addExecutionInterceptor(interceptor);
                    }
                })
                .build()));
    }

    @Override
    public void close() {
        clients.values().forEach(SdkAutoCloseable::close);
    }

    private record Key(Class<?> type, String region, URI endpoint, AwsCredentialsProvider credentials) {}
}
