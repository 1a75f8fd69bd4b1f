package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.StsException;

@ResourceLock(AwsClients.TIME)
class AssumeRoleTest {
    private static final String ROLE = "arn:aws:iam::874699288871:role/example-role";
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));

    @RegisterExtension
    static final LocalAwsExtension LOCAL =
            new LocalAwsExtension(LocalAws.builder().clock(NOW::get).sessionDuration(Duration.ofSeconds(2)));

    private final LocalAws aws = LOCAL.aws();
    private StsClient sts;

    @BeforeEach
    void connect() {
        aws.reset();
        sts = AwsClients.sts(aws);
    }

    @AfterEach
    void disconnect() {
        sts.close();
    }

    @Test
    void givesCredentialsForTheRightExternalId() {
        aws.createRole(ROLE, "ws_123", "ws_456");

        AssumeRoleResponse response = assume(ROLE, "ws_456");

        assertThat(response.assumedRoleUser().arn())
                .isEqualTo("arn:aws:sts::874699288871:assumed-role/example-role/segment");
        assertThat(response.credentials().expiration()).isEqualTo(NOW.get().plusSeconds(2));
        try (StsClient assumed = AwsClients.sts(aws, AwsClients.session(response.credentials()))) {
            GetCallerIdentityResponse identity = assumed.getCallerIdentity();
            assertThat(identity.arn()).isEqualTo(response.assumedRoleUser().arn());
            assertThat(identity.account()).isEqualTo("874699288871");
            assertThat(identity.userId()).isEqualTo(response.assumedRoleUser().assumedRoleId());
        }
    }

    @Test
    void deniesAWrongExternalIdAMissingOneAndAnUnknownRoleAlike() {
        aws.createRole(ROLE, "ws_123");

        assertDenied(ROLE, "ws_124");
        assertDenied(ROLE, null);
        assertDenied("arn:aws:iam::874699288871:role/another-role", "ws_123");
    }

    @Test
    void doesNotRepeatTheExternalIdInErrors() {
        aws.createRole(ROLE, "ws_123");

        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> assume(ROLE, "not allowed!"))
                .withMessageContaining("Value at 'externalId' failed to satisfy constraint")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("not allowed!"))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationError"));
        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> assume(ROLE, "ws_124"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("ws_12"));
    }

    @Test
    void trustsAnyoneWhenTheRoleAsksForNoExternalId() {
        aws.createRole("open-role");

        assertThat(assume("arn:aws:iam::000000000000:role/open-role", null)
                        .credentials()
                        .accessKeyId())
                .startsWith("ASIA");
        assertThat(assume("arn:aws:iam::000000000000:role/open-role", "anything")
                        .credentials()
                        .accessKeyId())
                .startsWith("ASIA");
    }

    @Test
    void issuedKeysWorkOnlyWithTheirToken() {
        aws.createRole(ROLE, "ws_123");
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
        Credentials issued = assume(ROLE, "ws_123").credentials();

        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.session(issued), Region.US_WEST_2);
                FirehoseClient firehose = AwsClients.firehose(aws, AwsClients.session(issued))) {
            put(kinesis);
            put(firehose);
        }
        assertThat(aws.calls().recent())
                .filteredOn(call -> call.action().contains(":PutRecord"))
                .hasSize(2)
                .allSatisfy(call -> assertThat(call.principal())
                        .isEqualTo("arn:aws:sts::874699288871:assumed-role/example-role/segment"));
        AwsCredentials withoutToken = AwsBasicCredentials.create(issued.accessKeyId(), issued.secretAccessKey());
        AwsCredentials wrongToken =
                AwsSessionCredentials.create(issued.accessKeyId(), issued.secretAccessKey(), "another");
        for (AwsCredentials credentials : new AwsCredentials[] {withoutToken, wrongToken}) {
            try (KinesisClient kinesis = AwsClients.kinesis(aws, credentials, Region.US_WEST_2);
                    FirehoseClient firehose = AwsClients.firehose(aws, credentials)) {
                assertRefused(
                        () -> put(kinesis),
                        "UnrecognizedClientException",
                        "The security token included in the request is invalid.");
                assertRefused(
                        () -> put(firehose),
                        "UnrecognizedClientException",
                        "The security token included in the request is invalid.");
            }
        }
    }

    @Test
    void issuedKeysExpire() {
        aws.createRole(ROLE, "ws_123");
        aws.createStream("events", 1);
        Credentials issued = assume(ROLE, "ws_123").credentials();
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.session(issued), Region.US_WEST_2);
                StsClient assumed = AwsClients.sts(aws, AwsClients.session(issued))) {
            put(kinesis);
            NOW.updateAndGet(now -> now.plusSeconds(2));

            assertRefused(
                    () -> put(kinesis),
                    "ExpiredTokenException",
                    "The security token included in the request is expired");
            assertRefused(assumed::getCallerIdentity, "ExpiredToken", "The security token included in the request");
        }
    }

    @Test
    void issuedKeysCanBeExpiredAtOnce() {
        aws.createRole(ROLE, "ws_123");
        aws.createStream("events", 1);
        Credentials issued = assume(ROLE, "ws_123").credentials();
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.session(issued), Region.US_WEST_2)) {
            aws.expireSessions();

            assertRefused(() -> put(kinesis), "ExpiredTokenException", "is expired");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"ws_123\"", "[\"ws_123\"]", "[\"other\", \"ws_123\"]"})
    void readsTheTrustPolicyOfCreateRole(String externalIds) {
        try (IamClient iam = AwsClients.iam(aws)) {
            String arn = iam.createRole(
                            r -> r.roleName("example-role").assumeRolePolicyDocument(trustPolicy(externalIds)))
                    .role()
                    .arn();
            assertThat(arn).isEqualTo("arn:aws:iam::000000000000:role/example-role");
            assertThat(assume(arn, "ws_123").credentials().sessionToken()).isNotEmpty();
            assertDenied(arn, "ws_124");

            assertThat(iam.getRole(r -> r.roleName("example-role")).role().arn())
                    .isEqualTo(arn);
            iam.deleteRole(r -> r.roleName("example-role"));
            assertDenied(arn, "ws_123");
            assertThatExceptionOfType(NoSuchEntityException.class)
                    .isThrownBy(() -> iam.getRole(r -> r.roleName("example-role")));
        }
    }

    private AssumeRoleResponse assume(String roleArn, String externalId) {
        return sts.assumeRole(r -> r.roleArn(roleArn).roleSessionName("segment").externalId(externalId));
    }

    private void assertDenied(String roleArn, String externalId) {
        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> assume(roleArn, externalId))
                .withMessageContaining("User: arn:aws:iam::000000000000:user/local-aws is not authorized to perform: "
                        + "sts:AssumeRole on resource: " + roleArn)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(403));
    }

    private static void assertRefused(Runnable call, String code, String message) {
        assertThatExceptionOfType(AwsServiceException.class)
                .isThrownBy(call::run)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    private static void put(KinesisClient kinesis) {
        kinesis.putRecord(r -> r.streamName("events").partitionKey("key").data(SdkBytes.fromUtf8String("x")));
    }

    private static void put(FirehoseClient firehose) {
        firehose.putRecord(
                r -> r.deliveryStreamName("lake").record(record -> record.data(SdkBytes.fromUtf8String("x\n"))));
    }

    private static String trustPolicy(String externalIds) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                 "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
                 "Condition": {"StringEquals": {"sts:ExternalId": %s}}}]}"""
                .formatted(externalIds);
    }
}
