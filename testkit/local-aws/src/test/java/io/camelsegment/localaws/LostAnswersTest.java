package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** Answers that do not arrive, or not as AWS wrote them. Over both protocols of the asynchronous client. */
@ExtendWith(LocalAwsExtension.class)
class LostAnswersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Map<Protocol, KinesisAsyncClient> CLIENTS = new EnumMap<>(Protocol.class);

    private final LocalAws aws;
    private KinesisStream events;

    LostAnswersTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeAll
    static void connect(LocalAws aws) {
        for (Protocol protocol : Protocol.values()) {
            CLIENTS.put(protocol, AwsClients.kinesisAsync(aws, protocol));
        }
    }

    @AfterAll
    static void disconnect() {
        CLIENTS.values().forEach(KinesisAsyncClient::close);
    }

    @BeforeEach
    void clear() {
        aws.reset();
        events = aws.createStream("events", 2);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void cutsTheConnectionBeforeAnythingIsStored(Protocol protocol) {
        aws.faults().on("PutRecords").times(1).cutConnection();
        KinesisAsyncClient kinesis = CLIENTS.get(protocol);
        assertLost(put(kinesis, 2));
        assertThat(events.recordCount()).isZero();
        assertThat(put(kinesis, 2).join().failedRecordCount()).isZero();
        assertThat(events.recordCount()).isEqualTo(2);
        Call cut = aws.calls().recent().get(0);
        assertThat(cut.failed()).isTrue();
        assertThat(cut.status()).isZero();
        assertThat(cut.errorCode()).isEqualTo("ConnectionCut");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void cutsTheConnectionAfterTheRecordsAreStored(Protocol protocol) {
        aws.faults().on("PutRecords").times(1).afterStoring().cutConnection();
        KinesisAsyncClient kinesis = CLIENTS.get(protocol);
        assertLost(put(kinesis, 2));
        assertThat(events.recordCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void truncatesTheAnswer(Protocol protocol) {
        aws.faults().on("PutRecords").times(1).truncateAnswer();
        KinesisAsyncClient kinesis = CLIENTS.get(protocol);
        assertLost(put(kinesis, 2));
        assertThat(events.recordCount()).isEqualTo(2);
        assertThat(put(kinesis, 2).join().records()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void neverAnswersACallThatItDidNotCarryOut(Protocol protocol) throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        aws.faults().on("PutRecords").run(arrived::countDown);
        aws.faults().on("PutRecords").times(1).neverAnswer();
        KinesisAsyncClient kinesis = CLIENTS.get(protocol);
        CompletableFuture<PutRecordsResponse> silent = put(kinesis, 2);
        assertThat(arrived.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(put(kinesis, 1).join().failedRecordCount()).isZero();

        assertThat(silent).isNotDone();
        assertThat(events.recordCount()).isEqualTo(1);
    }

    @Test
    void neverAnswersACallThatItCarriedOut() {
        aws.faults().on("PutRecords").times(1).afterStoring().neverAnswer();
        KinesisAsyncClient kinesis = CLIENTS.get(Protocol.HTTP2);
        CompletableFuture<PutRecordsResponse> silent = put(kinesis, 2);
        events.awaitRecords(2, PATIENCE);
        assertThat(put(kinesis, 1).join().failedRecordCount()).isZero();

        assertThat(silent).isNotDone();
        assertThat(events.recordCount()).isEqualTo(3);
    }

    @Test
    void failsACallAfterItsRecordsAreStored() {
        aws.faults().on("PutRecords").times(1).afterStoring().fail("InternalFailure");
        KinesisAsyncClient kinesis = CLIENTS.get(Protocol.HTTP2);
        assertFails(put(kinesis, 2)).havingCause().isInstanceOfSatisfying(KinesisException.class, e -> assertThat(
                        e.statusCode())
                .isEqualTo(500));
        assertThat(events.recordCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void answersWithAPageOfAProxy(int status) {
        aws.faults().on("PutRecords").times(1).htmlPage(status);
        KinesisAsyncClient kinesis = CLIENTS.get(Protocol.HTTP1_1);
        assertFails(put(kinesis, 1)).havingCause().isInstanceOfSatisfying(KinesisException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.requestId()).isNull();
        });
        assertThat(events.recordCount()).isZero();
    }

    @Test
    void answersWithAPageThatLooksLikeSuccess() {
        aws.faults().on("PutRecords").times(1).htmlPage(200);
        KinesisAsyncClient kinesis = CLIENTS.get(Protocol.HTTP2);
        assertFails(put(kinesis, 1)).withCauseInstanceOf(SdkClientException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, -3, -1, 1, 2})
    void answersWithTheWrongNumberOfResults(int difference) {
        aws.createDeliveryStream("lake");
        aws.faults().on("*").changeResultCount(difference);
        KinesisAsyncClient kinesis = CLIENTS.get(Protocol.HTTP2);
        try (FirehoseClient firehose = AwsClients.firehose(aws)) {
            assertThat(put(kinesis, 3).join().records()).hasSize(Math.max(0, 3 + difference));
            assertThat(events.recordCount()).isEqualTo(3);

            Record record =
                    Record.builder().data(SdkBytes.fromUtf8String("x\n")).build();
            assertThat(firehose.putRecordBatch(
                                    r -> r.deliveryStreamName("lake").records(Collections.nCopies(3, record)))
                            .requestResponses())
                    .hasSize(Math.max(0, 3 + difference));
            assertThat(aws.deliveryStream("lake").recordCount()).isEqualTo(3);
        }
    }

    @Test
    void refusesToRefuseRecordsAfterTheyAreStored() {
        assertThatIllegalStateException()
                .isThrownBy(() -> aws.faults().on("PutRecords").afterStoring().failRecords(1, "InternalFailure"))
                .withMessageContaining("expected afterStoring() only with fail");
    }

    private static CompletableFuture<PutRecordsResponse> put(KinesisAsyncClient kinesis, int count) {
        List<PutRecordsRequestEntry> entries = Collections.nCopies(
                count,
                PutRecordsRequestEntry.builder()
                        .partitionKey("user_1")
                        .data(SdkBytes.fromUtf8String("{}"))
                        .build());
        return kinesis.putRecords(r -> r.streamName("events").records(entries))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The SDK saw a broken connection: no answer of the service. */
    private static void assertLost(CompletableFuture<PutRecordsResponse> call) {
        assertFails(call).withCauseInstanceOf(SdkClientException.class);
    }

    private static ThrowableAssertAlternative<CompletionException> assertFails(
            CompletableFuture<PutRecordsResponse> call) {
        return assertThatExceptionOfType(CompletionException.class).isThrownBy(call::join);
    }
}
