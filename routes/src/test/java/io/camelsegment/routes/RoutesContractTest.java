package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.*;
import static io.camelsegment.routes.Transforms.hash;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** One pipeline, written in Java, YAML, Kamelets and route templates, runs the same in Camel Main. */
@ExtendWith(LocalAwsExtension.class)
class RoutesContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "a-secret-id";
    private static final String IDENTIFY =
            "{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"m3\",\"traits\":{\"email\":\"A@b.de\"}}";
    private static final String PAGE = "{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"m2\"}";

    private final LocalAws aws;
    private final Main main = new Main();
    private Collector collector;

    RoutesContractTest(LocalAws aws) {
        this.aws = aws;
        aws.reset();
    }

    @AfterEach
    void stop() {
        main.stop();
    }

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

    private void start(String face, String exchange) throws Exception {
        aws.createStream("events", 1);
        List.of("new_users", "pages", "everything").forEach(aws::createDeliveryStream);
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "SECRET")));
        main.bind(SegmentCredentials.BEAN, credentials);
        for (String sink : List.of("kinesis", "firehose")) {
            String component = "camel.component.segment-" + sink + ".";
            main.addInitialProperty(
                    component + "uri-endpoint-override", aws.endpoint().toString());
            main.addInitialProperty(component + "linger-time", "10ms");
            main.addInitialProperty(component + "delivery-timeout", sink.equals("kinesis") ? "30s" : "2s");
        }
        main.addInitialProperty("web.key", "WEB");
        main.addInitialProperty("app.key", "WEB");
        main.addInitialProperty("pepper", "pepper");
        main.addInitialProperty("role", aws.createRole("segment", SECRET).arn());
        main.addInitialProperty("secret.id", SECRET);
        main.addInitialProperty("mode", exchange);
        if (face.equals("java")) {
            main.configure().addRoutesBuilder(new Web());
        } else {
            main.addInitialProperty(
                    "camel.main.routesIncludePattern",
                    "classpath:camel-segment/*.camel.yaml,classpath:routes/" + face + ".camel.yaml");
        }
        main.init();
        collector = new Collector(main.getCamelContext());
        main.start();
    }

    @ParameterizedTest
    @CsvSource({
        "java, event", "java, request",
        "web, event", "web, request",
        "web-kebab, event", "web-kebab, request",
        "kamelets, event", "kamelets, request",
        "templates, event", "templates, request"
    })
    void everyFaceDeliversAndIsAskedAgainWhenAStreamFails(String face, String exchange) throws Exception {
        start(face, exchange);
        aws.faults().on("PutRecordBatch").resource("everything").failRecords(1, "ServiceUnavailableException");
        String[] events = {track("m1", "User Registered"), PAGE, IDENTIFY};

        assertThat(collector.send(events)).isIn(429, 503);
        aws.faults().clear();
        await().atMost(Duration.ofMinutes(1)).until(() -> collector.send(events) == 200);

        assertThat(ids("events")).containsExactly("m1", "m2", "m3");
        assertThat(ids("new_users")).containsExactly("m1");
        assertThat(ids("pages")).containsExactly("m2");
        assertThat(ids("everything")).containsExactlyInAnyOrder("m1", "m2", "m3");
        assertThat(JSON.readTree(aws.stream("events").records().get(2).text())
                        .at("/traits/email")
                        .asText())
                .as("HMAC-SHA-256 of a@b.de with the key pepper")
                .isEqualTo("13896d3c9599c63dde7cf7f81c50e478decebf92e0bb7fe0e91ed8ccd153c653");
    }

    @Test
    void sinksAreKameletsAndTemplatesAndTheRouteConfigurationKeepsDeadLetters(@TempDir Path directory)
            throws Exception {
        main.addInitialProperty(
                "segment.dead-letters", "file:" + directory + "?fileName=${exchangeId}.json&tempPrefix=.");
        start("sinks", "event");
        aws.faults().on("PutRecordBatch").resource("pages").failRecords(1, "ServiceUnavailableException");

        assertThat(collector.send(track("m1", "User Registered"), PAGE, IDENTIFY))
                .isEqualTo(200);

        assertThat(ids("new_users")).containsExactly("m1");
        assertThat(ids("events")).containsExactly("m3");
        assertThat(ids("pages")).isEmpty();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).singleElement().satisfies(file -> assertThat(Files.readString(file))
                    .contains("\"messageId\":\"m2\""));
        }
    }

    private static String track(String messageId, String event) {
        return "{\"type\":\"track\",\"userId\":\"u\",\"messageId\":\"" + messageId + "\",\"event\":\"" + event + "\"}";
    }

    private List<String> ids(String stream) throws IOException {
        List<String> records = stream.equals("events")
                ? aws.stream(stream).records().stream().map(KinesisRecord::text).toList()
                : aws.deliveryStream(stream).records().stream()
                        .map(line -> new String(line, UTF_8))
                        .toList();
        List<String> ids = new ArrayList<>();
        for (String json : records) {
            ids.add(JSON.readTree(json).get("messageId").asText());
        }
        return ids;
    }
}
