package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.firehose.FirehoseRecordsAggregationStrategy;
import io.camelsegment.kinesis.KinesisRecordsAggregationStrategy;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.localaws.Role;
import io.camelsegment.testing.SegmentServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.processor.aggregate.AggregateController;
import org.apache.camel.processor.aggregate.DefaultAggregateController;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Camel's own AWS producers as neighbours: they send events with clients from the credentials bean. */
@ExtendWith(LocalAwsExtension.class)
class StockProducersTest {

    private static final String SECRET = "a-secret-id";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LARGE = 20_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SegmentServer server = new SegmentServer();
    private final CamelContext context = server.context();
    /** Completes what is gathered once all events are: at a timeout, a slow machine would make more batches of them. */
    private final AggregateController gathered = new DefaultAggregateController();

    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        Role role = aws.createRole("segment", SECRET);
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "SECRET")));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        SegmentCredentials bean = SegmentCredentials.of(context);
        context.getRegistry().bind("kinesis", bean.kinesisClient(role.arn(), SECRET, null));
        context.getRegistry().bind("firehose", bean.firehoseClient(role.arn(), SECRET, null));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void sendsEventsOneByOneToKinesis() throws Exception {
        aws.createStream("events", 2);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB").to("aws2-kinesis:events?amazonKinesisClient=#kinesis");
            }
        });

        sendEvents(3, 10);

        assertThat(aws.stream("events").records())
                .extracting(record -> record.partitionKey() + " " + properties(record.text()))
                .containsExactlyInAnyOrder("user0 " + json(0, 10), "user1 " + json(1, 10), "user0 " + json(2, 10));
    }

    @Test
    void sendsAggregatedEventsToKinesisWithOnePartitionKeyPerBatch() throws Exception {
        aws.createStream("events", 2);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB")
                        .aggregate(header(SegmentConstants.PARTITION_KEY), new KinesisRecordsAggregationStrategy())
                        .aggregateController(gathered)
                        .forceCompletionOnStop()
                        .to("aws2-kinesis:events?amazonKinesisClient=#kinesis");
            }
        });

        sendEvents(40, 10);
        gathered.forceCompletionOfAllGroups();

        assertThat(aws.stream("events").awaitRecords(40, PATIENCE))
                .extracting(KinesisRecord::partitionKey)
                .containsOnly("user0", "user1");
        assertThat(aws.calls().of("PutRecords").calls()).isEqualTo(2);
    }

    @Test
    void sendsAggregatedEventsToFirehoseAsLinesWithinTheLimits() throws Exception {
        aws.createDeliveryStream("lake");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB")
                        .aggregate(constant(true), new FirehoseRecordsAggregationStrategy())
                        .aggregateController(gathered)
                        .forceCompletionOnStop()
                        .to(
                                "aws2-kinesis-firehose:lake?operation=sendBatchRecord&amazonKinesisFirehoseClient=#firehose");
            }
        });

        sendEvents(600, LARGE);
        gathered.forceCompletionOfAllGroups();

        aws.deliveryStream("lake").awaitRecords(600, PATIENCE);
        assertThat(new String(aws.deliveryStream("lake").content(), StandardCharsets.UTF_8)
                        .lines()
                        .map(StockProducersTest::properties))
                .containsExactlyElementsOf(
                        IntStream.range(0, 600).mapToObj(i -> json(i, LARGE)).toList());
        assertThat(aws.calls().of("PutRecordBatch").calls()).isEqualTo(3);
    }

    /** A batch has no partition key, and is one event for no strategy. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none     | Partition key must be specified",
                "kinesis  | KinesisRecordsAggregationStrategy needs one event, but the body is a SegmentBatch; split",
                "firehose | FirehoseRecordsAggregationStrategy needs one event, but the body is a SegmentBatch; split"
            })
    void refuseABatchThatIsNotSplit(String aggregation, String reason) throws Exception {
        aws.createStream("events", 2);
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class)
                        .process(exchange ->
                                failures.add(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)));
                ProcessorDefinition<?> route = from("segment:web?writeKey=WEB&exchange=request");
                if (!aggregation.equals("none")) {
                    AggregationStrategy strategy = aggregation.equals("kinesis")
                            ? new KinesisRecordsAggregationStrategy()
                            : new FirehoseRecordsAggregationStrategy();
                    route = route.aggregate(constant(true), strategy).completionSize(1);
                }
                route.to("aws2-kinesis:events?amazonKinesisClient=#kinesis");
            }
        });

        String page = "{\"type\":\"page\",\"userId\":\"u1\"}";
        assertThat(server.post("/v1/batch", "WEB", "{\"batch\":[" + page + "," + page + "]}")
                        .statusCode())
                .isEqualTo(429);

        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                .hasStackTraceContaining(reason));
        assertThat(aws.stream("events").records()).isEmpty();
    }

    /** Posts events in batches that a request may hold; each must be answered with 200. */
    private void sendEvents(int count, int size) throws Exception {
        int batch = Math.min(count, 400_000 / (size + 100));
        for (int from = 0; from < count; from += batch) {
            String events = IntStream.range(from, Math.min(count, from + batch))
                    .mapToObj(i -> "{\"type\":\"track\",\"event\":\"Test\",\"userId\":\"user" + i % 2
                            + "\",\"properties\":" + json(i, size) + "}")
                    .collect(Collectors.joining(","));
            assertThat(server.post("/v1/batch", "WEB", "{\"batch\":[" + events + "]}")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static String properties(String event) {
        try {
            return JSON.readTree(event).path("properties").toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record is not JSON", e);
        }
    }

    private static String json(int number, int size) {
        return "{\"n\":" + number + ",\"pad\":\"" + "x".repeat(size) + "\"}";
    }
}
