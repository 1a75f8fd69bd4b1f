package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
                                    + " but there is none: name a stream or remove the row\n");
        }
    }

    @Test
    void runsAnExampleInLocalModeAndTellsHowToUseIt() throws Exception {
        try (Program app = start(Map.of("QUARKUS_PROFILE", "local"))) {
            String api = app.awaitOutput("curl -u 'WRITE_KEY:' (\\S+) -d");
            assertThat(track(api, "WRITE_KEY", "User Registered")).isEqualTo(200);

            for (String stream : List.of("kinesis/events", "firehose/new_users", "firehose/everything")) {
                assertThat(get(app.awaitOutput("curl (\\S+/" + stream + ")")))
                        .contains("\"event\":\"User Registered\"")
                        .hasLineCount(1);
            }
        }
    }

    @Test
    void runsTheRoutesBesideItInLocalModeAndAnswersWhatTheyHaveTakenBeforeItStops() throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        try (LocalAws elsewhere = LocalAws.start()) {
            elsewhere.createStream("slow", 1);
            Fault down = elsewhere.faults().on("PutRecords").fail("InternalFailure");
            Files.writeString(directory.resolve("routes/mine.camel.yaml"), ROUTES.formatted(elsewhere.endpoint()));
            // What is under way, and not the time for balancers, must keep the server open.
            try (Program app = start(Map.of("QUARKUS_PROFILE", "local", "QUARKUS_SHUTDOWN_DELAY", "10MS"))) {
                String api = app.awaitOutput("curl -u '<your write key>:' (\\S+) -d");
                String management = app.awaitOutput("Management interface listening on (http://127.0.0.1:\\d+)");
                assertThat(track(api, "MY_KEY", "Signed Up")).isEqualTo(200);
                assertThat(get(app.awaitOutput("curl (\\S+/kinesis/mine)"))).contains("\"event\":\"Signed Up\"");
                assertThat(app.output()).doesNotContain("s3cr3t").doesNotContain("MY_KEY");

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
        return Program.start(
                Program.app(List.of("-Dquarkus.http.port=0", "-Dsegment.local-aws.port=0")),
                directory,
                environment,
                directory.resolve("output.log"));
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
