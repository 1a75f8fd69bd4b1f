package io.camelsegment.runtimes;

import static io.camelsegment.routes.SegmentDsl.fanOut;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static io.camelsegment.routes.Transforms.hash;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One pipeline does the same whether it is written in Java, in YAML, with Kamelets, with route templates or in the
 * app's settings, and in whatever runtime its files are loaded.
 */
class RoutesContractIT {

    private static final Path FACES = Path.of("../../routes/src/test/resources/routes");
    private static final String TEMPLATES = "classpath:camel-segment/templates.camel.yaml";
    private static final String DEAD_LETTERS = "classpath:camel-segment/dead-letters.camel.yaml";
    private static final String SECRET = "a-secret-id";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final String SETTINGS =
            """
            segment:
              sources:
                site:
                  write-key: SITE
                  transform:
                    - hash: { path: traits.email, salt: "${pepper}" }
              aws: { endpoint-override: %s }
              dead-letters: "%s"
              destinations:
                events:
                  type: kinesis
                  stream-name: events
                  role-address: "${role}"
                  secret-id: "${secret.id}"
                lake:
                  type: firehose
                  delivery-timeout: 2s
                  map:
                    "User Registered": new_users
                    page: pages
                    "*": everything
            """;

    @TempDir
    Path directory;

    private final LocalAws aws = LocalAws.start();
    private final Map<String, String> properties = new TreeMap<>();

    static final class Web extends RouteBuilder {

        @Override
        public void configure() {
            from(segment("web").writeKey("{{web.key}}").exchange("{{mode}}"))
                    .process(hash("traits.email").salt("{{pepper}}"))
                    .to(fanOut(
                            segmentKinesis("events").roleAddress("{{role}}").secretId("{{secret.id}}"),
                            segmentMapping("lake")
                                    .row("User Registered", "new_users")
                                    .row("page", "pages")
                                    .row("*", "everything")));
        }
    }

    @BeforeEach
    void prepare() {
        List.of("events", "aside").forEach(stream -> aws.createStream(stream, 1));
        List.of("new_users", "pages", "everything").forEach(aws::createDeliveryStream);
        for (String sink : List.of("kinesis", "firehose")) {
            String component = "camel.component.segment-" + sink + ".";
            properties.put(component + "uri-endpoint-override", aws.endpoint().toString());
            properties.put(component + "linger-time", "10ms");
        }
        properties.put("camel.component.segment-firehose.delivery-timeout", "2s");
        properties.put("web.key", "WEB");
        properties.put("shop.key", "SHOP");
        properties.put("app.key", "APP");
        properties.put("mode", "event");
        properties.put("pepper", "pepper");
        properties.put("role", aws.createRole("segment", SECRET).arn());
        properties.put("secret.id", SECRET);
    }

    @AfterEach
    void stopAws() {
        aws.close();
    }

    @ParameterizedTest
    @CsvSource({
        "java, WEB, event", "java, WEB, request",
        "web, WEB, event", "web, WEB, request",
        "web-kebab, WEB, event", "web-kebab, WEB, request",
        "kamelets, WEB, event", "kamelets, WEB, request",
        "templates, SHOP, event", "templates, SHOP, request"
    })
    void camelMainDelivers(String face, String writeKey, String exchange) throws Exception {
        properties.put("mode", exchange);
        try (Application main = face.equals("java") ? camelMain(List.of(), new Web()) : camelMain(List.of(face))) {
            deliversAndAsksAgainWhenAStreamFails(main.http(), writeKey);
        }
    }

    @Test
    void camelMainKeepsDeadLetters() throws Exception {
        properties.put("segment.dead-letters", deadLetters());
        try (Application main = camelMain(List.of("sinks"))) {
            keepsDeadLetters(main.http());
        }
    }

    @Test
    void camelCliDeliversAndKeepsDeadLetters() throws Exception {
        List<String> patterns = new ArrayList<>(List.of(TEMPLATES, DEAD_LETTERS));
        files(List.of("kamelets", "templates", "sinks")).forEach(file -> patterns.add("file:" + file));
        Files.writeString(
                directory.resolve("application.properties"),
                "camel.main.routesIncludePattern=" + String.join(",", patterns));
        properties.put("segment.dead-letters", deadLetters());
        properties.put("camel.beans.segmentCredentials", "#class:io.camelsegment.aws.SegmentCredentials");
        properties.put(
                "camel.beans.segmentCredentials.stsEndpointOverride",
                aws.endpoint().toString());
        String[] options = properties.entrySet().stream()
                .map(property -> "--prop=" + property)
                .toArray(String[]::new);

        try (CamelRun cli = new CamelRun(directory, List.of("camel-segment", "camel-segment-routes"), options)) {
            deliversAndAsksAgainWhenAStreamFails(cli.http(), "WEB");
            deliversAndAsksAgainWhenAStreamFails(cli.http(), "SHOP");
            keepsDeadLetters(cli.http());
        }
    }

