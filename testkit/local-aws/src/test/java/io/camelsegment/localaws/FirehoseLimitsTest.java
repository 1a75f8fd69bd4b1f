package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.InvalidArgumentException;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.ResourceNotFoundException;

@ExtendWith(LocalAwsExtension.class)
class FirehoseLimitsTest {
    private static final int MAX_RECORD = 1000 * 1024;
    private static final int MIB = 1024 * 1024;

    private final LocalAws aws;
    private FirehoseClient firehose;

    FirehoseLimitsTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void connect() {
        aws.reset();
        aws.createDeliveryStream("lake");
        firehose = AwsClients.firehose(aws);
    }

    @AfterEach
    void disconnect() {
        firehose.close();
    }

    @Test
    void takes500RecordsAndNotOneMore() {
        assertThat(put(Collections.nCopies(500, record(1))).failedPutCount()).isZero();
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> put(Collections.nCopies(501, record(1))))
                .withMessageContaining("Value at 'records' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 500")
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException"));
        assertThat(aws.deliveryStream("lake").recordCount()).isEqualTo(500);
    }

    @Test
    void takesRecordsOf1000KiBAndNotAByteMore() {
        assertThat(put(List.of(record(MAX_RECORD))).failedPutCount()).isZero();
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> put(List.of(record(1), record(MAX_RECORD + 1))))
                .withMessageContaining("Value at 'records.2.member.data' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 1024000");
        assertThat(aws.deliveryStream("lake").recordCount()).isEqualTo(1);
    }

    @Test
    void takes4MiBInABatchAndNotAByteMore() {
        List<Record> records = new ArrayList<>(Collections.nCopies(4, record(MAX_RECORD)));
        records.add(record(4 * MIB - 4 * MAX_RECORD));
        assertThat(put(records).failedPutCount()).isZero();

        records.add(record(1));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> put(records))
                .withMessageContaining("Records size exceeds 4 MB limit");
    }

    @Test
    void knowsItsDeliveryStreams() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() ->
                        firehose.putRecord(r -> r.deliveryStreamName("none").record(record(1))))
                .withMessageContaining("Firehose none under account 000000000000 not found.");
    }

    private PutRecordBatchResponse put(List<Record> records) {
        return firehose.putRecordBatch(r -> r.deliveryStreamName("lake").records(records));
    }

    private static Record record(int bytes) {
        return Record.builder()
                .data(SdkBytes.fromByteArrayUnsafe(new byte[bytes]))
                .build();
    }
}
