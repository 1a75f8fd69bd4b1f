package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.localaws.Call;
import io.camelsegment.localaws.CallStatistics;
import io.camelsegment.localaws.DeliveryStream;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way: real HTTP in, the real AWS SDK out, with the settings of {@link CollectorResource}. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
class DeliveryTest {

    private static final String REGISTERED =
            """
            {"userId":"user_1","event":"User Registered","properties":{"plan":"Pro Annual","account_type":"Facebook"}}""";

    @TestHTTPResource("/")
    URI app;

    @TestHTTPResource(value = "/", management = true)
    URI managed;

    LocalAws aws;

    Path deadLetters;

    private Api api;

    @BeforeEach
    void start() {
        api = new Api(app);
        aws.defaultRegion().streams().forEach(stream -> stream.clear());
        aws.defaultRegion().deliveryStreams().forEach(DeliveryStream::clear);
        aws.faults().clear();
        aws.calls().clear();
    }

    @Test
    void theDocumentedEventOfTheKinesisDestinationArrives() {
        HttpResponse<String> answer = api.post("/v1/track", "SERVER_KEY_B", REGISTERED);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"success\":true}");
        assertThat(aws.stream("events").records()).singleElement().satisfies(record -> {
            assertThat(record.partitionKey()).isEqualTo("user_1");
            assertThat(record.text())
                    .startsWith(REGISTERED.substring(0, REGISTERED.length() - 1) + ",")
                    .endsWith("}");
            assertThat(Api.json(record.text()).get("type").asText()).isEqualTo("track");
        });
        assertThat(aws.defaultRegion().deliveryStreams())
                .allSatisfy(stream -> assertThat(stream.records()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "track,    '\"event\":\"User Registered\"', new_users tracks everything",
        "track,    '\"event\":\"USER registered\"', new_users tracks everything",
        "track,    '\"event\":\"Page\"',            pages tracks everything",
        "page,     '\"name\":\"Home\"',             pages everything",
        "page,     '\"name\":\"User Registered\"',  pages everything",
        "identify, '\"traits\":{}',                 everything"
    })
    void anEventArrivesOnceAtEachStreamThatItIsMappedTo(String type, String field, String streams) {
        HttpResponse<String> answer = api.post("/v1/" + type, "WEB_KEY", "{\"userId\":\"user_1\"," + field + "}");

        assertThat(answer.statusCode()).isEqualTo(200);
        for (DeliveryStream stream : aws.defaultRegion().deliveryStreams()) {
            String content = new String(stream.content(), StandardCharsets.UTF_8);
            if (Set.of(streams.split(" ", -1)).contains(stream.name())) {
                assertThat(content).endsWith("}\n").hasLineCount(1);
                assertThat(Api.json(content).get("type").asText()).isEqualTo(type);
            } else {
                assertThat(content).isEmpty();
            }
        }
        assertThat(aws.stream("events").records()).hasSize(1);
    }