    @Test
    void theAppDeliversAndKeepsDeadLetters() throws Exception {
        files(List.of("kamelets", "templates", "sinks"));
        properties.put("camel.main.routes-include-pattern", TEMPLATES + "," + DEAD_LETTERS);
        properties.put(
                "segment.config",
                Files.writeString(directory.resolve("segment.yaml"), SETTINGS.formatted(aws.endpoint(), deadLetters()))
                        .toString());

        try (Application app = new Application.PackagedApp(directory, properties, aws.endpoint())) {
            deliversAndAsksAgainWhenAStreamFails(app.http(), "SITE");
            deliversAndAsksAgainWhenAStreamFails(app.http(), "WEB");
            deliversAndAsksAgainWhenAStreamFails(app.http(), "SHOP");
            keepsDeadLetters(app.http());
        }
    }

    private Application camelMain(List<String> faces, RoutesBuilder... routes) throws IOException {
        List<String> patterns = new ArrayList<>(List.of(TEMPLATES, DEAD_LETTERS));
        files(faces).forEach(file -> patterns.add("file:" + file));
        properties.put("camel.main.routes-include-pattern", String.join(",", patterns));
        return new Application.CamelMain(directory, properties, aws.endpoint(), routes);
    }

    /** Copies the files of faces into the folder {@code routes}. */
    private List<String> files(List<String> faces) throws IOException {
        Path folder = Files.createDirectory(directory.resolve("routes"));
        List<String> files = new ArrayList<>();
        for (String face : faces) {
            String routes = Files.readString(FACES.resolve(face + ".camel.yaml"))
                    .replace(
                            "classpath:routes/rows.yaml",
                            FACES.resolve("rows.yaml").toAbsolutePath().toString());
            files.add(Files.writeString(folder.resolve(face + ".camel.yaml"), routes)
                    .toString());
        }
        return files;
    }

    private String deadLetters() {
        return "file:" + directory.resolve("dead-letters");
    }

    /** Sends the events again until all streams have them, and expects that each stream has its own once. */
    private void deliversAndAsksAgainWhenAStreamFails(URI api, String writeKey) throws Exception {
        aws.faults().on("PutRecordBatch").resource("everything").failRecords(1, "ServiceUnavailableException");
        assertThat(send(api, writeKey)).isIn(429, 503);
        aws.faults().clear();
        await().atMost(PATIENCE).until(() -> send(api, writeKey) == 200);

        assertThat(ids("events", writeKey)).containsExactly(writeKey + 1, writeKey + 2, writeKey + 3);
        assertThat(ids("new_users", writeKey)).containsExactly(writeKey + 1);
        assertThat(ids("pages", writeKey)).containsExactly(writeKey + 2);
        assertThat(ids("everything", writeKey)).containsExactlyInAnyOrder(writeKey + 1, writeKey + 2, writeKey + 3);
        assertThat(events("events", writeKey).get(2).at("/traits/email").asText())
                .as("HMAC-SHA-256 of a@b.de with the key pepper")
                .isEqualTo("13896d3c9599c63dde7cf7f81c50e478decebf92e0bb7fe0e91ed8ccd153c653");
    }

    private void keepsDeadLetters(URI api) throws Exception {
        aws.faults().on("PutRecordBatch").resource("pages").failRecords(1, "ServiceUnavailableException");
        assertThat(send(api, "APP")).isEqualTo(200);
        aws.faults().clear();

        assertThat(ids("new_users", "APP")).containsExactly("APP1");
        assertThat(ids("events", "APP")).containsExactly("APP3");
        assertThat(ids("pages", "APP")).isEmpty();
        try (Stream<Path> files = Files.list(directory.resolve("dead-letters"))) {
            assertThat(files).singleElement().satisfies(file -> assertThat(Files.readString(file))
                    .contains("\"messageId\":\"APP2\""));
        }
    }

    /** Sends a track, a page and an identify call whose messageIds begin with the write key, and returns the status. */
    private static int send(URI api, String writeKey) throws IOException, InterruptedException {
        String batch =
                """
                {"writeKey":"%1$s","batch":[
                {"type":"track","userId":"u","messageId":"%1$s1","event":"User Registered"},
                {"type":"page","userId":"u","messageId":"%1$s2"},
                {"type":"identify","userId":"u","messageId":"%1$s3","traits":{"email":"A@b.de"}}]}
                """
                        .formatted(writeKey);
        HttpRequest request = HttpRequest.newBuilder(api.resolve("/v1/batch"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(batch))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private List<String> ids(String stream, String writeKey) throws IOException {
        return events(stream, writeKey).stream()
                .map(event -> event.get("messageId").asText())
                .toList();
    }

    /** Returns what a stream has of the events of a write key. */
    private List<JsonNode> events(String stream, String writeKey) throws IOException {
        List<String> records = stream.equals("events")
                ? aws.stream(stream).records().stream().map(KinesisRecord::text).toList()
                : aws.deliveryStream(stream).records().stream()
                        .map(record -> new String(record, UTF_8))
                        .toList();
        List<JsonNode> events = new ArrayList<>();
        for (String record : records) {
            JsonNode event = JSON.readTree(record);
            if (event.get("messageId").asText().startsWith(writeKey)) {
                events.add(event);
            }
        }
        return events;
    }
}
