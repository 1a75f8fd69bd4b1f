package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.InvalidKmsResourceException;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KmsAccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.KmsNotFoundException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** Streams encrypted with a KMS key, and who may use it. */
@ExtendWith(LocalAwsExtension.class)
class EncryptedStreamTest {
    private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final String KEY = "arn:aws:kms:us-west-2:000000000000:key/" + KEY_ID;
    private static final String SESSION =
            "User: arn:aws:sts::000000000000:assumed-role/segment/segment is not authorized to " + "perform: ";

    private final LocalAws aws;

    EncryptedStreamTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void forget() {
        aws.reset();
    }

    @Test
    void showsItsKeyUntilEncryptionStops() {
        aws.createStream("events", 1);
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            assertThat(summary(kinesis).encryptionType()).isEqualTo(EncryptionType.NONE);
            assertThat(summary(kinesis).keyId()).isNull();

            kinesis.startStreamEncryption(r ->
                    r.streamName("events").encryptionType(EncryptionType.KMS).keyId(KEY));
            assertThat(summary(kinesis).encryptionType()).isEqualTo(EncryptionType.KMS);
            assertThat(summary(kinesis).keyId()).isEqualTo(KEY);
            assertThat(kinesis.describeStream(r -> r.streamName("events"))
                            .streamDescription()
                            .keyId())
                    .isEqualTo(KEY);

            kinesis.stopStreamEncryption(r ->
                    r.streamName("events").encryptionType(EncryptionType.KMS).keyId(KEY));
            assertThat(summary(kinesis).encryptionType()).isEqualTo(EncryptionType.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, KEY_ID})
    void writersMustBeAllowedToUseTheKey(String keyId) {
        aws.createStream("events", 1).encryptWith(keyId);
        Role role = aws.createRole("segment").allow("kinesis:*");
        String denied = SESSION + "kms:GenerateDataKey on resource: " + KEY
                + " because no identity-based policy allows the kms:GenerateDataKey action";
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
            assertThatExceptionOfType(KmsAccessDeniedException.class)
                    .isThrownBy(() -> putRecord(kinesis))
                    .withMessageContaining(denied);
            assertThatExceptionOfType(KmsAccessDeniedException.class)
                    .isThrownBy(() -> putRecords(kinesis))
                    .withMessageContaining(denied);
            assertThat(aws.stream("events").recordCount()).isZero();

            role.allow("kms:GenerateDataKey", KEY);
            putRecord(kinesis);
            putRecords(kinesis);
            assertThat(aws.stream("events").recordCount()).isEqualTo(2);
        }
    }

    @Test
    void readersMustBeAllowedToUseTheKey() {
        aws.createStream("events", 1).encryptWith(KEY);
        Role role = aws.createRole("segment").allow("kinesis:*");
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
            String iterator = kinesis.getShardIterator(r -> r.streamName("events")
                            .shardId("shardId-000000000000")
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .shardIterator();
            assertThatExceptionOfType(KmsAccessDeniedException.class)
                    .isThrownBy(() -> kinesis.getRecords(r -> r.shardIterator(iterator)))
                    .withMessageContaining(SESSION + "kms:Decrypt on resource: " + KEY + " because");

            role.allow("kms:Decrypt", KEY);
            assertThat(kinesis.getRecords(r -> r.shardIterator(iterator)).records())
                    .isEmpty();
        }
    }

    @Test
    void thePermissionMayBeBoundToKinesisAndTheStream() {
        KinesisStream events = aws.createStream("events", 1).encryptWith(KEY);
        Role role = aws.createRole("segment")
                .putPolicy("delivery", boundTo("kinesis.us-west-2.amazonaws.com", events.arn()));
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
            putRecord(kinesis);

            role.putPolicy("delivery", boundTo("firehose.us-west-2.amazonaws.com", events.arn()));
            assertThatExceptionOfType(KmsAccessDeniedException.class).isThrownBy(() -> putRecord(kinesis));
            role.putPolicy("delivery", boundTo("kinesis.us-west-2.amazonaws.com", events.arn() + "-2"));
            assertThatExceptionOfType(KmsAccessDeniedException.class).isThrownBy(() -> putRecord(kinesis));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alias/aws/kinesis", "arn:aws:kms:us-west-2:000000000000:alias/aws/kinesis"})
    void everyoneMayUseTheKeyThatAwsManages(String keyId) {
        aws.createStream("events", 1).encryptWith(keyId);
        Role role = aws.createRole("segment").allow("kinesis:*");
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
            putRecord(kinesis);
            assertThat(summary(kinesis).keyId()).isEqualTo(keyId);
        }
    }

    @Test
    void aCallerWithoutPoliciesMayUseEveryKey() {
        aws.createStream("events", 1).encryptWith(KEY);
        try (KinesisClient administrator = AwsClients.kinesis(aws);
                KinesisClient open = AwsClients.kinesis(aws, AwsClients.assume(aws, aws.createRole("open")))) {
            putRecord(administrator);
            putRecord(open);
        }
        assertThat(aws.stream("events").recordCount()).isEqualTo(2);
    }

    @Test
    void writersOfADeliveryStreamMustBeAllowedToUseItsKey() {
        aws.createDeliveryStream("lake");
        Role role = aws.createRole("segment").allow("firehose:PutRecord");
        try (FirehoseClient administrator = AwsClients.firehose(aws);
                FirehoseClient firehose = AwsClients.firehose(aws, AwsClients.assume(aws, role))) {
            administrator.startDeliveryStreamEncryption(r -> r.deliveryStreamName("lake")
                    .deliveryStreamEncryptionConfigurationInput(
                            c -> c.keyType(KeyType.CUSTOMER_MANAGED_CMK).keyARN(KEY)));
            assertThat(encryption(administrator).statusAsString()).isEqualTo("ENABLED");
            assertThat(encryption(administrator).keyARN()).isEqualTo(KEY);
            for (String action : List.of("kms:GenerateDataKey", "kms:Decrypt")) {
                assertThatExceptionOfType(InvalidKmsResourceException.class)
                        .isThrownBy(() -> putRecord(firehose))
                        .withMessageContaining(SESSION + action + " on resource: " + KEY + " because");
                role.allow(action, KEY);
            }
            putRecord(firehose);
            putRecord(administrator);

            role.deny("kms:*");
            administrator.stopDeliveryStreamEncryption(r -> r.deliveryStreamName("lake"));
            assertThat(encryption(administrator).statusAsString()).isEqualTo("DISABLED");
            putRecord(firehose);
        }
        assertThat(aws.deliveryStream("lake").recordCount()).isEqualTo(3);
    }

    @Test
    void refusesWhatIsNoKey() {
        KinesisStream events = aws.createStream("events", 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.encryptWith("alias/mine"))
                .withMessageContaining("expected a key ID, an ARN like arn:aws:kms:")
                .withMessageEndingWith("for stream events, was alias/mine");
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            assertThatExceptionOfType(KmsNotFoundException.class)
                    .isThrownBy(() -> kinesis.startStreamEncryption(r -> r.streamName("events")
                            .encryptionType(EncryptionType.KMS)
                            .keyId("alias/mine")));
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> kinesis.startStreamEncryption(r -> r.streamName("events")
                            .encryptionType(EncryptionType.NONE)
                            .keyId(KEY)));
        }
    }

    private static StreamDescriptionSummary summary(KinesisClient kinesis) {
        return kinesis.describeStreamSummary(r -> r.streamName("events")).streamDescriptionSummary();
    }

    private static DeliveryStreamEncryptionConfiguration encryption(FirehoseClient firehose) {
        return firehose.describeDeliveryStream(r -> r.deliveryStreamName("lake"))
                .deliveryStreamDescription()
                .deliveryStreamEncryptionConfiguration();
    }

    private static void putRecord(FirehoseClient firehose) {
        firehose.putRecord(
                r -> r.deliveryStreamName("lake").record(record -> record.data(SdkBytes.fromUtf8String("{}\n"))));
    }

    private static void putRecord(KinesisClient kinesis) {
        kinesis.putRecord(r -> r.streamName("events").partitionKey("k").data(SdkBytes.fromUtf8String("{}")));
    }

    private static void putRecords(KinesisClient kinesis) {
        kinesis.putRecords(r -> r.streamName("events")
                .records(PutRecordsRequestEntry.builder()
                        .partitionKey("k")
                        .data(SdkBytes.fromUtf8String("{}"))
                        .build()));
    }

    private static String boundTo(String service, String streamArn) {
        return """
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Action": "kinesis:PutRecord", "Resource": "*"},
                  {"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "%s", "Condition": {"StringEquals": {
                    "kms:ViaService": "%s", "kms:EncryptionContext:aws:kinesis:arn": "%s"}}}]}"""
                .formatted(KEY, service, streamArn);
    }
}
