package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class LocalAwsTest {

    @Test
    void streamsBelongToTheRegionOfTheSignature() {
        try (LocalAws aws = LocalAws.builder().accountId("123456789012").start();
                KinesisClient ireland = AwsClients.kinesis(aws, AwsClients.STATIC_KEYS, Region.EU_WEST_1);
                KinesisClient china = AwsClients.kinesis(aws, AwsClients.STATIC_KEYS, Region.CN_NORTH_1)) {
            aws.createStream("events", 1);
            assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> put(ireland, "x"));

            aws.region("eu-west-1").createStream("events", 1);
            put(ireland, "x");
            assertThat(aws.region("eu-west-1").stream("events").recordCount()).isEqualTo(1);
            assertThat(aws.stream("events").recordCount()).isZero();

            china.createStream(r -> r.streamName("events").shardCount(1));
            assertThat(aws.region("cn-north-1").stream("events").arn())
                    .isEqualTo("arn:aws-cn:kinesis:cn-north-1:123456789012:stream/events");
        }
    }

    @Test
    void dropsTheOldestRecordsBeyondTheBound() {
        try (LocalAws aws = LocalAws.builder().maxRetainedBytes(10).start();
                KinesisClient kinesis = AwsClients.kinesis(aws)) {
            KinesisStream events = aws.createStream("events", 1);
            for (int i = 0; i < 5; i++) {
                put(kinesis, "four");
            }
            assertThat(events.records()).hasSize(2);
            assertThat(events.recordCount()).isEqualTo(5);

            put(kinesis, "eleven bytes");
            assertThat(events.records()).isEmpty();
            assertThat(events.recordCount()).isEqualTo(6);
        }
    }

    @Test
    void onlyCountsWhenNothingIsToBeRetained() {
        try (LocalAws aws = LocalAws.builder().maxRetainedBytes(0).start();
                KinesisClient kinesis = AwsClients.kinesis(aws)) {
            KinesisStream events = aws.createStream("events", 1);
            put(kinesis, "x");

            assertThat(events.records()).isEmpty();
            assertThat(events.recordCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"ACTIVE, true", "UPDATING, true", "CREATING, false", "DELETING, false"})
    void aStreamTakesRecordsByItsStatus(String status, boolean taken) {
        try (LocalAws aws = LocalAws.start();
                KinesisClient kinesis = AwsClients.kinesis(aws)) {
            aws.createStream("events", 1).status(status);

            assertThat(kinesis.describeStreamSummary(r -> r.streamName("events"))
                            .streamDescriptionSummary()
                            .streamStatusAsString())
                    .isEqualTo(status);
            if (taken) {
                put(kinesis, "x");
            } else {
                assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> put(kinesis, "x"));
            }
            assertThat(aws.stream("events").recordCount()).isEqualTo(taken ? 1 : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"ACTIVE, DirectPut, true", "CREATING, DirectPut, false", "ACTIVE, KinesisStreamAsSource, false"})
    void aDeliveryStreamTakesRecordsByItsStatusAndType(String status, String type, boolean taken) {
        try (LocalAws aws = LocalAws.start();
                FirehoseClient firehose = AwsClients.firehose(aws)) {
            aws.createDeliveryStream("lake").status(status).type(type);

            DeliveryStreamDescription description = firehose.describeDeliveryStream(r -> r.deliveryStreamName("lake"))
                    .deliveryStreamDescription();
            assertThat(description.deliveryStreamStatusAsString()).isEqualTo(status);
            assertThat(description.deliveryStreamTypeAsString()).isEqualTo(type);
            ThrowingCallable put = () -> firehose.putRecord(
                    r -> r.deliveryStreamName("lake").record(d -> d.data(SdkBytes.fromUtf8String("x"))));
            if (taken) {
                assertThatCode(put).doesNotThrowAnyException();
            } else {
                assertThatExceptionOfType(FirehoseException.class).isThrownBy(put);
            }
            assertThat(aws.deliveryStream("lake").recordCount()).isEqualTo(taken ? 1 : 0);
        }
    }

    @Test
    void countsCallsAndTheirRecords() {
        try (LocalAws aws = LocalAws.start();
                KinesisClient kinesis = AwsClients.kinesis(aws)) {
            aws.createStream("events", 1);
            for (int size : new int[] {1, 3, 3}) {
                PutRecordsRequestEntry entry = PutRecordsRequestEntry.builder()
                        .partitionKey("k")
                        .data(SdkBytes.fromUtf8String("x"))
                        .build();
                kinesis.putRecords(r -> r.streamName("events").records(Collections.nCopies(size, entry)));
            }
            assertThatExceptionOfType(ResourceNotFoundException.class)
                    .isThrownBy(() -> kinesis.describeStream(r -> r.streamName("none")));

            CallStatistics puts = aws.calls().of("PutRecords");
            assertThat(puts.calls()).isEqualTo(3);
            assertThat(puts.records()).isEqualTo(7);
            assertThat(puts.meanRecords()).isEqualTo(7.0 / 3);
            assertThat(puts.callsByRecords()).hasSize(2).containsEntry(1, 1L).containsEntry(3, 2L);
            assertThat(aws.calls().of("kinesis:*").failedCalls()).isEqualTo(1);
            Call last = aws.calls().recent().get(3);
            assertThat(last.action()).isEqualTo("kinesis:DescribeStream");
            assertThat(last.resource()).isEqualTo("none");
            assertThat(last.region()).isEqualTo("us-west-2");
            assertThat(last.errorCode()).isEqualTo("ResourceNotFoundException");

            aws.calls().clear();
            assertThat(aws.calls().of("*").calls()).isZero();
            assertThat(aws.calls().recent()).isEmpty();
        }
    }

    @Test
    void waitsForRecords() {
        try (LocalAws aws = LocalAws.start();
                KinesisClient kinesis = AwsClients.kinesis(aws)) {
            KinesisStream events = aws.createStream("events", 1);
            CompletableFuture<List<KinesisRecord>> arrived =
                    CompletableFuture.supplyAsync(() -> events.awaitRecords(2, Duration.ofSeconds(30)));
            put(kinesis, "one");
            put(kinesis, "two");

            assertThat(arrived.join()).extracting(KinesisRecord::text).containsExactly("one", "two");
            assertThatIllegalStateException()
                    .isThrownBy(() -> events.awaitRecords(3, Duration.ofMillis(1)))
                    .withMessage("expected at least 3 records in stream events within PT0.001S, was 2");
        }
    }

    @Test
    void saysHowToMendMistakes() {
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("events", 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> aws.createStream("events", 1))
                    .withMessage("stream events exists in us-west-2; use stream(name)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> aws.createStream("no name", 1))
                    .withMessage("expected a stream name of 1 to 128 letters, digits and _.- but was no name");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> aws.createStream("more", 0))
                    .withMessage("expected 1 to 10000 shards for stream more, was 0");
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> aws.stream("evnts"))
                    .withMessage("no stream evnts in us-west-2, which has [events]; "
                            + "create it there, or ask for it in its own region");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> aws.createRole("arn:aws:iam::1:role/x"))
                    .withMessageContaining("arn:aws:iam::123456789012:role/name");
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            LocalAws.builder().port(aws.endpoint().getPort()).start())
                    .withMessageContaining("choose another port, or 0 for a free one");
        }
    }

    @Test
    void freesItsPortWhenClosed() {
        LocalAws aws = LocalAws.start();
        aws.close();
        aws.close();

        try (LocalAws next = LocalAws.builder().port(aws.endpoint().getPort()).start()) {
            assertThat(next.endpoint()).isEqualTo(aws.endpoint());
        }
    }

    @Test
    void startsFromTheCommandLine() {
        try (LocalAws aws = LocalAwsMain.start(List.of(
                "--port",
                "0",
                "--region",
                "eu-west-1",
                "--account-id",
                "123456789012",
                "--kinesis",
                "events:4",
                "--kinesis",
                "small",
                "--firehose",
                "lake"))) {
            assertThat(aws.stream("events").arn()).isEqualTo("arn:aws:kinesis:eu-west-1:123456789012:stream/events");
            assertThat(aws.stream("events").shardCount()).isEqualTo(4);
            assertThat(aws.stream("small").shardCount()).isEqualTo(1);
            assertThat(aws.deliveryStream("lake").name()).isEqualTo("lake");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalAwsMain.start(List.of("--prot", "1")))
                .withMessage(
                        "expected --kinesis, --firehose, --port, --host, --region, --account-id or --help, was --prot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalAwsMain.start(List.of("--port")))
                .withMessage("expected a value after --port");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalAwsMain.start(List.of("--port", "0", "--kinesis", "events:x")))
                .withMessage("expected a number in --kinesis, was x");
    }

    private static void put(KinesisClient kinesis, String data) {
        kinesis.putRecord(r -> r.streamName("events").partitionKey("k").data(SdkBytes.fromUtf8String(data)));
    }
}
