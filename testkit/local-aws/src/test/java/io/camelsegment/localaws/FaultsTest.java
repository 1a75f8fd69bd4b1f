package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.ServiceUnavailableException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

@ExtendWith(LocalAwsExtension.class)
class FaultsTest {
    private static final String THROTTLED = "ProvisionedThroughputExceededException";

    private final LocalAws aws;
    private KinesisClient kinesis;
    private FirehoseClient firehose;

    FaultsTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void connect() {
        aws.reset();
        aws.createStream("events", 4);
        aws.createDeliveryStream("lake");
        kinesis = AwsClients.kinesis(aws);
        firehose = AwsClients.firehose(aws);
    }

    @AfterEach
    void disconnect() {
        kinesis.close();
        firehose.close();
    }

    @Test
    void refusesAFractionOfTheRecordsAndStoresTheRest() {
        Fault fault = aws.faults().on("PutRecords").failRecords(0.2, THROTTLED);

        PutRecordsResponse response = putRecords(500);

        assertThat(response.failedRecordCount()).isBetween(60, 140);
        assertThat(response.records()).hasSize(500);
        assertThat(response.records().stream().filter(r -> r.errorCode() != null))
                .hasSize(response.failedRecordCount())
                .allSatisfy(refused -> {
                    assertThat(refused.errorCode()).isEqualTo(THROTTLED);
                    assertThat(refused.errorMessage())
                            .matches("Rate exceeded for shard shardId-00000000000[0-3] in stream events "
                                    + "under account 000000000000\\.");
                    assertThat(refused.sequenceNumber()).isNull();
                });
        assertThat(aws.stream("events").recordCount()).isEqualTo(500 - response.failedRecordCount());
        assertThat(aws.calls().of("PutRecords").refusedRecords()).isEqualTo((long) response.failedRecordCount());
        assertThat(fault.hits()).isEqualTo(1);

        fault.remove();
        assertThat(putRecords(500).failedRecordCount()).isZero();
    }

    @Test
    void theSameSeedRefusesTheSameRecords() {
        aws.faults().on("PutRecords").seed(7).times(1).failRecords(0.5, THROTTLED);
        List<Boolean> first = refused(putRecords(100));
        aws.faults().on("PutRecords").seed(7).times(1).failRecords(0.5, THROTTLED);

        assertThat(refused(putRecords(100))).isEqualTo(first).contains(true, false);
    }

    @Test
    void refusesTheRecordsThatAPredicatePicks() {
        aws.faults().on("PutRecords").failRecords(entry -> entry.partitionKey().equals("user_3"), "InternalFailure");

        PutRecordsResponse response = putRecords(10);

        assertThat(response.failedRecordCount()).isEqualTo(1);
        assertThat(response.records().get(3).errorMessage()).isEqualTo("Internal service failure.");
    }

