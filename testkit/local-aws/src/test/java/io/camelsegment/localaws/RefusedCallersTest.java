package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.InvalidKmsResourceException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.KmsDisabledException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.sts.StsClient;

/** Refusals that an operator heals: permissions, encryption keys, clocks. */
@ResourceLock(AwsClients.TIME)
@ExtendWith(LocalAwsExtension.class)
class RefusedCallersTest {
    private static final String USER = "User: arn:aws:iam::000000000000:user/local-aws is not authorized to perform: ";

    private final LocalAws aws;
    private KinesisClient kinesis;
    private FirehoseClient firehose;
    private StsClient sts;

    RefusedCallersTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void connect() {
        SdkGlobalTime.setGlobalTimeOffset(0);
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
        kinesis = AwsClients.kinesis(aws);
        firehose = AwsClients.firehose(aws);
        sts = AwsClients.sts(aws);
    }

    @AfterEach
    void disconnect() {
        kinesis.close();
        firehose.close();
        sts.close();
    }

    @Test
    void deniesOneActionOnOneResource() {
        aws.createStream("other", 1);
        aws.faults().on("kinesis:PutRecords").resource("events").fail("AccessDeniedException");

        assertThatExceptionOfType(AccessDeniedException.class)
                .isThrownBy(() -> putRecords("events"))
                .withMessageContaining(USER + "kinesis:PutRecords on resource: "
                        + "arn:aws:kinesis:us-west-2:000000000000:stream/events because no identity-based policy allows "
                        + "the kinesis:PutRecords action");
        putRecords("other");
        putRecord();
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
    }

    @Test
    void deniesInTheWordsOfEachService() {
        aws.faults().on("*").fail("AccessDeniedException");

        assertRefused(this::putToFirehose, 400, "AccessDeniedException")
                .withMessageContaining(USER + "firehose:PutRecord on resource: "
                        + "arn:aws:firehose:us-west-2:000000000000:deliverystream/lake because");
        assertRefused(
                        () -> sts.assumeRole(r ->
                                r.roleArn("arn:aws:iam::123456789012:role/x").roleSessionName("me")),
                        403,
                        "AccessDenied")
                .withMessageContaining(USER + "sts:AssumeRole on resource: arn:aws:iam::123456789012:role/x because");
        assertRefused(kinesis::listStreams, 400, "AccessDeniedException")
                .withMessageContaining("kinesis:ListStreams on resource: * because");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    KMSAccessDeniedException | is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:
                    KMSDisabledException     | is disabled.
                    KMSInvalidStateException | is pending deletion.
                    KMSNotFoundException     | does not exist
                    KMSOptInRequired         | needs a subscription
                    KMSThrottlingException   | Rate exceeded
                    """)
    void showsKmsErrorsOfCallsAndOfRecords(String code, String message) {
        aws.faults()
                .on("PutRecords")
                .times(1)
                .fail(code)
                .then()
                .times(1)
                .failRecords(entry -> entry.index() == 1, code);

        assertRefused(() -> putRecords("events"), 400, code).withMessageContaining(message);
        assertThat(aws.stream("events").recordCount()).isZero();

        PutRecordsResultEntry refused = putRecords("events", "events").get(1);
        assertThat(refused.errorCode()).isEqualTo(code);
        assertThat(refused.errorMessage()).contains(message);
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
    }

    @Test
    void showsKmsErrorsThatTheSdkKnows() {
        aws.faults().on("kinesis:PutRecord").fail("KMSDisabledException");
        aws.faults().on("firehose:PutRecord").fail("InvalidKMSResourceException");

        assertThatExceptionOfType(KmsDisabledException.class).isThrownBy(this::putRecord);
        assertThatExceptionOfType(InvalidKmsResourceException.class).isThrownBy(this::putToFirehose);
    }

    @ParameterizedTest
    @ValueSource(longs = {6 * 60, 3600, -6 * 60, -3600})
    void letsAClientBackInThatCorrectsItsClock(long seconds) {
        Fault skew = aws.faults().on("*").skewClock(Duration.ofSeconds(seconds));
        String message = seconds > 0 ? "Signature expired: " : "Signature not yet current: ";

        assertRefused(this::putRecord, 400, "InvalidSignatureException")
                .withMessageContaining(message)
                .withMessageContaining("5 min.)");
        assertRefused(this::putToFirehose, 400, "InvalidSignatureException").withMessageContaining(message);
        assertRefused(sts::getCallerIdentity, 403, "SignatureDoesNotMatch").withMessageContaining(message);
        assertThat(aws.stream("events").recordCount()).isZero();

        // The SDK took the server's time from the refusals.
        putRecord();
        putToFirehose();
        sts.getCallerIdentity();

        skew.remove();
        putRecord();
        assertThat(aws.stream("events").recordCount()).isEqualTo(2);
    }

    @Test
    void toleratesAClockThatIsAlmostRight() {
        aws.faults().on("*").skewClock(Duration.ofMinutes(4));

        putRecord();
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RequestTimeTooSkewed", "SignatureDoesNotMatch", "ExpiredTokenException"})
    void showsErrorsOfTheSignatureByName(String code) {
        aws.faults().on("PutRecord").times(1).fail(code);

        assertThatExceptionOfType(AwsServiceException.class)
                .isThrownBy(this::putRecord)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
        putRecord();
    }

    private void putRecord() {
        kinesis.putRecord(r -> r.streamName("events").partitionKey("user_1").data(SdkBytes.fromUtf8String("{}")));
    }

    private void putToFirehose() {
        firehose.putRecord(
                r -> r.deliveryStreamName("lake").record(record -> record.data(SdkBytes.fromUtf8String("{}\n"))));
    }

    private List<PutRecordsResultEntry> putRecords(String stream, String... keys) {
        return kinesis.putRecords(r -> r.streamName(stream)
                        .records(Stream.concat(Stream.of("user_1"), Stream.of(keys))
                                .map(key -> PutRecordsRequestEntry.builder()
                                        .partitionKey(key)
                                        .data(SdkBytes.fromUtf8String("{}"))
                                        .build())
                                .toList()))
                .records();
    }

    private static ThrowableAssertAlternative<AwsServiceException> assertRefused(
            ThrowingCallable call, int status, String code) {
        return assertThatExceptionOfType(AwsServiceException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(status))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }
}
