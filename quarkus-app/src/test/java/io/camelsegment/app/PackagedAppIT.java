package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged app as a user starts it, in an empty directory. What else it refuses is in {@link SettingsTest}. */
class PackagedAppIT {

    /** The second delivers to another stand-in for AWS first. */
    private static final String ROUTES =
            """
            - route:
                id: mine
                from:
                  uri: segment:mine
                  parameters:
                    writeKey: MY_KEY
                  steps:
                    - to:
                        uri: segment-kinesis:mine
                        parameters:
                          region: eu-west-1
                          roleAddress: arn:aws:iam::123456789012:role/mine
                          secretId: ws_s3cr3t
            - route:
                id: slow
                from:
                  uri: segment:slow
                  parameters:
                    writeKey: SLOW_KEY
                  steps:
                    - to:
                        uri: segment-kinesis:slow
                        parameters:
                          uriEndpointOverride: %s
                    - to:
                        uri: segment-kinesis:afterwards
            """;

    /** Events by type and name, to Camel's own producers and to ours; the clients find the role by its secret ID. */
    private static final String SPLIT =
            """
            - beans:
                - name: kinesis
                  type: software.amazon.awssdk.services.kinesis.KinesisClient
                  scriptLanguage: simple
                  script: "${bean:segmentCredentials?method=kinesisClient('ws_s3cr3t', 'eu-west-1')}"
                - name: firehose
                  type: software.amazon.awssdk.services.firehose.FirehoseClient
                  scriptLanguage: simple
                  script: "${bean:segmentCredentials?method=firehoseClient('ws_s3cr3t', 'eu-west-1')}"
            - route:
                id: split
                from:
                  uri: segment:split
                  parameters:
                    writeKey: SPLIT_KEY
                  steps:
                    - choice:
                        when:
                          - simple: "${header.CamelSegmentEvent} == 'User Registered'"
                            steps:
                              - to: segment-aggregate:aws2-kinesis-firehose:lake?amazonKinesisFirehoseClient=#firehose
                          - simple: "${header.CamelSegmentType} == 'identify'"
                            steps:
                              - to: segment-aggregate:aws2-kinesis:split?amazonKinesisClient=#kinesis
                          - simple: "${header.CamelSegmentType} == 'page'"
                            steps:
                              - to:
                                  uri: segment-firehose:lake
                                  parameters:
                                    region: eu-west-1
                                    roleAddress: arn:aws:iam::123456789012:role/mine
                                    secretId: ws_s3cr3t
                        otherwise:
                          steps:
                            - to:
                                uri: segment-kinesis:split
                                parameters:
                                  region: eu-west-1
                                  roleAddress: arn:aws:iam::123456789012:role/mine
                                  secretId: ws_s3cr3t
            """;

    private static final String KAMELETS =
            """
            - route:
                id: kamelets
                from:
                  uri: kamelet:segment-source
                  parameters:
                    source: kamelets
                    writeKey: KAMELET_KEY
                  steps:
                    - to:
                        uri: kamelet:segment-hash-action
                        parameters:
                          paths: event
                          salt: pepper
                    - to: kamelet:segment-kinesis-sink?streamName=hashed
            """;

    @TempDir
    Path directory;