    @Test
    void aRefusedSingleRecordFailsItsCall() {
        aws.faults().on("kinesis:PutRecord").failRecords(1, THROTTLED);

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> kinesis.putRecord(
                        r -> r.streamName("events").partitionKey("k").data(SdkBytes.fromUtf8String("x"))))
                .withMessageContaining("Rate exceeded for shard shardId-");
        putToFirehose();
        assertThat(aws.deliveryStream("lake").recordCount()).isEqualTo(1);
    }

    @Test
    void refusesFirehoseRecordsInFirehosesWords() {
        aws.faults().on("PutRecordBatch").failRecords(entry -> entry.index() == 1, "ServiceUnavailableException");

        var response = firehose.putRecordBatch(
                r -> r.deliveryStreamName("lake").records(firehoseRecord("1\n"), firehoseRecord("2\n")));

        assertThat(response.failedPutCount()).isEqualTo(1);
        assertThat(response.requestResponses().get(0).recordId()).isNotNull();
        assertThat(response.requestResponses().get(1).errorCode()).isEqualTo("ServiceUnavailableException");
        assertThat(response.requestResponses().get(1).errorMessage()).isEqualTo("Slow down.");
        assertThat(aws.deliveryStream("lake").content()).asString().isEqualTo("1\n");
    }

    @Test
    void failsWholeCallsSoManyTimesOnOneStream() {
        aws.createDeliveryStream("other");
        aws.faults().on("firehose:*").resource("lake").after(1).times(2).fail("ServiceUnavailableException");

        putToFirehose();
        for (int i = 0; i < 2; i++) {
            firehose.putRecord(
                    r -> r.deliveryStreamName("other").record(record -> record.data(SdkBytes.fromUtf8String("x"))));
            assertThatExceptionOfType(ServiceUnavailableException.class)
                    .isThrownBy(this::putToFirehose)
                    .satisfies(e -> assertThat(e.statusCode()).isEqualTo(503));
        }
        putToFirehose();
        assertThat(aws.deliveryStream("lake").recordCount()).isEqualTo(2);
        assertThat(aws.calls().of("firehose:PutRecord").failedCalls()).isEqualTo(2);
    }

    @Test
    void failsWithAnyStatusCodeAndMessage() {
        aws.faults().on("PutRecords").fail(599, "StrangeException", "Something strange.");

        assertThatExceptionOfType(KinesisException.class)
                .isThrownBy(() -> putRecords(1))
                .withMessageContaining("Something strange.")
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(599))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("StrangeException"));
        assertThat(aws.stream("events").recordCount()).isZero();
    }

    @Test
    void delaysTheAnswer() {
        Duration delay = Duration.ofMillis(50);
        aws.faults().on("PutRecords").delay(delay);
        aws.faults().on("kinesis:*").delay(delay);

        long start = System.nanoTime();
        putRecords(1);

        // A lower bound holds on the slowest machine.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    @Timeout(60)
    void holdsACallUntilItIsReleased() throws Exception {
        CompletableFuture<Void> execution = new CompletableFuture<>();
        CompletableFuture<Void> answer = new CompletableFuture<>();
        CountDownLatch stored = new CountDownLatch(1);
        Fault held = aws.faults().on("PutRecords").holdUntil(execution);
        aws.faults().on("PutRecords").afterStoring().holdUntil(answer);
        aws.faults().on("PutRecords").afterStoring().run(stored::countDown);

        CompletableFuture<PutRecordsResponse> sent = CompletableFuture.supplyAsync(() -> putRecords(1));
        while (held.hits() == 0) {
            Thread.onSpinWait();
        }
        assertThat(aws.stream("events").recordCount()).isZero();

        execution.complete(null);
        stored.await();
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
        assertThat(sent).isNotDone();

        answer.complete(null);
        assertThat(sent.get().failedRecordCount()).isZero();
    }

    @Test
    void refusesFaultsThatCouldNeverStrike() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aws.faults().on("PutRecord5"))
                .withMessageContaining("kinesis:PutRecords")
                .withMessageContaining("was PutRecord5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aws.faults().on("*").failRecords(1.1, THROTTLED));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aws.faults().on("*").times(0));
    }

    private PutRecordsResponse putRecords(int count) {
        List<PutRecordsRequestEntry> entries = IntStream.range(0, count)
                .mapToObj(i -> PutRecordsRequestEntry.builder()
                        .partitionKey("user_" + i)
                        .data(SdkBytes.fromUtf8String("{}"))
                        .build())
                .toList();
        return kinesis.putRecords(r -> r.streamName("events").records(entries));
    }

    private void putToFirehose() {
        firehose.putRecord(
                r -> r.deliveryStreamName("lake").record(record -> record.data(SdkBytes.fromUtf8String("x"))));
    }

    private static Record firehoseRecord(String data) {
        return Record.builder().data(SdkBytes.fromUtf8String(data)).build();
    }

    private static List<Boolean> refused(PutRecordsResponse response) {
        return response.records().stream().map(r -> r.errorCode() != null).toList();
    }
}
