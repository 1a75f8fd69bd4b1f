package io.camelsegment.app;

import io.camelsegment.routes.AwsAccess;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionStatus;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.sts.StsClient;

/** Asks AWS what the settings do not say, with the default credentials. For one thread. */
final class AwsLookup implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Belongs to AWS and needs no permission of the caller. */
    private static final Pattern AWS_MANAGED_KEY = Pattern.compile("(.*:)?alias/aws/kinesis");

    private static final Pattern KEY_ID = Pattern.compile("(mrk-)?[0-9a-f-]{32,36}");

    private final DefaultCredentialsProvider credentials =
            DefaultCredentialsProvider.builder().build();

    /** What AWS did not tell; the message says why, in a few words without a secret. */
    static final class UnknownException extends Exception {

        private static final long serialVersionUID = 1L;

        UnknownException(String message) {
            super(message);
        }
    }

    /**
     * Returns the ARN of who asks: a user, a role (without its path when IAM may not be asked for it) or an account's root.
     *
     * @param stsEndpoint where STS is asked; null for AWS's
     * @param iamEndpoint where IAM is asked; null for AWS's
     */
    String caller(String region, URI stsEndpoint, URI iamEndpoint) throws UnknownException {
        String principal;
        try (StsClient sts = client(StsClient.builder(), region, stsEndpoint)) {
            principal = principal(sts.getCallerIdentity().arn());
        } catch (SdkException e) {
            throw unknown(e);
        }
        Arn arn = Arn.parse(principal);
        return arn.resource().startsWith("role/") ? withPath(principal, arn, iamEndpoint) : principal;
    }

    /** IAM refuses a trust policy that names a role without its path; those of the Identity Center have one. */
    private String withPath(String principal, Arn role, URI iamEndpoint) {
        try (IamClient iam = client(IamClient.builder(), role.partition() + "-global", iamEndpoint)) {
            return iam.getRole(request -> request.roleName(role.name())).role().arn();
        } catch (SdkException e) {
            return principal;
        }
    }

    /** Returns whom a trust policy must name to mean a caller. */
    static String principal(String caller) {
        Arn arn = Arn.parse(caller);
        String[] path = arn.resource().split("/", -1);
        return switch (path[0]) {
            case "assumed-role" -> "arn:" + arn.partition() + ":iam::" + arn.account() + ":role/" + path[1];
            case "user", "root" -> caller;
            default -> arn.accountRoot();
        };
    }

    /**
     * Returns the ARN of the KMS key that writers of the stream need; nothing when they need none.
     *
     * @param stream in the account of who asks
     */
    Optional<String> key(DestinationStream stream) throws UnknownException {
        try {
            return stream.isDataStream() ? dataStreamKey(stream) : deliveryStreamKey(stream);
        } catch (SdkException e) {
            throw unknown(e);
        }
    }

    private Optional<String> dataStreamKey(DestinationStream stream) throws UnknownException {
        StreamDescriptionSummary summary;
        try (KinesisClient kinesis = client(KinesisClient.builder(), stream.aws())) {
            summary = kinesis.describeStreamSummary(request -> request.streamName(stream.name()))
                    .streamDescriptionSummary();
        }
        return summary.encryptionType() == EncryptionType.KMS
                ? key(summary.keyId(), Arn.parse(stream.arn()))
                : Optional.empty();
    }

    /**
     * Returns the ARN of the key that Kinesis names in one of its ways; nothing when it is AWS's own.
     *
     * @throws UnknownException if it is an alias, which policies cannot name
     */
    static Optional<String> key(String keyId, Arn stream) throws UnknownException {
        if (AWS_MANAGED_KEY.matcher(keyId).matches()) {
            return Optional.empty();
        }
        if (keyId.contains(":key/")) {
            return Optional.of(keyId);
        }
        if (!KEY_ID.matcher(keyId).matches()) {
            throw new UnknownException("encrypted with " + keyId + ", which policies cannot name");
        }
        return Optional.of(
                "arn:" + stream.partition() + ":kms:" + stream.region() + ":" + stream.account() + ":key/" + keyId);
    }

    private Optional<String> deliveryStreamKey(DestinationStream stream) {
        try (FirehoseClient firehose = client(FirehoseClient.builder(), stream.aws())) {
            DeliveryStreamEncryptionConfiguration encryption = firehose.describeDeliveryStream(
                            request -> request.deliveryStreamName(stream.name()))
                    .deliveryStreamDescription()
                    .deliveryStreamEncryptionConfiguration();
            return encryption != null
                            && encryption.status() != DeliveryStreamEncryptionStatus.DISABLED
                            && encryption.keyType() == KeyType.CUSTOMER_MANAGED_CMK
                    ? Optional.of(encryption.keyARN())
                    : Optional.empty();
        }
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(B builder, AwsAccess aws) {
        return client(builder, aws.region(), aws.endpointOverride());
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
            B builder, String region, URI endpoint) {
        AwsCredentialsProvider provider = credentials;
        return builder.region(Region.of(region))
                .endpointOverride(endpoint)
                .credentialsProvider(provider)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(config -> config.apiCallTimeout(TIMEOUT))
                .build();
    }

    /** Without AWS's own words, which may repeat a session token. */
    private static UnknownException unknown(SdkException e) {
        if (e instanceof AwsServiceException service && service.awsErrorDetails() != null) {
            return new UnknownException(service.awsErrorDetails().errorCode());
        }
        return new UnknownException(
                String.valueOf(e.getMessage()).startsWith("Unable to load credentials")
                        ? "no AWS credentials"
                        : e.getClass().getSimpleName());
    }

    @Override
    public void close() {
        credentials.close();
    }
}