    @Test
    void refusesToStartWithAMistakeInTheFileInOneLine() throws Exception {
        Path file = Files.writeString(
                directory.resolve("segment.yaml"),
                """
                segment:
                  sources:
                    web: { write-key: s3cr3t }
                  destinations:
                    lake:
                      type: firehose
                      map:
                        page:
                """);

        try (Program app = start(Map.of("SEGMENT_CONFIG", file.toString()))) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output())
                    .isEqualToNormalizingNewlines(
                            "segment.destinations.lake.map.\"page\": expected at least one delivery stream,"
                                    + " but there is none: name a stream or remove the row (" + file + ":8:9)\n");
        }
    }

    @Test
    void tellsOfAFileThatCannotBeParsedAndOfOtherMistakesWithoutQuotingIt() throws Exception {
        Files.createDirectory(directory.resolve("config"));
        Files.writeString(
                directory.resolve("config/application.yaml"),
                "segment:\n  sources:\n    web: { write-key: \"s3cr3t }\n");

        try (Program app = start(Map.of("SEGMENT_DESTINATIONS_LAKE_REGOIN", "s3cr3t"))) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output().lines())
                    .containsExactlyInAnyOrder(
                            "config/application.yaml:4:1: expected YAML, but its syntax is broken in what begins in"
                                    + " line 3: mend it",
                            "SEGMENT_DESTINATIONS_LAKE_REGOIN: expected the variable of a setting, but there is none of"
                                    + " this name: did you mean SEGMENT_DESTINATIONS_LAKE_REGION, which sets"
                                    + " segment.destinations.lake.region?");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "quarkus.http.port,       quarkus.http.port: expected a free port,       QUARKUS_HTTP_PORT",
        "quarkus.management.port, quarkus.management.port: expected a free port, QUARKUS_MANAGEMENT_PORT",
        "segment.local-aws.port,  segment.local-aws.port: expected a free port,  set it to another"
    })
    void tellsInOneLineThatAPortIsTaken(String setting, String start, String mend) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Program app = start(Map.of("QUARKUS_PROFILE", "local"), setting, taken.getLocalPort())) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output()
                            .lines()
                            .filter(line -> !line.contains(" INFO ") && !line.startsWith("  ") && !line.isEmpty()))
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line).startsWith(start).contains(String.valueOf(taken.getLocalPort()), mend));
        }
    }

    @Test
    void tellsInOneLineOfABadDeadLetterUri() throws Exception {
        Map<String, String> settings = Map.of(
                "SEGMENT_SOURCES_WEB_WRITE_KEY", "s3cr3t",
                "SEGMENT_DESTINATIONS_LAKE_TYPE", "kinesis",
                "SEGMENT_DESTINATIONS_LAKE_STREAM_NAME", "events",
                "SEGMENT_DESTINATIONS_LAKE_REQUIRED", "false",
                "SEGMENT_DESTINATIONS_LAKE_DEAD_LETTER_URI", "nosuch:s3cr3t");
        try (Program app = start(settings)) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output().lines().filter(line -> !line.contains(" INFO ")))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("segment.destinations.lake.dead-letter-uri: expected a Camel endpoint")
                            .doesNotContain("s3cr3t"));
        }
    }

    @ParameterizedTest
    @CsvSource({"mine.yaml, mine.camel.yaml", "mine.camel.yml, mine.camel.yaml", "MINE.CAMEL.YAML, MINE.camel.yaml"})
    void refusesARouteFileThatCamelWouldNotLoad(String name, String right) throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/" + name), ROUTES);

        try (Program app = start(Map.of())) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output())
                    .startsWith("routes/" + name + ": expected a name that ends with .camel.yaml")
                    .contains("rename it to " + right)
                    .hasLineCount(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUARKUS_HTTP_PORT       | 70000       | quarkus.http.port: expected a port from 0 to 65535",
                "QUARKUS_MANAGEMENT_HOST | no.invalid  | quarkus.management.host: expected an address of this machine",
                "SEGMENT_SOURCES_OTHER_WRITE_KEY | MY_KEY | The sources '",
                "CAMEL_COMPONENT_SEGMENT_MAX_BUFFERED_BYTES | 1 | max.buffered.bytes: expected an option that Camel knows",
            })
    void tellsInOneLineWhatStopsTheStart(String variable, String value, String start) throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/mine.camel.yaml"), ROUTES.formatted("http://127.0.0.1:9"));
        Map<String, String> settings = Map.of(
                "SEGMENT_DESTINATIONS_LAKE_TYPE",
                "kinesis",
                "SEGMENT_DESTINATIONS_LAKE_STREAM_NAME",
                "lake",
                variable,
                value);
        List<String> options = variable.startsWith("QUARKUS_HTTP") ? List.of() : List.of("-Dquarkus.http.port=0");

        try (Program app = Program.start(Program.app(options), directory, settings, directory.resolve("output.log"))) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output().lines().filter(line -> !line.matches("  .*|.* (INFO|WARN) .*")))
                    .singleElement()
                    .satisfies(line -> assertThat(line).startsWith(start).doesNotContain("KEY"));
        }
    }

    @Test
    void tellsOfAllRouteFilesAndSettingsAtOnce() throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        for (String name : List.of("b.yaml", "a.yml", "pom.xml", "d.camel.yaml", "readme.md")) {
            Files.writeString(directory.resolve("routes/" + name), ROUTES);
        }
        Files.createFile(directory.resolve("routes/e.camel.yaml"));

        try (Program app = start(Map.of("SEGMENT_DEDUPLICATE", "maybe"))) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output().lines())
                    .extracting(line -> line.substring(0, line.indexOf(": ")))
                    .containsExactly("segment.deduplicate", "routes/a.yml", "routes/b.yaml", "routes/e.camel.yaml");
        }
    }

    /** In production, with its settings in several places, and AWS out of reach. */
    @Test
    void tellsAtTheStartWhatRunsAndThatAwsDoesNotAnswer() throws Exception {
        Path home = Files.createDirectories(directory.resolve("home"));
        Files.createDirectory(home.resolve("config"));
        Files.writeString(
                home.resolve("config/application.yaml"),
                """
                segment:
                  workspace-id: ws_s3cr3t
                  sources:
                    web: { write-key: WEB_s3cr3t }
                """);
        Files.writeString(
                directory.resolve("segment.yaml"),
                """
                segment:
                  destinations:
                    lake:
                      type: firehose
                      map: { page: pages, track: tracks }
                """);
        // Not the home, since the other comes first.
        Files.createDirectory(directory.resolve("config"));
        Files.writeString(directory.resolve("config/application.properties"), "segment.sources.no.write-key=no");
        Files.createDirectory(home.resolve("routes"));
        Files.writeString(home.resolve("routes/mine.camel.yaml"), ROUTES.formatted("http://127.0.0.1:9"));
        Map<String, String> settings = Map.of(
                "SEGMENT_HOME", home.toString(),
                "SEGMENT_CONFIG", "segment.yaml",
                "SEGMENT_AWS_ENDPOINT_OVERRIDE", "http://127.0.0.1:9",
                "AWS_ACCESS_KEY_ID", "AKIATEST",
                "AWS_SECRET_ACCESS_KEY", "s3cr3t");

        try (Program app = start(settings)) {
            String management = app.awaitOutput("Management interface listening on (http://127.0.0.1:\\d+)");
            assertThat(get(management + "/q/health/ready")).startsWith("{\n    \"status\": \"UP\"");
            app.awaitOutput("(AWS does not answer, so senders are told to send again later: identity: )");

            assertThat(app.output())
                    .contains(
                            """
                              home: %s (SEGMENT_HOME)
                              settings: %s, %s, environment variables, system properties
                              source web: to lake
                              destination lake: firehose in us-west-2 at 127.0.0.1:9, streams pages, tracks
                              route mine: from segment://mine
                              route slow: from segment://slow
                              streams of routes: kinesis afterwards in us-west-2, kinesis mine in eu-west-1, kinesis slow\
                             in us-west-2
                            """
                                    .formatted(
                                            home,
                                            home.resolve("config/application.yaml"),
                                            directory.resolve("segment.yaml")))
                    .containsOnlyOnce("AWS does not answer")
                    .doesNotContain("Unrecognized configuration file")
                    .doesNotContain("s3cr3t")
                    .doesNotContain("MY_KEY");
        }
    }

    @Test
    void looksBesideTheProgramWhenTheWorkingDirectoryHasNothing() throws Exception {
        Path place = Files.createDirectory(directory.resolve("place"));
        List<String> command = Program.copyTo(place);
        Files.createDirectory(place.resolve("config"));
        Files.writeString(
                place.resolve("config/application.properties"),
                "segment.sources.web.write-key=k\nsegment.destinations.misspelled.type=kinesiss\n");

        try (Program app = Program.start(command, directory, Map.of(), directory.resolve("output.log"))) {
            assertThat(app.awaitEnd()).isEqualTo(1);
            assertThat(app.output()).contains("segment.destinations.misspelled.type: expected kinesis or firehose");
        }
    }

    /** A native binary would not find it; on Java it is there. */
    @Test
    void warnsOfAClassInSettingsOrRoutesThatABinaryCannotReach() throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/a.camel.yaml"),
                """
                - beans:
                    - name: known
                      type: org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository
                    - name: credentials
                      type: "#class:io.camelsegment.aws.SegmentCredentials"
                    - name: phaser
                      type: java.util.concurrent.Phaser
                - route:
                    from:
                      uri: direct:a
                      steps:
                        - throwException:
                            exceptionType: java.lang.IllegalArgumentException
                            message: no
                """);
        List<String> options = List.of(
                "-Dquarkus.http.port=0",
                "-Dsegment.local-aws.port=0",
                "-Dcamel.beans.random=#class:java.util.SplittableRandom");

        try (Program app = Program.start(
                Program.app(options), directory, Map.of("QUARKUS_PROFILE", "local"), directory.resolve("output.log"))) {
            app.awaitOutput("(names the class java.util.SplittableRandom)");
            if (System.getProperty(Program.BINARY) == null) {
                app.awaitOutput("(Listening on)");
                assertThat(app.output().lines().filter(line -> line.contains(" names the class ")))
                        .hasSize(2)
                        .allSatisfy(line -> assertThat(line).contains("@RegisterForReflection"))
                        .anySatisfy(line -> assertThat(line)
                                .contains("The setting camel.beans.random names the class java.util.SplittableRandom"))
                        .anySatisfy(line -> assertThat(line)
                                .containsPattern("routes/a.camel.yaml names the class java.util.concurrent.Phaser"));
            }
        }
    }

    @Test
    void refusesAHomeThatIsNotThere() throws Exception {
        try (Program app = start(Map.of("SEGMENT_HOME", "nowhere"))) {
            assertThat(app.awaitEnd()).isEqualTo(2);
            assertThat(app.output())
                    .startsWith("SEGMENT_HOME: expected a directory with config/ or routes/")
                    .hasLineCount(1);
        }
    }

    @Test
    void runsAnExampleInLocalModeTellsHowToUseItAndSendsTraces() throws Exception {
        try (SpanReceiver receiver = new SpanReceiver();
                Program app = start(Map.of(
                        "QUARKUS_PROFILE",
                        "local",
                        "QUARKUS_SHUTDOWN_DELAY",
                        "10MS",
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        receiver.endpoint()))) {
            String api = app.awaitOutput("curl -u 'WRITE_KEY:' (\\S+) -d");
            assertThat(track(api, "WRITE_KEY", "User Registered")).isEqualTo(200);

            for (String stream : List.of("kinesis/events", "firehose/new_users", "firehose/everything")) {
                assertThat(get(app.awaitOutput("curl (\\S+/" + stream + ")")))
                        .contains("\"event\":\"User Registered\"")
                        .hasLineCount(1);
            }

            app.stop();
            app.awaitEnd();
            assertThat(receiver.spans())
                    .extracting(Span::getName)
                    .containsExactlyInAnyOrder(
                            "POST /v1/track",
                            "Kinesis.PutRecords",
                            "Firehose.PutRecordBatch",
                            "Firehose.PutRecordBatch");
            assertThat(receiver.spans())
                    .extracting(Span::getTraceId)
                    .containsOnly(receiver.spans().get(0).getTraceId());
            assertThat(receiver.resource()).containsEntry("service.name", "camel-segment");
            assertThat(receiver.toString()).doesNotContain("WRITE_KEY", "User Registered");
        }
    }

    @Test
    void runsTheRoutesBesideItInLocalModeAndAnswersWhatTheyHaveTakenBeforeItStops() throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        try (LocalAws elsewhere = LocalAws.start()) {
            elsewhere.createStream("slow", 1);
            Fault down = elsewhere.faults().on("PutRecords").fail("InternalFailure");
            Files.writeString(directory.resolve("routes/mine.camel.yaml"), ROUTES.formatted(elsewhere.endpoint()));
            Files.writeString(directory.resolve("routes/kamelets.camel.yaml"), KAMELETS);
            Files.writeString(directory.resolve("routes/split.camel.yaml"), SPLIT);
            // What is under way, and not the time for balancers, must keep the server open.
            try (Program app = start(Map.of("QUARKUS_PROFILE", "local", "QUARKUS_SHUTDOWN_DELAY", "10MS"))) {
                String api = app.awaitOutput("curl -u '<your write key>:' (\\S+) -d");
                String management = app.awaitOutput("Management interface listening on (http://127.0.0.1:\\d+)");
                assertThat(track(api, "MY_KEY", "Signed Up")).isEqualTo(200);
                assertThat(get(app.awaitOutput("curl (\\S+/kinesis/mine)"))).contains("\"event\":\"Signed Up\"");
                assertThat(track(api, "KAMELET_KEY", "Signed Up")).isEqualTo(200);
                assertThat(get(app.awaitOutput("curl (\\S+/kinesis/hashed)")))
                        .containsPattern("\"event\":\"[0-9a-f]{64}\"");
                splitsByTypeAndName(app, api);
                assertThat(app.output())
                        .doesNotContain("s3cr3t")
                        .doesNotContain("_KEY")
                        .doesNotContain("pepper");

                CompletableFuture<HttpResponse<String>> taken = send(api, "SLOW_KEY", "Signed Up");
                await().atMost(Program.PATIENCE)
                        .until(() -> elsewhere.calls().of("PutRecords").calls() > 0);

                app.stop();

                HttpResponse<String> refused = awaitRefusal(api);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
                assertThat(get(management + "/q/health/ready")).contains("\"status\": \"DOWN\"");
                assertThat(taken).isNotDone();

                down.remove();

                assertThat(taken.get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                .statusCode())
                        .isEqualTo(200);
                app.awaitEnd();
                assertThat(app.output())
                        .containsPattern(
                                "All streams stopped: accepted (\\d+) = delivered \\1 \\+ failed 0 \\+ refused 0"
                                        + " records");
            }
        }
    }

    private static void splitsByTypeAndName(Program app, String api) throws Exception {
        String registered = deliver(api, "track", "\"event\":\"User Registered\"");
        String identified = deliver(api, "identify", "\"traits\":{\"name\":\"Zo\u00eb\"}");
        String viewed = deliver(api, "page", "\"name\":\"Home\"");
        String ordered = deliver(api, "track", "\"event\":\"Order Completed\"");

        assertThat(records(app, "firehose/lake")).containsExactly(registered, viewed);
        assertThat(records(app, "kinesis/split")).containsExactlyInAnyOrder(identified, ordered);
    }

    /** Sends an event to the route that splits, and returns its record, but for the time when it was received. */
    private static String deliver(String api, String type, String member) {
        String time = "\"2026-01-02T03:04:05.678Z\"";
        String json = "{\"anonymousId\":\"a1\",\"messageId\":\"m1\"," + member + ",\"timestamp\":" + time;
        assertThat(new Api(URI.create(api))
                        .post("/v1/" + type, "SPLIT_KEY", json + "}")
                        .statusCode())
                .isEqualTo(200);
        return json + ",\"type\":\"" + type + "\",\"originalTimestamp\":" + time + ",\"receivedAt\":\"\"}";
    }

    private static List<String> records(Program app, String page) throws IOException, InterruptedException {
        return get(app.awaitOutput("curl (\\S+/" + page + ")"))
                .lines()
                .map(record -> record.replaceFirst("(\"receivedAt\":\")[-0-9T:.]+Z", "$1"))
                .toList();
    }

    @Test
    void answersAsTheApiDoesUntilItsLastMoment() throws Exception {
        // Long enough for some answers, however busy the machine is.
        try (Program app = start(Map.of(
                "QUARKUS_PROFILE",
                "local",
                "QUARKUS_SHUTDOWN_DELAY",
                "2S",
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED",
                "true"))) {
            URI api = URI.create(app.awaitOutput("curl -u 'WRITE_KEY:' (\\S+) -d"));

            app.stop();

            List<String> answers = new ArrayList<>();
            try {
                while (true) {
                    answers.add(fromBrowser(api, "OPTIONS"));
                    answers.add(fromBrowser(api, "POST"));
                }
            } catch (IOException noServer) {
                assertThat(answers).anyMatch(answer -> answer.startsWith("HTTP/1.1 503 "));
            }
            assertThat(answers)
                    .filteredOn(answer -> !answer.isEmpty()) // no answer, and so repeated like a refused connection
                    .allSatisfy(
                            answer -> assertThat(answer)
                                    .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: https://shop.example\r\n")
                                    .matches(
                                            "(?is)HTTP/1.1 (20[04] .*|503 .*\r\nRetry-After: 5\r\n.*\"code\":\"unavailable\".*)"));
            assertThat(app.awaitEnd()).isEqualTo(143);
            assertThat(app.output().lines()).as("the log in JSON").allSatisfy(line -> assertThat(
                            Api.json(line).get("message").asText())
                    .isNotEmpty());
        }
    }

    /** Returns the whole answer to a request on a connection of its own. */
    private static String fromBrowser(URI api, String method) throws IOException {
        String body = method.equals("POST") ? "{\"writeKey\":\"WRITE_KEY\",\"userId\":\"u\",\"event\":\"E\"}" : "";
        String head = method + " /v1/track HTTP/1.1\r\nHost: localhost\r\nOrigin: https://shop.example\r\n"
                + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n";
        try (Socket socket = new Socket(api.getHost(), api.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Sends event after event to the slow route, which takes them and does not answer, until one is refused. */
    private static HttpResponse<String> awaitRefusal(String api) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        return await().atMost(Program.PATIENCE)
                .until(
                        () -> {
                            answers.add(send(api, "SLOW_KEY", "Too Late"));
                            return answers.stream()
                                    .filter(CompletableFuture::isDone)
                                    .map(CompletableFuture::join)
                                    .findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private Program start(Map<String, String> environment) throws IOException {
        return start(environment, "quarkus.http.port", 0);
    }

    /** Starts the app with free ports but for one. */
    private Program start(Map<String, String> environment, String port, int number) throws IOException {
        List<String> options = new ArrayList<>(List.of("-Dquarkus.http.port=0", "-Dsegment.local-aws.port=0"));
        options.add("-D" + port + "=" + number);
        return Program.start(Program.app(options), directory, environment, directory.resolve("output.log"));
    }

    private static int track(String api, String writeKey, String event) {
        return send(api, writeKey, event).join().statusCode();
    }

    private static CompletableFuture<HttpResponse<String>> send(String api, String writeKey, String event) {
        URI uri = URI.create(api);
        return new Api(uri).postAsync(uri.getPath(), writeKey, "{\"userId\":\"user_1\",\"event\":\"" + event + "\"}");
    }

    private static String get(String url) throws IOException, InterruptedException {
        return Api.http1()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
