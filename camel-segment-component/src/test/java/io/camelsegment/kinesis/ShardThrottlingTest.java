package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.CallStatistics;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.OwnJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A stream with the limits of AWS's shards, which is offered several times as much; answers take 20 ms as AWS's do. */
@ExtendWith(LocalAwsExtension.class)
@OwnJvm("bounds what is refused while the sender finds its rate, which takes longer beside other tests")
class ShardThrottlingTest {

    /** Of no other test, so that its lines in the log are known. */
    private static final String STREAM = "hot";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<String> sent = new ArrayList<>();
    private LocalAws aws;
    private ProducerTemplate template;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.faults().on("PutRecords").delay(Duration.ofMillis(20));
        aws.faults().on("PutRecords").throttleShards();
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void send(int count, int bytes) throws Exception {
        List<CompletableFuture<Exchange>> underWay = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String body = sent.size() + "x".repeat(bytes);
            sent.add(body);
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withBody(body)
                    .withHeader(SegmentKinesisConstants.PARTITION_KEY, "user" + i % 200)
                    .build();
            underWay.add(template.asyncSend(
                    "segment-kinesis:" + STREAM
                            + "?accessKey=AKIDTEST&secretKey=SECRETTEST&deliveryTimeout=60s&uriEndpointOverride="
                            + aws.endpoint(),
                    exchange));
        }
        for (CompletableFuture<Exchange> exchange : underWay) {
            assertThat(exchange.get(90, TimeUnit.SECONDS).getException()).isNull();
        }
    }

    /** The first second's worth is spent at once; the rest takes its time. */
    @Test
    void deliversAllAndWithFewRefusalsWhenRecordsAreTooMany() throws Exception {
        KinesisStream stream = aws.createStream(STREAM, 2);

        List<String> log = CapturedLog.of(() -> send(6_000, 10));

        assertThat(log.stream()
                        .filter(line -> line.contains("WARN") && line.contains(" throttled ") && line.contains(STREAM)))
                .first()
                .asString()
                .contains("Kinesis stream " + STREAM + ": shard shardId-")
                .contains("useMessageId=true");
        CallStatistics calls = aws.calls().of("PutRecords");
        assertThat(calls.refusedRecords()).as("less than once a record").isBetween(1L, 5_999L);
        assertArrivedOnce(stream);

        aws.faults().clear();
        send(4_000, 10);
        assertThat(aws.calls().of("PutRecords").refusedRecords()).isEqualTo(calls.refusedRecords());
        assertArrivedOnce(stream);
    }

    @Test
    void deliversAllWhenBytesAreTooMany() throws Exception {
        KinesisStream stream = aws.createStream(STREAM, 2);

        send(600, 10_000);

        assertThat(aws.calls().of("PutRecords").refusedRecords()).isBetween(1L, 1_500L);
        assertArrivedOnce(stream);
    }

    private void assertArrivedOnce(KinesisStream stream) {
        assertThat(stream.records()).extracting(KinesisRecord::text).containsExactlyInAnyOrderElementsOf(sent);
    }
}
