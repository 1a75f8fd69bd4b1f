package io.camelsegment.example.quarkus;

import io.camelsegment.aws.SegmentCredentials;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The credentials of all endpoints, and the clients of Camel's own, which find their role by its secret ID. */
final class Credentials {

    private static final String REGION = "us-west-2";

    private Credentials() {}

    @Produces
    @Singleton
    @Unremovable
    @Named(SegmentCredentials.BEAN)
    static SegmentCredentials credentials(
            @ConfigProperty(name = "segment.aws.endpoint-override") Optional<URI> endpointOverride) {
        SegmentCredentials credentials = new SegmentCredentials();
        endpointOverride.ifPresent(credentials::setEndpointOverride);
        return credentials;
    }

    @Produces
    @Singleton
    @Unremovable
    @Named("kinesis")
    static KinesisClient kinesis(
            SegmentCredentials credentials, @ConfigProperty(name = "segment.secret-id") String secretId) {
        return credentials.kinesisClient(secretId, REGION);
    }

    @Produces
    @Singleton
    @Unremovable
    @Named("firehose")
    static FirehoseClient firehose(
            SegmentCredentials credentials, @ConfigProperty(name = "segment.secret-id") String secretId) {
        return credentials.firehoseClient(secretId, REGION);
    }
}
