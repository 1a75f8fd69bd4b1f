package io.camelsegment.localaws;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Builds real AWS SDK clients that talk to a {@link LocalAws} and do not retry. */
final class AwsClients {
    /** What the SDK takes the time to be: one for all clients, set by a refusal that tells another time. */
    static final String TIME = "software.amazon.awssdk.core.SdkGlobalTime";

    static final AwsCredentials STATIC_KEYS = AwsBasicCredentials.create("test", "test");

    /**
     * Of all asynchronous clients: one of a client's own takes two seconds to shut down. Of more than one thread: with
     * one, an HTTP/2 connection pool of the SDK may wait for itself when it closes.
     */
    private static final SdkEventLoopGroup EVENT_LOOPS =
            SdkEventLoopGroup.builder().numberOfThreads(2).build();

    private AwsClients() {}

    static KinesisClient kinesis(LocalAws aws) {
        return kinesis(aws, STATIC_KEYS, Region.US_WEST_2);
    }

    static KinesisClient kinesis(LocalAws aws, AwsCredentials credentials) {
        return kinesis(aws, credentials, Region.US_WEST_2);
    }

    static KinesisClient kinesis(LocalAws aws, AwsCredentials credentials, Region region) {
        return kinesis(aws.endpoint(), credentials, region);
    }

    /** For a server in another process. */
    static KinesisClient kinesis(URI endpoint) {
        return kinesis(endpoint, STATIC_KEYS, Region.US_WEST_2);
    }

    private static KinesisClient kinesis(URI endpoint, AwsCredentials credentials, Region region) {
        return configure(KinesisClient.builder(), endpoint, credentials, region)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    static KinesisAsyncClient kinesisAsync(LocalAws aws, Protocol protocol) {
        return configure(KinesisAsyncClient.builder(), aws.endpoint(), STATIC_KEYS, Region.US_WEST_2)
                .httpClientBuilder(
                        NettyNioAsyncHttpClient.builder().protocol(protocol).eventLoopGroup(EVENT_LOOPS))
                .build();
    }

    static FirehoseClient firehose(LocalAws aws) {
        return firehose(aws, STATIC_KEYS);
    }

    static FirehoseClient firehose(LocalAws aws, AwsCredentials credentials) {
        return configure(FirehoseClient.builder(), aws.endpoint(), credentials, Region.US_WEST_2)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    static StsClient sts(LocalAws aws) {
        return sts(aws, STATIC_KEYS);
    }

    static StsClient sts(LocalAws aws, AwsCredentials credentials) {
        return sts(aws, credentials, Region.US_WEST_2);
    }

    static StsClient sts(LocalAws aws, AwsCredentials credentials, Region region) {
        return configure(StsClient.builder(), aws.endpoint(), credentials, region)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    static IamClient iam(LocalAws aws) {
        return iam(aws, STATIC_KEYS);
    }

    static IamClient iam(LocalAws aws, AwsCredentials credentials) {
        return iam(aws, credentials, Region.AWS_GLOBAL);
    }

    static IamClient iam(LocalAws aws, AwsCredentials credentials, Region region) {
        return configure(IamClient.builder(), aws.endpoint(), credentials, region)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Assumes a role as the caller with static keys. */
    static AwsCredentials assume(LocalAws aws, Role role) {
        return assume(aws, STATIC_KEYS, role.arn(), null);
    }

    static AwsCredentials assume(LocalAws aws, AwsCredentials caller, String roleArn, String externalId) {
        return assume(aws, caller, Region.US_WEST_2, roleArn, externalId);
    }

    static AwsCredentials assume(
            LocalAws aws, AwsCredentials caller, Region region, String roleArn, String externalId) {
        try (StsClient sts = sts(aws, caller, region)) {
            return session(sts.assumeRole(
                            r -> r.roleArn(roleArn).roleSessionName("segment").externalId(externalId))
                    .credentials());
        }
    }

    static AwsCredentials session(Credentials issued) {
        return AwsSessionCredentials.create(issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken());
    }

    private static <B extends AwsClientBuilder<B, ?>> B configure(
            B builder, URI endpoint, AwsCredentials credentials, Region region) {
        return builder.endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()));
    }
}
