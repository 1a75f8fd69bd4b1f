package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

@ExtendWith(LocalAwsExtension.class)
class KinesisLimitsTest {
    private static final int MIB = 1024 * 1024;

    private final LocalAws aws;
    private KinesisClient kinesis;

    KinesisLimitsTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void connect() {
        aws.reset();
        aws.createStream("events", 2);
        kinesis = AwsClients.kinesis(aws);
    }

    @AfterEach
    void disconnect() {
        kinesis.close();
    }

    @Test
    void takes500RecordsAndNotOneMore() {
        assertThat(put(Collections.nCopies(500, entry("k", 1))).failedRecordCount())
                .isZero();
        assertThatValidation(Collections.nCopies(501, entry("k", 1)))
                .withMessageContaining("1 validation error detected: Value at 'records' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 500");
        assertThatValidation(List.of()).withMessageContaining("Member must have length greater than or equal to 1");
        assertThat(aws.stream("events").recordCount()).isEqualTo(500);
    }

    @Test
    void countsThePartitionKeyInTheRecordsSize() {
        assertThat(put(List.of(entry("é", MIB - 2))).failedRecordCount()).isZero();
        assertThatValidation(List.of(entry("k", 1), entry("é", MIB - 1)))
                .withMessageContaining("Value at 'records.2.member.data' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 1048576");
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
    }

    @Test
    void takesLargerRecordsWhereTheStreamDoes() {
        aws.stream("events").maxRecordSizeInKiB(2048);
        assertThat(put(List.of(entry("k", 2 * MIB - 1))).failedRecordCount()).isZero();
        assertThatValidation(List.of(entry("k", 2 * MIB)))
                .withMessageContaining("Member must have length less than or equal to 2097152");
    }

    @Test
    void takes10MiBInARequestAndNotAByteMore() {
        PutRecordsRequestEntry full = entry("k", MIB - 1);
        assertThat(put(Collections.nCopies(10, full)).failedRecordCount()).isZero();

        List<PutRecordsRequestEntry> over =
                List.of(full, full, full, full, full, full, full, full, full, full, entry("k", 0));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> put(over))
                .withMessageContaining("Records size exceeds 10 MB limit");
    }

    @Test
    void takesPartitionKeysOf1To256Characters() {
        assertThat(put(List.of(entry("😀".repeat(256), 1))).failedRecordCount()).isZero();
        assertThatValidation(List.of(entry("😀".repeat(257), 1)))
                .withMessageContaining("Value at 'records.1.member.partitionKey' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 256");
        assertThatValidation(List.of(entry("", 1)))
                .withMessageContaining("Value at 'records.1.member.partitionKey' failed to satisfy constraint: "
                        + "Member must have length greater than or equal to 1");
    }

    @Test
    void reportsSeveralViolationsTogether() {
        assertThatExceptionOfType(KinesisException.class)
                .isThrownBy(() -> kinesis.putRecords(
                        r -> r.streamName("no/name").records(entry("", 1), entry("k", 1), entry("", 1))))
                .withMessageContaining("3 validation errors detected: Value at 'records.1.member.partitionKey'")
                .withMessageContaining("; Value at 'records.3.member.partitionKey'")
                .withMessageContaining("; Value 'no/name' at 'streamName' failed to satisfy constraint: "
                        + "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    }

    @Test
    void knowsItsStreams() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.putRecords(r -> r.streamName("none").records(entry("k", 1))))
                .withMessageContaining("Stream none under account 000000000000 not found.");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() ->
                        kinesis.putRecords(r -> r.streamARN("arn:aws:kinesis:us-west-2:999999999999:stream/events")
                                .records(entry("k", 1))));
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(
                        () -> kinesis.createStream(r -> r.streamName("events").shardCount(1)))
                .withMessageContaining("Stream events under account 000000000000 already exists.");
        assertThat(kinesis.putRecords(
                                r -> r.streamARN(aws.stream("events").arn()).records(entry("k", 1)))
                        .failedRecordCount())
                .isZero();
    }

    @Test
    void refusesAnArnThatIsNoStreamsOrContradictsTheName() {
        String arn = aws.stream("events").arn();
        assertThat(kinesis.putRecords(r -> r.streamName("events").streamARN(arn).records(entry("k", 1)))
                        .failedRecordCount())
                .isZero();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> kinesis.putRecords(
                        r -> r.streamName("others").streamARN(arn).records(entry("k", 1))))
                .withMessageContaining("StreamName others is not the name in StreamARN " + arn);
        for (String other : List.of(arn.replace(":stream/", ":table/"), arn.replace("kinesis", "firehose"))) {
            assertThatExceptionOfType(KinesisException.class)
                    .isThrownBy(() -> kinesis.describeStreamSummary(r -> r.streamARN(other)))
                    .withMessageContaining("Value '" + other + "' at 'streamARN' failed to satisfy constraint");
        }
    }

    private PutRecordsResponse put(List<PutRecordsRequestEntry> entries) {
        return kinesis.putRecords(r -> r.streamName("events").records(entries));
    }

    private ThrowableAssertAlternative<KinesisException> assertThatValidation(List<PutRecordsRequestEntry> entries) {
        return assertThatExceptionOfType(KinesisException.class)
                .isThrownBy(() -> put(entries))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException"))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
    }

    private static PutRecordsRequestEntry entry(String partitionKey, int bytes) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(partitionKey)
                .data(SdkBytes.fromByteArrayUnsafe(new byte[bytes]))
                .build();
    }
}