    @Test
    void theBaseRoleAssumesTheRolesOfTheDestinations() {
        aws.expireSessions();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        api.post("/v1/track", "WEB_KEY", REGISTERED).statusCode())
                .isEqualTo(200));

        assertThat(aws.calls().recent())
                .filteredOn(call -> call.action().equals("sts:AssumeRole") && !call.failed())
                .extracting(call -> call.resource() + " by " + call.principal())
                .contains(
                        "example-role by arn:aws:sts::123456789012:assumed-role/base-role/camel-segment@",
                        "lake-role by arn:aws:sts::123456789012:assumed-role/base-role/camel-segment@");
        assertThat(aws.calls().recent())
                .extracting(Call::principal)
                .contains("arn:aws:sts::874699288871:assumed-role/example-role/camel-segment@events");
    }

    @Test
    void tenThousandEventsArriveOnceEachInFullBatches() throws Exception {
        sendTenThousand();

        CallStatistics calls = aws.calls().of("PutRecords");
        assertThat(calls.meanRecords()).isGreaterThan(100);
    }

    @Test
    void tenThousandEventsArriveOnceEachAlthoughAFifthFailsAtEachCall() throws Exception {
        aws.faults().on("PutRecords").seed(1).failRecords(0.2, "ProvisionedThroughputExceededException");

        sendTenThousand();

        assertThat(aws.calls().of("PutRecords").refusedRecords()).isGreaterThan(1_000);
    }

    @Test
    void anEventThatComesAgainIsDeliveredOnce() {
        String event =
                "{\"userId\":\"user_1\",\"event\":\"Signed Up\",\"messageId\":\"again-" + System.nanoTime() + "\"}";

        assertThat(api.post("/v1/track", "SERVER_KEY_A", event).statusCode()).isEqualTo(200);
        assertThat(api.post("/v1/track", "SERVER_KEY_A", event).statusCode()).isEqualTo(200);

        assertThat(aws.stream("events").records()).hasSize(1);
    }

    /** Of four streams one is denied, so that senders repeat everything until it is mended. */
    @Test
    void aStreamThatIsDownFillsTheOthersWithNoDuplicates() {
        Fault denied = aws.faults().on("firehose:Put*").resource("pages").fail("AccessDeniedException");
        String prefix = "down-" + System.nanoTime() + "-";
        String batch = IntStream.range(0, 50)
                .mapToObj(i -> "{\"type\":\"page\",\"userId\":\"user_" + i + "\",\"messageId\":\"" + prefix + i + "\"}")
                .collect(Collectors.joining(",", "{\"batch\":[", "]}"));

        for (int i = 0; i < 5; i++) {
            assertThat(api.post("/v1/batch", "WEB_KEY", batch).statusCode()).isEqualTo(429);
        }
        denied.remove();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> api.post("/v1/batch", "WEB_KEY", batch).statusCode() == 200);

        assertThat(aws.stream("events").records()).hasSize(50);
        assertThat(aws.deliveryStream("everything").records()).hasSize(50);
        assertThat(aws.deliveryStream("pages").records()).hasSize(50);
    }

    @Test
    void aDestinationThatIsNotRequiredHoldsNoAnswerBackAndWhatItMissesIsKept() throws Exception {
        aws.faults().on("PutRecordBatch").resource("optional").times(1).fail("ResourceNotFoundException");

        assertThat(api.post("/v1/track", "MIXED_KEY", REGISTERED).statusCode()).isEqualTo(200);

        assertThat(aws.stream("events").records()).hasSize(1);
        String event = new String(aws.stream("events").records().get(0).data(), StandardCharsets.UTF_8);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(letters()).singleElement().satisfies(letter -> assertThat(letter)
                        .hasContent(event + "\n")));
        assertThat(get("/q/metrics"))
                .containsPattern("segment_destination_lost_total\\{.*destination=\"optional\".*} 0\\.0");
        assertThat(get("/q/metrics"))
                .containsPattern("segment_destination_missed_total\\{.*destination=\"optional\".*} 1\\.0");
    }

    private List<Path> letters() throws IOException {
        try (Stream<Path> files = Files.list(deadLetters)) {
            return files.toList();
        }
    }

    @Test
    void aWrongSecretIdKeepsTheEventWithItsSenderAndIsNamedInOneLogLine() throws Exception {
        List<String> lines = new ArrayList<>();
        Handler handler = collectInto(lines);
        Logger.getLogger("").addHandler(handler);
        try {
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> answer = api.post("/v1/track", "MISLED_KEY", REGISTERED);

                assertThat(answer.statusCode()).isIn(429, 503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                assertThat(answer.body()).contains("\"success\":false").doesNotContain("s3cr3t");
            }
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        assertThat(aws.stream("events").records()).isEmpty();
        assertThat(get("/q/health"))
                .containsPattern("kinesis events in us-west-2\": *\"PARKED: ")
                .doesNotContain("s3cr3t");
        assertThat(lines)
                .filteredOn(line -> line.contains("is parked"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("events", CollectorResource.LAKE_ROLE));
        assertThat(lines).noneMatch(line -> line.contains("Source misled"));
        assertThat(lines).noneMatch(line -> line.contains("s3cr3t"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/track|WEB_KEY|{\"userId\":",
                "/v1/batch|WEB_KEY|{\"batch\":[]}",
                "/v1/batch|WEB_KEY|{\"batch\":[{\"type\":\"trick\",\"userId\":\"user_1\"}]}",
                "/v1/track|WEB_KEY|{\"event\":\"no id\"}",
                "/v1/track|NO_KEY|{\"userId\":\"user_1\",\"event\":\"Signed Up\"}"
            })
    void aBadRequestIsRefusedWithAReasonAndTheNextOneIsDelivered(String request) {
        String[] parts = request.split("\\|", -1);

        HttpResponse<String> answer = api.post(parts[0], parts[1], parts[2]);

        JsonNode reason = Api.json(answer.body());
        boolean partOfABatch = reason.has("rejected");
        assertThat(answer.statusCode()).isEqualTo(partOfABatch ? 200 : 400);
        assertThat(reason.get("success").asBoolean()).isEqualTo(partOfABatch);
        JsonNode why = partOfABatch ? reason.get("rejected").get(0) : reason;
        assertThat(why.get("code").asText()).isNotBlank();
        assertThat(why.get("message").asText()).isNotBlank();
        assertThat(aws.stream("events").records()).isEmpty();
        assertThat(aws.defaultRegion().deliveryStreams())
                .allSatisfy(stream -> assertThat(stream.records()).isEmpty());
        assertThat(api.post("/v1/track", "WEB_KEY", REGISTERED).statusCode()).isEqualTo(200);
        assertThat(aws.stream("events").records()).hasSize(1);
    }

    @Test
    void metricsAndHealthHoldNoSecret() throws Exception {
        api.post("/v1/track", "WEB_KEY", REGISTERED);

        assertThat(get("/q/health")).contains("\"UP\"").contains("segment-delivery");
        assertThat(get("/q/metrics"))
                .containsPattern("segment_firehose_unmapped_total\\{.*destination=\"lake\".*} 0\\.0")
                .containsPattern("segment_records_delivered_total\\{.*service=\"kinesis\",stream=\"events\".*} [1-9]")
                .contains("segment_buffered_max_bytes");
        for (String page : List.of("/q/health", "/q/metrics")) {
            assertThat(get(page)).doesNotContain("s3cr3t").doesNotContain("_KEY");
        }
    }

    /** Those of steps and of mappings for Kinesis aside, see {@link StepMetricsTest}. */
    @Test
    void thePageListsEachMetricWithItsLabels() throws Exception {
        api.post("/v1/track", "WEB_KEY", REGISTERED);
        api.post("/v1/track", "WEB_KEY", "{}");
        api.post("/v1/track", "NO_KEY", "{");

        Map<String, Set<String>> listed = MetricsPage.listed();
        Map<String, Set<String>> exposed = MetricsPage.exposed(get("/q/metrics"));

        assertThat(listed).containsAllEntriesOf(exposed);
        assertThat(listed.keySet())
                .filteredOn(name -> !name.matches("segment_(kinesis_|transform_|plan_).*"))
                .containsExactlyInAnyOrderElementsOf(exposed.keySet());
    }

    private String get(String page) throws Exception {
        return Api.http1()
                .send(HttpRequest.newBuilder(managed.resolve(page)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Sends 10,000 events in batches of 100 over 8 connections; all answers are 200 and all events arrive once. */
    private void sendTenThousand() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<Integer>>> answers = IntStream.range(0, 8)
                    .mapToObj(sender -> senders.submit(() -> sendBatches(new Api(app), sender)))
                    .toList();
            for (Future<List<Integer>> statuses : answers) {
                assertThat(statuses.get()).containsOnly(200);
            }
        } finally {
            senders.shutdownNow();
        }
        List<KinesisRecord> records = aws.stream("events").records();
        assertThat(records).hasSize(10_000);
        assertThat(records.stream()
                        .map(record -> Api.json(record.text()).get("messageId").asText())
                        .collect(Collectors.toSet()))
                .hasSize(10_000);
    }

    /** Every eighth of the 100 batches goes over this connection. */
    private static List<Integer> sendBatches(Api api, int sender) {
        List<Integer> statuses = new ArrayList<>();
        for (int batch = sender; batch < 100; batch += 8) {
            String prefix = "m-" + System.nanoTime() + "-" + batch + "-";
            String events = IntStream.range(0, 100)
                    .mapToObj(i -> "{\"type\":\"track\",\"event\":\"Clicked\",\"userId\":\"user_" + i
                            + "\",\"messageId\":\"" + prefix + i + "\"}")
                    .collect(Collectors.joining(",", "{\"batch\":[", "]}"));
            statuses.add(api.post("/v1/batch", "SERVER_KEY_A", events).statusCode());
        }
        return statuses;
    }

    private static Handler collectInto(List<String> lines) {
        return new Handler() {
            @Override
            public synchronized void publish(LogRecord record) {
                lines.add(new SimpleFormatter().formatMessage(record) + record.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
