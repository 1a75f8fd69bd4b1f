package io.camelsegment.app.doctor;

import io.camelsegment.app.doctor.Subject.Stream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The clients of one examination, and the places that did not answer them. Thread-safe. */
final class AwsClients implements AutoCloseable {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private final Caller caller;
    private final Map<Object, SdkAutoCloseable> clients = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();

    AwsClients(Caller caller) {
        this.caller = caller;
    }

    StsClient sts(String region, AwsCredentialsProvider credentials, ExecutionInterceptor interceptor) {
        return (StsClient) clients.computeIfAbsent(Map.entry("sts " + region, credentials), key -> configured(
                        StsClient.builder().overrideConfiguration(c -> c.apiCallTimeout(CALL_TIMEOUT)
                                .addExecutionInterceptor(interceptor)),
                        caller.stsEndpoint(),
                        Region.of(region),
                        credentials)
                .build());
    }

    /** Returns IAM's client: IAM is one for all regions of a partition, and is signed for with a region of its own. */
    IamClient iam(String region, RoleSession session) {
        return (IamClient) clients.computeIfAbsent(Map.entry("iam", session), key -> configured(
                        IamClient.builder().overrideConfiguration(c -> c.apiCallTimeout(CALL_TIMEOUT)),
                        caller.iamEndpoint(),
                        Region.of(PartitionMetadata.of(Region.of(region)).id() + "-global"),
                        session.credentials())
                .build());
    }

    KinesisClient kinesis(Stream stream, RoleSession session) {
        return (KinesisClient) clients.computeIfAbsent(place(stream, session), key -> configured(
                        KinesisClient.builder().overrideConfiguration(c -> c.apiCallTimeout(CALL_TIMEOUT)),
                        stream.endpoint(),
                        Region.of(stream.access().region()),
                        session.credentials())
                .build());
    }

    FirehoseClient firehose(Stream stream, RoleSession session) {
        return (FirehoseClient) clients.computeIfAbsent(place(stream, session), key -> configured(
                        FirehoseClient.builder().overrideConfiguration(c -> c.apiCallTimeout(CALL_TIMEOUT)),
                        stream.endpoint(),
                        Region.of(stream.access().region()),
                        session.credentials())
                .build());
    }

    private static Object place(Stream stream, RoleSession session) {
        return Map.entry(stream.service() + " " + stream.endpoint(), session);
    }

    private static <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, ?>> B configured(
            B builder, URI endpoint, Region region, AwsCredentialsProvider credentials) {
        return builder.region(region)
                .endpointOverride(endpoint)
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder());
    }

    /** Notes that nobody answered there. */
    void silent(String place) {
        silent.add(place);
    }

    boolean isSilent(String place) {
        return silent.contains(place);
    }

    @Override
    public void close() {
        clients.values().forEach(SdkAutoCloseable::close);
    }
}
