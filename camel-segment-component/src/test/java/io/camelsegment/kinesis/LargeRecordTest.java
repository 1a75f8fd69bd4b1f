package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.RecordTooLargeException;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Events above 1 MiB, which a stream takes only when it is set to. */
@Execution(ExecutionMode.CONCURRENT)
class LargeRecordTest {

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private static final int MIB = 1 << 20;
    /** Of no other test, so that its lines in the log are known. */
    private static final String STREAM = "large";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;
    private KinesisStream stream;
    private AsyncProducer producer;

    @BeforeEach
    void start(LocalAws localAws) throws Exception {
        aws = localAws;
        stream = aws.createStream(STREAM, 2);
        context.start();
        producer = context.getEndpoint("segment-kinesis:" + STREAM + "?accessKey=A&secretKey=S&batchWhenIdle=true"
                        + "&uriEndpointOverride=" + aws.endpoint())
                .createAsyncProducer();
        context.addService(producer);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** Sends events of these sizes, keys included, side by side. Returns how they failed, null for delivered ones. */
    private List<Exception> send(int... sizes) throws Exception {
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int size : sizes) {
            CompletableFuture<Exchange> future = new CompletableFuture<>();
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withBody(new byte[size - 1])
                    .withHeader(SegmentKinesisConstants.PARTITION_KEY, String.valueOf(sent.size()))
                    .build();
            producer.process(exchange, doneSync -> future.complete(exchange));
            sent.add(future);
        }
        List<Exception> failures = new ArrayList<>();
        for (CompletableFuture<Exchange> future : sent) {
            failures.add(future.get(30, TimeUnit.SECONDS).getException());
        }
        return failures;
    }

    private List<Integer> arrived() {
        return stream.records().stream().map(record -> record.data().length + 1).toList();
    }

    @Test
    void deliversWhatTheStreamIsSetToTakeAndFailsALargerEventAlone() throws Exception {
        stream.maxRecordSizeInKiB(3 * 1024);

        List<Exception> failures = send(100, 3 * MIB + 1, 200, 3 * MIB, 300);

        assertThat(failures).extracting(failure -> failure == null).containsExactly(true, false, true, true, true);
        assertThat(failures.get(1))
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessage("Kinesis stream large: record is 3145729 bytes, the limit is 3145728");
        assertThat(arrived()).containsExactlyInAnyOrder(100, 200, 3 * MIB, 300);
    }

    @Test
    void deliversTheLargestRecordAlthoughItIsLargerThanABatch() throws Exception {
        stream.maxRecordSizeInKiB(10 * 1024);

        assertThat(send(100, 10 * MIB, 100)).containsOnlyNulls();

        assertThat(arrived()).containsExactlyInAnyOrder(100, 10 * MIB, 100);
    }

    @Test
    void othersDoNotWaitForTheLimit() throws Exception {
        stream.maxRecordSizeInKiB(3 * 1024);
        CompletableFuture<Void> othersStored = new CompletableFuture<>();
        aws.faults().on("DescribeStreamSummary").holdUntil(othersStored);
        aws.faults().on("PutRecords").afterStoring().run(() -> {
            if (stream.recordCount() == 2) {
                othersStored.complete(null);
            }
        });

        assertThat(send(100, 2 * MIB, 200)).containsOnlyNulls();

        assertThat(arrived()).containsExactly(100, 200, 2 * MIB);
    }

    @Test
    void doesNotAskForTheLimitWhileEventsAreOfUsualSize() throws Exception {
        assertThat(send(100, MIB, 100)).containsOnlyNulls();

        assertThat(aws.calls().of("DescribeStreamSummary").calls()).isZero();
    }

    @Test
    void followsALimitThatIsRaised() throws Exception {
        assertThat(send(2 * MIB).get(0)).hasMessageContaining("record is 2097152 bytes, the limit is 1048576");
        stream.maxRecordSizeInKiB(2 * 1024);

        await().atMost(Duration.ofMinutes(1)).until(() -> send(2 * MIB).get(0) == null);

        assertThat(arrived()).containsExactly(2 * MIB);
    }

    @Test
    void followsALimitThatIsLowered() throws Exception {
        stream.maxRecordSizeInKiB(3 * 1024);
        assertThat(send(3 * MIB)).containsOnlyNulls();
        stream.maxRecordSizeInKiB(2 * 1024);

        List<Exception> failures = send(100, 3 * MIB, 200);

        assertThat(failures.get(1)).hasMessageContaining("record is 3145728 bytes, the limit is 2097152");
        assertThat(arrived()).containsExactlyInAnyOrder(3 * MIB, 100, 200);
    }

    @Test
    void assumesOneMibWhereTheLimitMayNotBeReadAndSaysSoOnce() throws Exception {
        stream.maxRecordSizeInKiB(3 * 1024);
        aws.faults().on("DescribeStreamSummary").fail("AccessDeniedException");

        List<String> log = CapturedLog.of(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(send(2 * MIB, 100).get(0)).isInstanceOf(RecordTooLargeException.class);
            }
        });

        assertThat(arrived()).containsExactly(100, 100, 100);
        assertThat(log.stream()
                        .filter(line -> line.contains("allow kinesis:DescribeStreamSummary") && line.contains(STREAM)))
                .hasSize(1);
    }
}
