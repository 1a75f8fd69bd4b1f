package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The routes of the documentation: what a stream does not accept goes to files, and from there to the stream when it is
 * mended.
 */
@Execution(ExecutionMode.CONCURRENT)
class DeadLettersTest {

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final SegmentServer server = new SegmentServer();
    private final CamelContext context = server.context();
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.createStream("events", 1);
        aws.createDeliveryStream("events");
        context.getPropertiesComponent().addInitialProperty("write-key", "WEB");
        context.getPropertiesComponent().addInitialProperty("dead-letters", directory.toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"kinesis,java", "kinesis,yaml", "firehose,java", "firehose,yaml"})
    void areReplayedAsTheyWouldHaveBeenDelivered(String service, String dsl) throws Exception {
        String sink = "segment-" + service + ":events?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride="
                + aws.endpoint();
        context.getPropertiesComponent().addInitialProperty("sink", sink);
        if (dsl.equals("java")) {
            context.addRoutes(javaRoutes());
        } else {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("routes.camel.yaml", YAML));
        }
        List<String> events = List.of(
                "{\"type\":\"track\",\"event\":\"a\",\"userId\":\"../../u1\",\"messageId\":\"../m1\",\"n\":1.10,\"big\":12345678901234567890}",
                "{\"type\":\"track\",\"event\":\"b\",\"sessionId\":\"s1\",\"anonymousId\":null,\"userId\":7,\"messageId\":\"m2\",\n \"x\": \"\\u00e9\"}",
                "{\"type\":\"page\",\"anonymousId\":\"a1\",\"messageId\":\"m3\",\"context\":{\"ip\":\"192.0.2.1\"},\"timestamp\":\"2026-01-02T03:04:05Z\"}");
        for (String event : events) {
            assertThat(post(event)).isEqualTo(200);
        }
        List<String> delivered = arrived(service);
        aws.faults().on("*").fail("AccessDeniedException");
        clear();
        for (String event : events) {
            assertThat(post(event)).isEqualTo(200);
        }
        List<byte[]> letters = letters();
        assertThat(letters).hasSize(3);

        aws.faults().clear();
        context.getRouteController().startRoute("replay");
        await().atMost(PATIENCE).until(() -> arrived(service).size() == 3);

        assertThat(withoutTimes(arrived(service))).containsExactlyInAnyOrderElementsOf(withoutTimes(delivered));
        assertThat(content(service)).containsExactlyInAnyOrderElementsOf(linesOf(service, letters));
        await().atMost(PATIENCE).until(() -> letterFiles().isEmpty());
    }

    @Test
    void stayWhenTheStreamIsNotMended() throws Exception {
        context.getPropertiesComponent()
                .addInitialProperty(
                        "sink",
                        "segment-kinesis:events?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride="
                                + aws.endpoint());
        context.addRoutes(javaRoutes());
        Fault denied = aws.faults().on("*").fail("AccessDeniedException");
        assertThat(post("{\"type\":\"page\",\"userId\":\"u1\"}")).isEqualTo(200);

        context.getRouteController().startRoute("replay");
        await().atMost(PATIENCE).until(() -> denied.hits() > 1);
        assertThat(letterFiles()).hasSize(1);
        denied.remove();
        await().atMost(PATIENCE).until(() -> arrived("kinesis").size() == 1);
    }

    @Test
    void ofABatchAreLinesOfAFile() throws Exception {
        String sink =
                "segment-kinesis:events?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride=" + aws.endpoint();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey={{write-key}}&exchange=request")
                        .errorHandler(
                                deadLetterChannel("file:{{dead-letters}}?fileName=${exchangeId}.jsonl&tempPrefix=."))
                        .to(sink);

                from("file:{{dead-letters}}?delete=true")
                        .routeId("replay")
                        .autoStartup(false)
                        .errorHandler(noErrorHandler())
                        .split(body().tokenize("\n"))
                        .parallelProcessing()
                        .convertBodyTo(byte[].class)
                        .convertBodyTo(SegmentEvent.class)
                        .to(sink);
            }
        });
        Fault denied = aws.faults().on("*").fail("AccessDeniedException");
        assertThat(post("{\"type\":\"page\",\"userId\":\"u1\",\n\"messageId\":\"m1\"},"
                        + "{\"type\":\"page\",\"userId\":\"u2\",\"messageId\":\"m2\"}"))
                .isEqualTo(200);
        assertThat(letters()).singleElement().satisfies(letter -> assertThat(
                        new String(letter, StandardCharsets.UTF_8).lines())
                .hasSize(2));

        denied.remove();
        context.getRouteController().startRoute("replay");
        await().atMost(PATIENCE).until(() -> letterFiles().isEmpty());

        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey)
                .contains("u1", "u2"); // one perhaps twice: the stream takes a trial before it takes all again
    }

    private RouteBuilder javaRoutes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey={{write-key}}")
                        .routeId("web")
                        .errorHandler(
                                deadLetterChannel("file:{{dead-letters}}?fileName=${exchangeId}.json&tempPrefix=."))
                        .to("{{sink}}");

                from("file:{{dead-letters}}?delete=true")
                        .routeId("replay")
                        .autoStartup(false)
                        .errorHandler(noErrorHandler())
                        .convertBodyTo(byte[].class)
                        .convertBodyTo(SegmentEvent.class)
                        .to("{{sink}}");
            }
        };
    }

    private static final String YAML =
            """
            - route:
                id: web
                errorHandler:
                  deadLetterChannel:
                    deadLetterUri: "file:{{dead-letters}}?fileName=${exchangeId}.json&tempPrefix=."
                from:
                  uri: segment:web
                  parameters:
                    writeKey: "{{write-key}}"
                  steps:
                    - to:
                        uri: "{{sink}}"
            - route:
                id: replay
                autoStartup: false
                errorHandler:
                  noErrorHandler: {}
                from:
                  uri: "file:{{dead-letters}}"
                  parameters:
                    delete: true
                  steps:
                    - convertBodyTo:
                        type: byte[]
                    - convertBodyTo:
                        type: io.camelsegment.event.SegmentEvent
                    - to:
                        uri: "{{sink}}"
            """;

    private int post(String event) throws Exception {
        return server.post("/v1/batch", "WEB", "{\"batch\":[" + event + "]}").statusCode();
    }

    private List<byte[]> letters() throws IOException {
        return letterFiles().stream().map(DeadLettersTest::read).toList();
    }

    private List<Path> letterFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void clear() {
        aws.stream("events").clear();
        aws.deliveryStream("events").clear();
    }

    /** Returns the records, those of Kinesis with their partition keys. */
    private List<String> arrived(String service) {
        return service.equals("kinesis")
                ? aws.stream("events").records().stream()
                        .map(record -> record.partitionKey() + " " + record.text())
                        .toList()
                : content(service);
    }

    private List<String> content(String service) {
        return service.equals("kinesis")
                ? aws.stream("events").records().stream()
                        .map(KinesisRecord::text)
                        .toList()
                : aws.deliveryStream("events").records().stream()
                        .map(record -> new String(record, StandardCharsets.UTF_8))
                        .toList();
    }

    /** Returns what the service is to hold of these events. */
    private static List<String> linesOf(String service, List<byte[]> letters) {
        return letters.stream()
                .map(letter -> new String(letter, StandardCharsets.UTF_8))
                .map(json -> service.equals("kinesis") ? json : json.replace('\n', ' ') + "\n")
                .toList();
    }

    private static List<String> withoutTimes(List<String> records) {
        return records.stream()
                .map(record -> record.replaceAll("\"(receivedAt|timestamp)\":\"[^\"]*\"", "\"$1\":\"\""))
                .toList();
    }
}
