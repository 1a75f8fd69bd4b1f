package io.camelsegment.app.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.app.Api;
import io.camelsegment.app.RunningSettings;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.tracking.SegmentEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings that change events, from a request to what AWS has. */
@Timeout(60)
class TransformTest {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final String START = "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"Signed Up\",\"messageId\":\"";

    private static final List<String> VALUES = List.of(
            "it's",
            "'",
            "''",
            "\"",
            "\\",
            "a\\\"b",
            "\\n",
            "a: b",
            "a # b",
            "two\nlines\n",
            "\ttab",
            " outer ",
            "5",
            "1.10",
            "1e400",
            "9007199254740993",
            "true",
            "null",
            "~",
            "[a, b]",
            "{ a: b }",
            "a, b",
            "*x",
            "&x",
            "!x",
            "%x",
            "\u00e9\ud83d\ude00\u2028",
            "$");

    @TempDir
    Path directory;

    private LocalAws aws;

    @BeforeEach
    void startAws() {
        aws = LocalAws.start();
        aws.createStream("events", 1);
        aws.createStream("raw", 1);
    }

    @AfterEach
    void stopAws() {
        aws.close();
    }

    private String settings(String source, String destination) {
        return """
                segment:
                  sources:
                    web:
                      write-key: WEB
                %s
                  aws: { endpoint-override: %s }
                  destinations:
                    events:
                      type: kinesis
                      stream-name: events
                %s
                    raw: { type: kinesis, stream-name: raw }
                """
                .formatted(
                        source.indent(6).stripTrailing(),
                        aws.endpoint(),
                        destination.indent(6).stripTrailing());
    }

