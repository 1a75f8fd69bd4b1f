package io.camelsegment.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.SegmentBatch;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.SegmentComponent;
import io.camelsegment.tracking.SegmentExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Senders that repeat what was not answered with 200, as every SDK does, over real HTTP and with the real AWS SDK. */
@Execution(ExecutionMode.CONCURRENT)
@ParameterizedClass
@EnumSource
class ResendTest {

    @Parameter
    SegmentExchange exchange;

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<SegmentServer> servers = new ArrayList<>();
    private final MemoryIdempotentRepository shared = new MemoryIdempotentRepository();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.createStream("events", 2);
        aws.createDeliveryStream("lake");
    }

    @AfterEach
    void stop() {
        servers.forEach(SegmentServer::close);
    }

    @Test
    void aDestinationThatIsDownFillsTheHealthyOneWithNoDuplicates() throws Exception {
        SegmentServer server =
                serve(component -> {}, route -> route.to(kinesis("us-west-2")).to(firehose()));
        Fault denied = aws.faults().on("firehose:Put*").fail("AccessDeniedException");
        List<String> batches =
                IntStream.range(0, 10).mapToObj(i -> batch(i * 100, 100)).toList();

        for (int round = 0; round < 5; round++) {
            for (String batch : batches) {
                assertThat(send(server, batch)).isEqualTo(429);
            }
        }
        assertThat(arrivedInKinesis()).hasSize(1_000);
        assertThat(meters.get("segment.resends.avoided")
                        .tags("stream", "events")
                        .functionCounter()
                        .count())
                .isEqualTo(4_000);
        denied.remove();
        for (String batch : batches) {
            await().atMost(PATIENCE).until(() -> send(server, batch) == 200);
        }

        assertThat(arrivedInKinesis()).containsExactlyInAnyOrderElementsOf(ids(1_000));
        assertThat(arrivedInFirehose()).containsExactlyInAnyOrderElementsOf(ids(1_000));
    }

    @Test
    void readersSeeNothingOfARequestThatFailedInPart() throws Exception {
        SegmentServer server = serve(component -> {}, route -> route.to(kinesis("us-west-2")));
        Fault fault = aws.faults()
                .on("PutRecords")
                .failRecords(entry -> entry.partitionKey().endsWith("7"), "ValidationException");

        assertThat(send(server, batch(0, 100))).isEqualTo(429);
        assertThat(arrivedInKinesis()).hasSize(90);
        fault.remove();
        assertThat(send(server, batch(0, 100))).isEqualTo(200);

        assertThat(arrivedInKinesis()).containsExactlyInAnyOrderElementsOf(ids(100));
    }

    @Test
    void whatArrivedAfterTheSenderHadGoneArrivesOnce() throws Exception {
        SegmentServer server = serve(this::share, route -> route.to(kinesis("us-west-2")));
        aws.faults().on("PutRecords").times(1).delay(Duration.ofMillis(300));
        String body = batch(0, 10);

        try (RawHttp connection = new RawHttp(server.uri("/"))) {
            connection
                    .head("POST /v1/batch HTTP/1.1\nHost: localhost\nAuthorization: " + SegmentServer.basic("WEB:")
                            + "\nContent-Length: " + body.length())
                    .body(body.getBytes(StandardCharsets.UTF_8));
        }
        await().atMost(PATIENCE).until(() -> shared.getCacheSize() == 10);

        assertThat(send(server, body)).isEqualTo(200);
        assertThat(arrivedInKinesis()).containsExactlyInAnyOrderElementsOf(ids(10));
    }

    @Test
    void instancesThatShareARepositoryActAsOne() throws Exception {
        SegmentServer first =
                serve(this::share, route -> route.to(kinesis("us-west-2")).to(firehose()));
        SegmentServer second =
                serve(this::share, route -> route.to(kinesis("us-west-2")).to(firehose()));
        aws.faults().on("PutRecordBatch").times(1).fail("ResourceNotFoundException");

        assertThat(send(first, batch(0, 10))).isEqualTo(429);
        assertThat(send(second, batch(0, 10))).isEqualTo(200);

        assertThat(arrivedInKinesis()).containsExactlyInAnyOrderElementsOf(ids(10));
        assertThat(arrivedInFirehose()).containsExactlyInAnyOrderElementsOf(ids(10));
    }

    @Test
    void remembersNothingOfWhatWasAcknowledged() throws Exception {
        SegmentServer server = serve(this::share, route -> route.to(kinesis("us-west-2")));

        assertThat(send(server, batch(0, 10))).isEqualTo(200);
        assertThat(send(server, batch(0, 10))).isEqualTo(200);

        assertThat(shared.getCacheSize()).isZero();
        assertThat(arrivedInKinesis()).hasSize(20);
    }

    /** With HTTP/2 a stream is closed after each answer, which is not a sender that goes away. */
    @Test
    void remembersNothingOfWhatWasAcknowledgedByHttp2() throws Exception {
        SegmentServer server = serve(this::share, route -> route.to(kinesis("us-west-2")));
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest request = server.request("/v1/batch", "WEB")
                .POST(HttpRequest.BodyPublishers.ofString(batch(0, 10)))
                .build();

        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(200);
        }

        assertThat(shared.getCacheSize()).isZero();
        assertThat(arrivedInKinesis()).hasSize(200);
    }

    @Test
    void tellsStreamsOfOneNameApart() throws Exception {
        aws.region("eu-west-1").createStream("events", 1);
        SegmentServer server = serve(
                component -> {},
                route -> route.to(kinesis("us-west-2")).to(firehose()).to(kinesis("eu-west-1")));
        aws.faults().on("PutRecordBatch").times(1).fail("ResourceNotFoundException");

        assertThat(send(server, batch(0, 10))).isEqualTo(429);
        await().atMost(PATIENCE).until(() -> send(server, batch(0, 10)) == 200);

        assertThat(arrivedInKinesis()).containsExactlyInAnyOrderElementsOf(ids(10));
        assertThat(aws.region("eu-west-1").stream("events").records()).hasSize(10);
    }

    @Test
    void takesWhatTheRouteMadeOfAnEventForAnotherRecord() throws Exception {
        SegmentServer server = serve(component -> {}, route -> route.to(kinesis("us-west-2"))
                .setBody()
                .simple("[${bodyAs(String)}]")
                .to(kinesis("us-west-2"))
                .to(firehose()));
        aws.faults().on("PutRecordBatch").times(1).fail("ResourceNotFoundException");

        assertThat(send(server, batch(0, 1))).isEqualTo(429);
        await().atMost(PATIENCE).until(() -> send(server, batch(0, 1)) == 200);

        assertThat(aws.stream("events").records())
                .filteredOn(record -> record.text().startsWith("{"))
                .hasSize(1);
        assertThat(aws.stream("events").records())
                .filteredOn(record -> record.text().startsWith("["))
                .hasSizeGreaterThan(1);
    }

    /** Two records of each event, of which a fault concerns the one with this number. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sendsAllPartsOfAnEventAgainOfWhichOneFailed(int failing) throws Exception {
        SegmentServer server = serve(component -> {}, this::splitsInTwo);
        Fault fault = aws.faults()
                .on("PutRecords")
                .failRecords(
                        entry -> part(new String(entry.data(), StandardCharsets.UTF_8))
                                .equals("m1-" + failing),
                        "ValidationException");

        assertThat(send(server, batch(0, 3))).isEqualTo(429);
        fault.remove();
        assertThat(send(server, batch(0, 3))).isEqualTo(200);

        assertThat(partsInKinesis()).contains("m0-1", "m0-2", "m1-1", "m1-2", "m2-1", "m2-2");
    }

    @Test
    void sendsPartsOnceThatAllArrived() throws Exception {
        SegmentServer server = serve(component -> {}, route -> {
            splitsInTwo(route);
            route.to(firehose());
        });
        aws.faults().on("PutRecordBatch").times(1).fail("ResourceNotFoundException");

        assertThat(send(server, batch(0, 1))).isEqualTo(429);
        await().atMost(PATIENCE).until(() -> send(server, batch(0, 1)) == 200);

        assertThat(partsInKinesis()).containsExactlyInAnyOrder("m0-1", "m0-2");
    }

    @Test
    void remembersAnEventThatArrivesAtTheRedeliveryOfItsRoute() throws Exception {
        SegmentServer server = serve(component -> {}, route -> route.errorHandler(new DefaultErrorHandlerDefinition()
                        .maximumRedeliveries(1)
                        .redeliveryDelay(0))
                .to(kinesis("us-west-2"))
                .to(firehose()));
        aws.faults().on("PutRecords").times(1).fail("ValidationException");
        Fault denied = aws.faults().on("PutRecordBatch").fail("ResourceNotFoundException");

        assertThat(send(server, batch(0, 1))).isEqualTo(429);
        denied.remove();
        await().atMost(PATIENCE).until(() -> send(server, batch(0, 1)) == 200);

        assertThat(arrivedInKinesis()).containsExactly("m0");
    }

    @Test
    void doublesNoEventThatTheRouteBringsBackAfterAnotherBody() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        SegmentServer server = serve(component -> {}, route -> route.setProperty("event")
                .body()
                .setBody()
                .constant("another")
                .setBody()
                .exchangeProperty("event")
                .to(kinesis("us-west-2"))
                .process(exchange -> {
                    if (failed.compareAndSet(false, true)) {
                        throw new IllegalStateException("down for a moment");
                    }
                }));

        assertThat(send(server, batch(0, 1))).isEqualTo(429);
        assertThat(send(server, batch(0, 1))).isEqualTo(200);

        assertThat(arrivedInKinesis()).containsExactly("m0");
    }

    @Test
    void aRepositoryThatIsOutOfReachCostsDuplicatesAndNoAnswer() throws Exception {
        MemoryIdempotentRepository broken = new MemoryIdempotentRepository() {
            @Override
            public boolean add(String key) {
                throw new IllegalStateException("out of reach");
            }

            @Override
            public boolean contains(String key) {
                throw new IllegalStateException("out of reach");
            }
        };
        SegmentServer server =
                serve(component -> component.setResendRepository(broken), route -> route.to(kinesis("us-west-2"))
                        .to(firehose()));
        aws.faults().on("PutRecordBatch").times(1).fail("ResourceNotFoundException");

        assertThat(send(server, batch(0, 10))).isEqualTo(429);
        await().atMost(PATIENCE).until(() -> send(server, batch(0, 10)) == 200);

        assertThat(arrivedInFirehose()).containsAll(ids(10));
        assertThat(arrivedInKinesis()).hasSizeGreaterThan(10);
    }

    @Test
    void remembersNothingWhenTheMemoryIsSwitchedOff() throws Exception {
        SegmentServer server =
                serve(component -> component.setResendMemory(Duration.ZERO), route -> route.to(kinesis("us-west-2"))
                        .to(firehose()));
        aws.faults().on("PutRecordBatch").times(1).fail("ResourceNotFoundException");

        assertThat(send(server, batch(0, 10))).isEqualTo(429);
        await().atMost(PATIENCE).until(() -> send(server, batch(0, 10)) == 200);

        assertThat(arrivedInKinesis()).hasSizeGreaterThan(10);
    }

    private void splitsInTwo(RouteDefinition route) {
        String kinesis = kinesis("us-west-2");
        if (exchange == SegmentExchange.REQUEST) {
            route.process(exchange -> {
                        SegmentBatch batch = exchange.getMessage().getBody(SegmentBatch.class);
                        List<SegmentEvent> parts = new ArrayList<>();
                        batch.forEach(event -> parts.addAll(List.of(part(event, 1), part(event, 2))));
                        exchange.getMessage().setBody(new SegmentBatch(parts));
                    })
                    .to(kinesis);
            return;
        }
        for (int number : new int[] {1, 2}) {
            route.setProperty("event" + number)
                    .body()
                    .process(exchange -> exchange.getMessage()
                            .setBody(part(exchange.getMessage().getBody(SegmentEvent.class), number)))
                    .to(kinesis)
                    .setBody()
                    .exchangeProperty("event" + number);
        }
    }

    private static SegmentEvent part(SegmentEvent event, int number) {
        return event.with("properties.part", number);
    }

    private static String part(String json) {
        try {
            JsonNode event = JSON.readTree(json);
            return event.get("messageId").asText() + "-"
                    + event.at("/properties/part").asInt();
        } catch (JsonProcessingException e) {
            throw new AssertionError("expected JSON, but was " + json, e);
        }
    }

    private List<String> partsInKinesis() {
        return aws.stream("events").records().stream()
                .map(record -> part(record.text()))
                .toList();
    }

    private void share(SegmentComponent component) {
        component.setResendRepository(shared);
    }

    private SegmentServer serve(Consumer<SegmentComponent> settings, Consumer<RouteDefinition> steps) {
        SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                SegmentComponent component = new SegmentComponent(getContext());
                settings.accept(component);
                getContext().getRegistry().bind("meters", meters);
                getContext().addComponent("segment", component);
                steps.accept(from("segment:web?writeKey=WEB&exchange=" + exchange));
            }
        });
        servers.add(server);
        return server;
    }

    private String kinesis(String region) {
        return "segment-kinesis:events?region=" + region + "&" + access();
    }

    private String firehose() {
        return "segment-firehose:lake?" + access();
    }

    private String access() {
        return "accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride=" + aws.endpoint();
    }

    private static int send(SegmentServer server, String batch) throws Exception {
        return server.post("/v1/batch", "WEB", batch).statusCode();
    }

    private static String batch(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> "{\"type\":\"track\",\"event\":\"Clicked\",\"userId\":\"u" + i + "\",\"messageId\":\"m"
                        + i + "\"}")
                .collect(Collectors.joining(",", "{\"batch\":[", "]}"));
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    private List<String> arrivedInKinesis() {
        return aws.stream("events").records().stream()
                .map(record -> id(record.text()))
                .toList();
    }

    private List<String> arrivedInFirehose() {
        return new String(aws.deliveryStream("lake").content(), StandardCharsets.UTF_8)
                .lines()
                .map(ResendTest::id)
                .toList();
    }

    private static String id(String json) {
        try {
            return JSON.readTree(json).get("messageId").asText();
        } catch (JsonProcessingException e) {
            throw new AssertionError("expected JSON, but was " + json, e);
        }
    }
}
