package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Whoever has seen what a call did finds the call in the log. */
@ExtendWith(LocalAwsExtension.class)
class CallLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SdkBytes DATA = SdkBytes.fromUtf8String("x");

    private final LocalAws aws;

    CallLogTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void clear() {
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
    }

    static Stream<Arguments> callsThatShow() {
        return Stream.of(
                onKinesis(
                        "PutRecord",
                        kinesis -> kinesis.putRecord(
                                r -> r.streamName("events").partitionKey("k").data(DATA)),
                        aws -> aws.stream("events").awaitRecords(1, PATIENCE).size()),
                onKinesis(
                        "PutRecords",
                        kinesis -> kinesis.putRecords(r -> r.streamName("events")
                                .records(PutRecordsRequestEntry.builder()
                                        .partitionKey("k")
                                        .data(DATA)
                                        .build())),
                        aws -> aws.stream("events").recordCount()),
                onKinesis(
                        "CreateStream",
                        kinesis -> kinesis.createStream(r -> r.streamName("new").shardCount(1)),
                        aws -> aws.stream("new").shardCount()),
                onFirehose(
                        "PutRecord",
                        firehose -> firehose.putRecord(
                                r -> r.deliveryStreamName("lake").record(d -> d.data(DATA))),
                        aws -> aws.deliveryStream("lake")
                                .awaitRecords(1, PATIENCE)
                                .size()),
                onFirehose(
                        "PutRecordBatch",
                        firehose -> firehose.putRecordBatch(r -> r.deliveryStreamName("lake")
                                .records(Record.builder().data(DATA).build())),
                        aws -> aws.deliveryStream("lake").content().length),
                onFirehose(
                        "CreateDeliveryStream",
                        firehose -> firehose.createDeliveryStream(r -> r.deliveryStreamName("new")),
                        aws -> aws.defaultRegion().deliveryStreams().size() - 1),
                Arguments.of("iam:CreateRole", (Consumer<LocalAws>) CallLogTest::createRole, (ToLongFunction<LocalAws>)
                        aws -> aws.role("new").name().equals("new") ? 1 : 0));
    }

    private static Arguments onKinesis(
            String action, Consumer<KinesisClient> call, ToLongFunction<LocalAws> whatItDid) {
        Consumer<LocalAws> withClient = aws -> {
            try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
                call.accept(kinesis);
            }
        };
        return Arguments.of("kinesis:" + action, withClient, whatItDid);
    }

    private static Arguments onFirehose(
            String action, Consumer<FirehoseClient> call, ToLongFunction<LocalAws> whatItDid) {
        Consumer<LocalAws> withClient = aws -> {
            try (FirehoseClient firehose = AwsClients.firehose(aws)) {
                call.accept(firehose);
            }
        };
        return Arguments.of("firehose:" + action, withClient, whatItDid);
    }

    private static void createRole(LocalAws aws) {
        try (IamClient iam = AwsClients.iam(aws)) {
            iam.createRole(r -> r.roleName("new")
                    .assumeRolePolicyDocument("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                            + "\"Principal\":{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\"}]}"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callsThatShow")
    void hasTheCallOnceItsEffectIsSeen(String action, Consumer<LocalAws> call, ToLongFunction<LocalAws> whatItDid) {
        Reader reader = new Reader(action, whatItDid);
        aws.faults().on(action).times(1).afterStoring().run(reader::readNow);

        call.accept(aws);

        assertThat(reader.seen.join()).isEqualTo(1);
        assertThat(reader.calls.join().calls()).isEqualTo(1);
    }

    @Test
    void hasTheCallOnceItsFaultHasStruck() {
        Fault fault = aws.faults().on("PutRecord").times(1).fail("InternalFailure");
        Reader reader = new Reader("PutRecord", whatItDid -> fault.hits());
        aws.faults().on("PutRecord").times(1).run(reader::readNow);

        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            assertThatExceptionOfType(KinesisException.class)
                    .isThrownBy(() -> kinesis.putRecord(
                            r -> r.streamName("events").partitionKey("k").data(DATA)));
        }

        assertThat(reader.seen.join()).isEqualTo(1);
        assertThat(reader.calls.join().failedCalls()).isEqualTo(1);
    }

    /** Another thread that looks at what a call did, then at the log. */
    private final class Reader {
        private final CompletableFuture<Long> seen = new CompletableFuture<>();
        private final CompletableFuture<CallStatistics> calls = new CompletableFuture<>();
        private final Thread thread;

        Reader(String action, ToLongFunction<LocalAws> whatItDid) {
            thread = new Thread(() -> {
                seen.completeAsync(() -> whatItDid.applyAsLong(aws), Runnable::run);
                calls.completeAsync(() -> aws.calls().of(action), Runnable::run);
            });
        }

        /** Returns when the thread has read, or waits until it may. */
        void readNow() {
            thread.start();
            while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
        }
    }
}