    private static HttpResponse<String> post(URI uri, String... events) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri.resolve("/v1/batch"))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("WEB:".getBytes(StandardCharsets.UTF_8)))
                .POST(BodyPublishers.ofString("{\"batch\":[" + String.join(",", events) + "]}"))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private List<String> delivered(String stream) {
        return aws.stream(stream).records().stream()
                .map(record -> new String(record.data(), StandardCharsets.UTF_8).replaceAll(",\"timestamp.*", "}"))
                .toList();
    }

    private static String event(String id, String rest) {
        return START + id + "\"," + rest + "}";
    }

    @Test
    void changesTheEventsOfASourceAndOfOneDestination() throws Exception {
        String source =
                """
                transform:
                  - drop: properties.password
                  - hash: { path: traits.email, salt: "${SALT}" }
                  - rename: { "Signed Up": "User Registered" }
                """;
        String destination =
                """
                transform:
                  - set: { properties.plan: pro, properties.n: 1.5 }
                  - block: [Debug*]
                """;
        try (RunningSettings app = new RunningSettings(settings(source, destination), Map.of("SALT", "k"))) {
            HttpResponse<String> answer = post(
                    app.uri(),
                    event("a", "\"properties\":{\"password\":\"x\",\"total\":1.10},\"traits\":{\"email\":\"x\"}"),
                    event("b", "\"properties\":{}").replace("Signed Up", "Debug 1"),
                    event("c", "\"integrations\":{\"All\":false}"));

            assertThat(answer.body()).isEqualTo("{\"success\":true}");
        }
        String changed = event(
                        "a",
                        "\"properties\":{\"total\":1.10},\"traits\":{\"email\":\"c38edc8815c8489f64738978f44008f8596345545f0baa68ef6fcf5c53e57189\"}")
                .replace("Signed Up", "User Registered");
        assertThat(delivered("raw"))
                .containsExactlyInAnyOrder(
                        changed, event("b", "\"properties\":{}").replace("Signed Up", "Debug 1"));
        assertThat(delivered("events"))
                .containsExactly(changed.replace("\"total\":1.10", "\"total\":1.10,\"plan\":\"pro\",\"n\":1.5"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "transform: \"drop: properties.a\"",
                "transform: [{ drop: properties.a }]",
                "transform: direct:clean",
                "transform: cleaner",
                "transform: clean-route",
                "transform: [direct:clean, { drop: [properties.b] }]"
            })
    void namesARouteABeanOrSteps(String transform) throws Exception {
        try (RunningSettings app = new RunningSettings(settings(transform, ""), Map.of(), context -> {
            context.getRegistry().bind("cleaner", new Cleaner());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:clean").routeId("clean-route").bean(new Cleaner());
                }
            });
        })) {
            post(app.uri(), event("a", "\"properties\":{\"a\":1}"));
        }
        assertThat(delivered("events")).containsExactly(event("a", "\"properties\":{}"));
    }

    @Test
    void aVariableHasStepsToo() throws Exception {
        Map<String, String> environment =
                Map.of("SEGMENT_SOURCES_WEB_TRANSFORM", "[{ drop: [properties.a, properties.b] }, { set: { x: 1 } }]");
        try (RunningSettings app = new RunningSettings(settings("", ""), environment)) {
            post(app.uri(), event("a", "\"properties\":{\"a\":1,\"b\":2}"));
        }
        assertThat(delivered("events")).hasSize(1).allMatch(event -> event.contains("\"properties\":{}"));
        assertThat(aws.stream("events").records())
                .allMatch(record -> new String(record.data(), StandardCharsets.UTF_8).endsWith(",\"x\":1}"));
    }

    @Test
    void wordsAndDigitsAreTheTextThatTheyAre() throws Exception {
        String steps = "[{ block: [On, no] }, { set: { a: 0123, b: 1:30, c: yes, d: 7, e: true, f: 1.5, g: 0x1F } }]";
        List<Map<String, String>> environments = List.of(Map.of(), Map.of("SEGMENT_SOURCES_WEB_TRANSFORM", steps));
        for (Map<String, String> environment : environments) {
            String source = environment.isEmpty() ? "transform: " + steps : "";
            try (RunningSettings app = new RunningSettings(settings(source, ""), environment)) {
                post(app.uri(), named("On"), named("No"), named("Off"));
            }
        }
        assertThat(aws.stream("events").records()).hasSize(2).allSatisfy(record -> assertThat(
                        new String(record.data(), StandardCharsets.UTF_8))
                .contains("\"event\":\"Off\"")
                .endsWith("\"a\":\"0123\",\"b\":\"1:30\",\"c\":\"yes\",\"d\":7,\"e\":true,\"f\":1.5,\"g\":\"0x1F\"}"));
    }

    @Test
    void aVariableThatKeepsEventsFromADestinationDoes() throws Exception {
        String source = "transform:\n  - set: { integrations.All: \"${ALLOWED}\" }\n  - hash: integrations";
        for (String allowed : List.of("true", "False")) {
            try (RunningSettings app = new RunningSettings(settings(source, ""), Map.of("ALLOWED", allowed))) {
                post(app.uri(), event(allowed, "\"integrations\":{\"All\":" + allowed.equals("False") + "}"));
            }
        }
        assertThat(delivered("events")).containsExactly(event("true", "\"integrations\":{\"All\":true}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a step a line", "a flow", "a text", "a variable", "the variable of the setting"})
    void aVariableIsTextWhateverCharactersItHas(String form) throws Exception {
        Map<String, String> environment = new HashMap<>();
        StringBuilder lines = new StringBuilder();
        StringBuilder flow = new StringBuilder("set: {");
        for (int i = 0; i < VALUES.size(); i++) {
            environment.put("V" + i, VALUES.get(i));
            lines.append(
                    """
                      - set:
                          properties.a%1$d: ${V%1$d}
                          properties.b%1$d: |-
                            ${NONE:d}${V%1$d}
                    """
                            .formatted(i));
            flow.append(i == 0 ? " " : ", ")
                    .append("properties.a%1$d: '${V%1$d}', properties.b%1$d: 'd${V%1$d}'".formatted(i));
        }
        String steps = "[{ " + flow + " } }]";
        environment.put("STEPS", steps);
        if (form.equals("the variable of the setting")) {
            environment.put("SEGMENT_SOURCES_WEB_TRANSFORM", steps);
        }
        String source =
                switch (form) {
                    case "a step a line" -> "transform:\n" + lines;
                    case "a flow" -> "transform: " + steps;
                    case "a text" -> "transform: \"" + flow + " }\"";
                    case "a variable" -> "transform: ${STEPS}";
                    default -> "";
                };
        try (RunningSettings app = new RunningSettings(settings(source, ""), environment)) {
            post(app.uri(), event("a", "\"properties\":{}"));
        }
        JsonNode properties =
                Api.json(aws.stream("events").records().get(0).text()).get("properties");
        for (int i = 0; i < VALUES.size(); i++) {
            assertThat(properties.get("a" + i).textValue()).isEqualTo(VALUES.get(i));
            assertThat(properties.get("b" + i).textValue()).isEqualTo("d" + VALUES.get(i));
        }
    }

    @Test
    void aSaltOfAnyCharactersHashesWithThatSalt() throws Exception {
        for (String salt : List.of("it's", "null", "true", "0123", "1.10", " s ")) {
            String source = "transform:\n  - hash: { path: traits.email, salt: \"${SALT}\" }";
            try (RunningSettings app = new RunningSettings(settings(source, ""), Map.of("SALT", salt))) {
                post(app.uri(), event("a", "\"traits\":{\"email\":\"x\"}"));
            }
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String hash = HexFormat.of().formatHex(mac.doFinal("x".getBytes(StandardCharsets.UTF_8)));
            assertThat(delivered("events")).last().isEqualTo(event("a", "\"traits\":{\"email\":\"" + hash + "\"}"));
        }
    }

    @Test
    void whatAStepSetsKeepsItsDigitsAndItsLines() throws Exception {
        String source =
                """
                transform:
                  - set: { properties.a: 1.10, properties.b: 9007199254740993, properties.c: "two\\nlines" }
                """;
        try (RunningSettings app = new RunningSettings(settings(source, ""), Map.of())) {
            post(app.uri(), event("a", "\"properties\":{}"));
        }
        assertThat(delivered("events")).singleElement().satisfies(event -> {
            assertThat(event).contains("\"a\":1.10,\"b\":9007199254740993,");
            assertThat(Api.json(event).at("/properties/c").textValue()).isEqualTo("two\nlines");
        });
    }

    private static String named(String event) {
        return "{\"type\":\"track\",\"event\":\"" + event + "\",\"userId\":\"u\"}";
    }

    /** What users write. */
    public static final class Cleaner {

        public SegmentEvent clean(SegmentEvent event) {
            return event.without("properties.a");
        }
    }

    @Test
    void anEventThatCannotBeChangedIsListedAndKeptAndTheOthersAreDelivered() throws Exception {
        String source = "invalid-uri: file:" + directory;
        String destination = "transform:\n  - set: { properties.plan.name: pro }";
        try (RunningSettings app = new RunningSettings(settings(source, destination), Map.of())) {
            HttpResponse<String> answer = post(
                    app.uri(),
                    event("a", "\"properties\":{}"),
                    event("b", "\"properties\":{\"plan\":\"s3cret\"}"),
                    event("c", "\"properties\":{}"));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{\"success\":true,\"rejected\":[{\"index\":1,\"messageId\":\"b\","
                            + "\"code\":\"transform_failed\",\"message\":\"set: expected object but was string at"
                            + " $.properties.plan\"}]}");
        }
        assertThat(delivered("events"))
                .containsExactlyInAnyOrder(
                        event("a", "\"properties\":{\"plan\":{\"name\":\"pro\"}}"),
                        event("c", "\"properties\":{\"plan\":{\"name\":\"pro\"}}"));
        assertThat(delivered("raw")).hasSize(3);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(Files.readString(files.findFirst().orElseThrow())).contains("s3cret");
        }
    }

    @Test
    void anOptionalDestinationKeepsItInItsDeadLettersAndGetsTheOthers() throws Exception {
        String destination = "required: false\ndead-letter-uri: file:" + directory
                + "\ntransform:\n  - set: { properties.plan.name: pro }";
        try (RunningSettings app = new RunningSettings(settings("", destination), Map.of())) {
            HttpResponse<String> answer = post(
                    app.uri(),
                    event("a", "\"properties\":{}"),
                    event("b", "\"properties\":{\"plan\":\"x\"}"),
                    event("c", "\"properties\":{}"));

            assertThat(answer.body()).isEqualTo("{\"success\":true}");
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                assertThat(delivered("events")).hasSize(2);
                try (Stream<Path> files = Files.list(directory)) {
                    assertThat(files.map(TransformTest::text)).anyMatch(text -> text.contains("\"messageId\":\"b\""));
                }
            });
        }
        assertThat(delivered("raw")).hasSize(3);
    }

    @Test
    void deadLettersThatTheTransformHasNotChangedAreAsTheyCameInFilesOfTheirOwn() throws Exception {
        String destination = "required: false\ndead-letter-uri: file:" + directory
                + "\ntransform:\n  - hash: traits.email\n  - set: { properties.plan.name: pro }";
        aws.faults()
                .on("PutRecords")
                .resource("events")
                .failRecords(
                        entry -> new String(entry.data(), StandardCharsets.UTF_8).contains("\"messageId\":\"c\""),
                        "ValidationException");
        try (RunningSettings app = new RunningSettings(settings("", destination), Map.of())) {
            post(
                    app.uri(),
                    event("a", "\"traits\":{\"email\":\"x\"}"),
                    event("b", "\"traits\":{\"email\":\"x\"},\"properties\":{\"plan\":1}"),
                    event("c", "\"traits\":{\"email\":\"x\"}"));
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                try (Stream<Path> files = Files.list(directory)) {
                    assertThat(files).hasSize(2);
                }
            });
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).allSatisfy(file -> assertThat(text(file))
                    .containsSubsequence(
                            file.getFileName().toString().startsWith("events-untransformed-")
                                    ? List.of("\"messageId\":\"b\"", "\"email\":\"x\"", "\"plan\":1")
                                    : List.of("\"messageId\":\"c\"", "\"email\":\"2d711642", "{\"name\":\"pro\"}")));
        }
    }

    @Test
    void anEndpointForDeadLettersGetsWhatTheTransformHasNotChangedAsItCame() throws Exception {
        String destination = "required: false\ndead-letter-uri: direct:dead"
                + "\ntransform:\n  - drop: properties.a\n  - set: { properties.plan.name: pro }";
        BlockingQueue<Exchange> dead = new LinkedBlockingQueue<>();
        RunningSettings.Before user = context -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dead").process(dead::add);
            }
        });
        try (RunningSettings app = new RunningSettings(settings("", destination), Map.of(), user)) {
            post(app.uri(), event("a", "\"properties\":{\"a\":1}"), event("b", "\"properties\":{\"a\":1,\"plan\":1}"));

            Message letter = await().atMost(Duration.ofMinutes(1))
                    .until(dead::poll, Objects::nonNull)
                    .getMessage();
            assertThat(letter.getHeader("CamelSegmentUntransformed")).isEqualTo(true);
            assertThat(letter.getBody(String.class))
                    .contains("\"messageId\":\"b\"", "\"properties\":{\"a\":1,\"plan\":1}");
            assertThat(letter.getBody(String.class)).doesNotContain("\"messageId\":\"a\"");
        }
        assertThat(delivered("events")).containsExactly(event("a", "\"properties\":{\"plan\":{\"name\":\"pro\"}}"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{ dorp: a }]                  | expected one of drop, keep, mask, hash,",
                "[{ set: { integrations.All: no } }]   | set: expected true, false or an object of options but was"
                        + " string at $.integrations.All",
                "[{ set: { integrations: { All: s3cret } } }] | set: expected true, false or an object of options but"
                        + " was string at $.integrations.All",
                "[{ hash: { path: a, salt: null } }]  | hash: expected text or a list of texts, but was nothing",
                "[{ hash: { path: a, path: s3cret } }] | expected each key once, but \"path\" is there again",
                "\"{ drop: a, drop: s3cret }\"         | expected each key of a step once, but one is there again",
                "[{ hash: { path: a, salt: '${MISSING}' } }] | expected a value for each ${…} in it, but"
                        + " MISSING has none: set it",
                "[{ drop: a..b }]               | drop: expected names with dots between them",
                "[{ hash: { path: a, slat: s3cret } }] | hash: expected path, salt, country-code, but was \"slat\"",
                "{ drop: a }                    | expected steps such as drop: properties.password, or a route, but"
                        + " was a group",
                "''                             | expected steps such as drop: properties.password, or a route, but it"
                        + " is empty",
            })
    void refusesWhatIsNoStep(String transform, String expected) {
        String yaml = settings("transform: " + transform, "");

        assertThatThrownBy(() -> Settings.read(RunningSettings.config(yaml, Map.of()), false))
                .hasMessageStartingWith("segment.sources.web.transform: " + expected)
                .hasMessageContaining(":5:")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void tellsEachWrongStepOfAListWithItsPlaceAndWhatIsMeant() {
        String yaml = settings(
                """
                transform:
                  - dorp: properties.a
                  - drop: properties.b
                  - hash: { path: userId, slat: s3cret }
                  - sample: 5%
                """,
                "transform:\n  - Drop: properties.a");

        assertThatThrownBy(() -> Settings.read(RunningSettings.config(yaml, Map.of()), false))
                .satisfies(failure -> assertThat(failure.getMessage().lines())
                        .satisfiesExactlyInAnyOrder(
                                line -> assertThat(line)
                                        .startsWith("segment.sources.web.transform[0]: ")
                                        .contains("but was \"dorp\": did you mean drop?", ":6:"),
                                line -> assertThat(line)
                                        .startsWith("segment.sources.web.transform[2]: hash: ")
                                        .contains("but was \"slat\": did you mean salt?", ":8:"),
                                line -> assertThat(line)
                                        .startsWith("segment.sources.web.transform[3]: sample: ")
                                        .contains("but was \"5%\": see docs/changing-events.md", ":9:"),
                                line -> assertThat(line)
                                        .startsWith("segment.destinations.events.transform: ")
                                        .contains("but was \"Drop\": did you mean drop?", ":16:")))
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody:x          | segment.sources.web.transform: expected a Camel endpoint, such as direct:clean,"
                        + " but there is no component nobody: correct it",
                "missing           | segment.sources.web.transform: expected a step such as \"drop:"
                        + " properties.password\", or the name of a bean or the id of a route, but there is none of the"
                        + " name missing: correct it",
            })
    void refusesARouteThatIsNotThere(String transform, String expected) {
        String yaml = settings("transform: \"" + transform + "\"", "");

        assertThatThrownBy(() -> new RunningSettings(yaml, Map.of()).close()).hasRootCauseMessage(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "transform: direct:nowhere               |                     | sources.web.transform",
                "'transform: [{ through: direct:nowhere }, { drop: traits.a }]' |  | sources.web.transform",
                "transform: seda:nowhere?size=5          |                     | sources.web.transform",
                "invalid-uri: direct:nowhere?block=false |                     | sources.web.invalid-uri",
                "                                        | transform: direct:nowhere | destinations.events.transform",
                "                       | 'required: false\ndead-letter-uri: direct:nowhere' |"
                        + " destinations.events.dead-letter-uri",
            })
    void refusesAnEndpointThatNoRouteTakesEventsFrom(String source, String destination, String setting) {
        String yaml =
                settings(source == null ? "" : source, destination == null ? "" : destination.replace("\\n", "\n"));
        String scheme = yaml.contains("seda:") ? "seda" : "direct";

        assertThatThrownBy(() -> new RunningSettings(yaml, Map.of()).close())
                .hasRootCauseMessage("segment." + setting + ": expected an endpoint that a route takes events from, but"
                        + " no route has from " + scheme + ":nowhere: correct it, or add the route to"
                        + " routes/*.camel.yaml");
    }

    @Test
    void refusesAnEndpointOfUnmappedEventsThatNoRouteTakesThemFrom() {
        String yaml = settings("", "")
                .replace(
                        "type: kinesis\n      stream-name: events",
                        "type: kinesis\n      map: { A: events }\n      unmapped: direct:nowhere");

        assertThatThrownBy(() -> new RunningSettings(yaml, Map.of()).close())
                .hasRootCauseMessage("segment.destinations.events.unmapped: expected an endpoint that a route takes"
                        + " events from, but no route has from direct:nowhere: correct it, or add the route to"
                        + " routes/*.camel.yaml");
    }

    @Test
    void takesEndpointsThatRoutesAddedLaterTakeEventsFrom() throws Exception {
        RunningSettings.Before user = context -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct://clean?block=false").bean(new Cleaner());
                from("seda:bad?size=5").log("bad");
            }
        });
        String source = "invalid-uri: seda:bad\ntransform: [{ through: direct:clean }]";
        try (RunningSettings app = new RunningSettings(settings(source, ""), Map.of(), context -> {}, user)) {
            assertThat(app.context().isStarted()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-destination-evnts", "segment-source-wep", "segment-unmapped-x"})
    void refusesARouteThatWouldReplaceNothing(String id) {
        RunningSettings.Before user = context -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:x").routeId(id).log("x");
            }
        });

        assertThatThrownBy(() -> new RunningSettings(settings("", ""), Map.of(), context -> {}, user).close())
                .hasRootCauseMessage("route " + id + ": expected the id of a route that the settings stand for, such as"
                        + " segment-destination-events, segment-destination-raw, segment-source-web, but was another:"
                        + " correct it");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aRouteOfTheUserReplacesADestination(boolean first) throws Exception {
        String route =
                """
                - route:
                    id: segment-destination-events
                    from:
                      uri: direct:segment-destination-events
                      steps:
                        - split:
                            expression: { simple: { expression: "${body}" } }
                            steps:
                              - setBody: { simple: { expression: "${body.without('properties')}" } }
                              - to: direct:segment-destination-raw
                """;
        RunningSettings.Before user =
                context -> UserRoutes.load(context, List.of(ResourceHelper.fromString("file:mine.camel.yaml", route)));
        try (RunningSettings app = first
                ? new RunningSettings(settings("", ""), Map.of(), user)
                : new RunningSettings(settings("", ""), Map.of(), context -> {}, user)) {
            post(app.uri(), event("a", "\"properties\":{}"), event("b", "\"properties\":{}"));
            assertThat(app.context().getRoutes())
                    .extracting(Route::getRouteId)
                    .containsOnlyOnce("segment-destination-events");
            assertThat(app.context().getRoute("segment-source-web").getEndpoint())
                    .isInstanceOfSatisfying(SegmentEndpoint.class, source -> assertThat(
                                    source.getConfiguration().isUseEventLoop())
                            .isFalse());
        }
        assertThat(delivered("events")).isEmpty();
        assertThat(delivered("raw")).contains(START + "a\"}", START + "b\"}");
    }

    @Test
    void theRouteAndTheBeanOfThePageAreSteps() throws Exception {
        String page = Files.readString(Path.of("../docs/changing-events.md"));
        String file = page.split("<!-- Tested by TransformTest: a route and a bean. -->\n```yaml\n", 2)[1]
                .split("```\n", 2)[0];
        RunningSettings.Before user =
                context -> UserRoutes.load(context, List.of(ResourceHelper.fromString("file:steps.camel.yaml", file)));

        try (RunningSettings app =
                new RunningSettings(settings("transform: [hash-phone, rename-revenue]", ""), Map.of(), user)) {
            post(
                    app.uri(),
                    event("a", "\"properties\":{\"revenue\":1.10,\"x\":1}"),
                    event("b", "\"properties\":{\"x\":1},\"context\":{\"traits\":{\"phone\":\"0151 1234567\"}}"));
        }

        String hash = HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256").digest("+491511234567".getBytes(StandardCharsets.UTF_8)));
        assertThat(delivered("events"))
                .hasSize(2)
                .contains(event("a", "\"properties\":{\"x\":1,\"total\":1.10}"))
                .anyMatch(event -> event.contains(hash));
    }

    @Test
    void theSettingsAndTheRouteOfThePageDoWhatTheyShow() throws Exception {
        String page = Files.readString(Path.of("../docs/changing-events.md"));
        List<String> blocks = Stream.of(page.split("<!-- Tested by TransformTest. -->\n```yaml\n"))
                .skip(1)
                .map(rest -> rest.substring(0, rest.indexOf("```\n")))
                .toList();
        String settings = blocks.get(0)
                        .replace("write-key: WEB_KEY", "write-key: WEB")
                        .replace("stream-name: orders", "stream-name: raw")
                        .replace("sample: 0.1", "sample: 1.0")
                + "  aws: { endpoint-override: " + aws.endpoint() + " }\n";
        String order = event("a", "\"properties\":{\"password\":\"x\",\"order_id\":7,\"total\":1.10,\"x\":1}");

        try (RunningSettings app = new RunningSettings(settings, Map.of("USER_SALT", "k"))) {
            post(app.uri(), order, order.replace("Signed Up", "Order Completed").replace("\"a\"", "\"b\""));
        }
        assertThat(delivered("raw"))
                .containsExactly(event("b", "\"properties\":{\"order_id\":7,\"total\":1.10,\"plan\":\"pro\"}")
                        .replace("Signed Up", "Order Completed"));
        assertThat(delivered("events"))
                .hasSize(2)
                .allMatch(event -> !event.contains("password") && !event.contains("\"userId\":\"u\""))
                .anyMatch(event -> event.contains("User Registered"));

        RunningSettings.Before user = context ->
                UserRoutes.load(context, List.of(ResourceHelper.fromString("file:page.camel.yaml", blocks.get(1))));
        try (RunningSettings app = new RunningSettings(settings, Map.of("USER_SALT", "k"), user)) {
            post(app.uri(), order.replace("1.10", "110"), order.replace("\"a\"", "\"c\""));
        }
        assertThat(delivered("raw")).hasSize(1);
        assertThat(delivered("events")).hasSize(5);
    }
}
