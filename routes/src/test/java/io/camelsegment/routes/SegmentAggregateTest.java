package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.localaws.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** Camel's own AWS producers behind the aggregating step, with the answer to the sender as the proof. */
@ExtendWith(LocalAwsExtension.class)
class SegmentAggregateTest {

    private static final String SECRET = "a-secret-id";
    private static final String KINESIS = "segment-aggregate:aws2-kinesis:events?amazonKinesisClient=#kinesis";
    private static final String FIREHOSE =
            "segment-aggregate:aws2-kinesis-firehose:lake?amazonKinesisFirehoseClient=#firehose";

    private final LocalAws aws;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, String> failures = new ConcurrentHashMap<>();
    private Collector collector;

    SegmentAggregateTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void prepare() throws Exception {
        aws.reset();
        collector = new Collector();
        CamelContext context = collector.context();
        Role role = aws.createRole("segment", SECRET);
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "SECRET")));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        context.getRegistry().bind("meters", meters);
        SegmentCredentials bean = SegmentCredentials.of(context);
        context.getRegistry().bind("kinesis", bean.kinesisClient(role.arn(), SECRET, null));
        context.getRegistry().bind("firehose", bean.firehoseClient(role.arn(), SECRET, null));
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void kinesisGetsAListForEachPartitionKey(String exchange) throws Exception {
        start(exchange, KINESIS + "&lingerTime=100ms");

        assertThat(collector.send(events(20))).isEqualTo(200);

        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey)
                .containsOnly("u0", "u1", "u2")
                .hasSize(20);
        assertThat(calls("PutRecords")).isEqualTo(3);
        assertThat(calls("PutRecord")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void firehoseGetsOneListOfLines(String exchange) throws Exception {
        start(exchange, FIREHOSE + "&lingerTime=100ms");

        assertThat(collector.send(events(20))).isEqualTo(200);

        assertThat(aws.deliveryStream("lake").records())
                .hasSize(20)
                .allSatisfy(line -> assertThat(text(line)).startsWith("{").endsWith("}\n"));
        assertThat(calls("PutRecordBatch")).isOne();
    }

    @Test
    void aFullListIsSentAtOnceAndTheStopSendsTheRest() throws Exception {
        start("event", FIREHOSE + "&lingerTime=3s&batchRecords=10");
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> send(events(15)));
        aws.deliveryStream("lake").awaitRecords(10, Duration.ofSeconds(30));

        collector.close();

        assertThat(answer.get()).isEqualTo(200);
        assertThat(aws.deliveryStream("lake").records()).hasSize(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void eachRecordThatFirehoseRefusesFailsItsEventAlone(String exchange) throws Exception {
        start(exchange, FIREHOSE + "&lingerTime=100ms");
        aws.faults()
                .on("PutRecordBatch")
                .failRecords(
                        entry -> text(entry.data()).contains("\"m3\"")
                                || text(entry.data()).contains("\"m5\""),
                        "ServiceUnavailableException");

        assertThat(collector.send(events(8))).isIn(429, 503);

        assertThat(aws.deliveryStream("lake").records()).hasSize(6);
        if (exchange.equals("event")) {
            assertThat(failures.keySet()).containsExactlyInAnyOrder("m3", "m5");
            assertThat(failures.values()).allMatch(failure -> failure.contains("ServiceUnavailableException"));
        }
        aws.faults().clear();
        assertThat(collector.send(events(8))).isEqualTo(200);
        assertThat(aws.deliveryStream("lake").records()).hasSize(8);
    }

    @Test
    void aListThatKinesisRefusesFailsTheEventsOfItsPartitionKeyAlone() throws Exception {
        start("event", KINESIS + "&lingerTime=100ms");
        aws.faults().on("PutRecords").failRecords(entry -> "u1".equals(entry.partitionKey()), "InternalFailure");

        assertThat(collector.send(events(9))).isIn(429, 503);

        assertThat(failures.keySet()).containsExactlyInAnyOrder("m1", "m4", "m7");
        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey)
                .containsOnly("u0", "u2")
                .hasSize(6);
    }

    @Test
    void manyPartitionKeysKeepNoThreadButTheirOwn() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        KinesisClient slow = new KinesisClient() {
            @Override
            public PutRecordsResponse putRecords(PutRecordsRequest request) {
                threads.add(Thread.currentThread().getName());
                LockSupport.parkNanos(2_000_000);
                return PutRecordsResponse.builder().failedRecordCount(0).build();
            }

            @Override
            public String serviceName() {
                return "kinesis";
            }

            @Override
            public void close() {}
        };
        collector.context().getRegistry().bind("slow", slow);
        start("request", KINESIS.replace("#kinesis", "#slow") + "&lingerTime=100ms");

        List<CompletableFuture<Integer>> answers = IntStream.range(0, 3)
                .mapToObj(request -> CompletableFuture.supplyAsync(() -> send(IntStream.range(0, 2_000)
                        .mapToObj(i -> "{\"type\":\"page\",\"userId\":\"u" + request + "-" + i + "\"}")
                        .toArray(String[]::new))))
                .toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(200));
        assertThat(threads).isNotEmpty().allMatch(name -> name.contains("SegmentAggregate"));
    }

    @Test
    void everyOtherEndpointGetsAListOfBytes() throws Exception {
        List<Object> lists = Collections.synchronizedList(new ArrayList<>());
        collector.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:lists")
                        .process(exchange -> lists.add(exchange.getMessage().getBody()));
            }
        });
        start("event", "segment-aggregate:direct:lists?lingerTime=100ms");

        assertThat(collector.send(events(4))).isEqualTo(200);

        assertThat(lists)
                .singleElement()
                .satisfies(list -> assertThat((List<?>) list).hasSize(4).allMatch(one -> one instanceof byte[]));
    }

    @Test
    void aStreamMayBeNamedLikeItsScheme() throws Exception {
        aws.createStream("kinesis", 1);
        start("event", KINESIS.replace("events", "kinesis") + "&lingerTime=100ms");

        assertThat(collector.send(events(1))).isEqualTo(200);

        assertThat(aws.stream("kinesis").records()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void streamsOfOneNameInTwoAccountsBothGetTheEvents(String exchange) throws Exception {
        SegmentCredentials bean = SegmentCredentials.of(collector.context());
        Role other = aws.createRole("other", SECRET);
        collector.context().getRegistry().bind("other", bean.kinesisClient(other.arn(), SECRET, null));
        collector.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB&exchange=" + exchange)
                        .to(KINESIS + "&lingerTime=10ms")
                        .to(KINESIS.replace("#kinesis", "#other") + "&lingerTime=10ms");
            }
        });

        assertThat(collector.send(events(2))).isEqualTo(200);

        assertThat(aws.stream("events").records())
                .as("here both accounts have one stream")
                .hasSize(4);
    }

    @Test
    void eventsThatDoNotConsentAreSkipped() throws Exception {
        start("event", FIREHOSE + "&lingerTime=100ms");

        assertThat(collector.send("{\"type\":\"page\",\"userId\":\"u\",\"integrations\":{\"All\":false}}"))
                .isEqualTo(200);

        assertThat(aws.deliveryStream("lake").records()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "segment-aggregate:events, expected the URI of an endpoint after segment-aggregate:",
        "segment-aggregate:aws2-kinesis:events?batchRecords=501, batchRecords must be at most 500",
        "segment-aggregate:aws2-kinesis-firehose:lake?batchBytes=4194305, batchBytes must be at most 4194304",
        "segment-aggregate:aws2-kinesis:events?batchBytes=10485761, batchBytes must be at most 10485760",
    })
    void refusesOptionsThatCannotBe(String uri, String reason) {
        assertThatThrownBy(() -> collector.context().getEndpoint(uri)).hasStackTraceContaining(reason);
    }

    private void start(String exchange, String uri) throws Exception {
        collector.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class).process(SegmentAggregateTest.this::note);
                from("segment:web?writeKey=WEB&exchange=" + exchange).to(uri);
            }
        });
    }

    private void note(Exchange exchange) {
        String id = exchange.getMessage().getHeader("CamelSegmentMessageId", String.class);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        failures.put(String.valueOf(id), String.valueOf(failure));
    }

    private int send(String... events) {
        try {
            return collector.send(events);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String[] events(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u" + i % 3 + "\",\"messageId\":\"m" + i
                        + "\"}")
                .toArray(String[]::new);
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    private long calls(String action) {
        return aws.calls().of(action).calls();
    }
}
