package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged app as a user starts it, in an empty directory. */
class PackagedAppIT {

    private static final Path JAR =
            Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private Process process;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null && process.isAlive()) {
            process.destroy();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void refusesToStartWithoutSettingsInOneLine() throws Exception {
        start(Map.of());

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output())
                .isEqualToNormalizingNewlines(
                        "segment.sources: expected at least one source, but there is none, nor a route"
                                + " in routes/*.camel.yaml: set segment.sources.web.write-key and a destination, in"
                                + " application.yaml or in the file that SEGMENT_CONFIG names\n");
    }

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

        start(Map.of("SEGMENT_CONFIG", file.toString()));

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output())
                .isEqualToNormalizingNewlines(
                        "segment.destinations.lake.map.\"page\": expected at least one delivery stream,"
                                + " but there is none: name a stream or remove the row\n");
    }

    @Test
    void refusesLocalModeInProductionInOneLine() throws Exception {
        start(Map.of("SEGMENT_LOCAL_AWS_ENABLED", "true"));

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output())
                .isEqualToNormalizingNewlines(
                        "segment.local-aws.enabled: expected false in production, since local mode"
                                + " keeps events in memory only, but was true: remove it, or start with"
                                + " -Dquarkus.profile=local\n");
    }

    @Test
    void runsAnExampleInLocalModeAndTellsHowToUseIt() throws Exception {
        start(Map.of("QUARKUS_PROFILE", "local"));

        String api =
                await().atMost(PATIENCE).until(() -> find("curl -u 'WRITE_KEY:' (\\S+) -d"), url -> !url.isEmpty());
        assertThat(track(api, "WRITE_KEY", "User Registered")).isEqualTo(200);

        for (String stream : List.of("kinesis/events", "firehose/new_users", "firehose/everything")) {
            assertThat(get(find("curl (\\S+/" + stream + ")")))
                    .contains("\"event\":\"User Registered\"")
                    .hasLineCount(1);
        }
    }

    @Test
    void runsTheRoutesBesideItInLocalMode() throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/mine.camel.yaml"),
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
                """);

        start(Map.of("QUARKUS_PROFILE", "local"));

        String api = await().atMost(PATIENCE)
                .until(() -> find("curl -u '<your write key>:' (\\S+) -d"), url -> !url.isEmpty());
        assertThat(track(api, "MY_KEY", "Signed Up")).isEqualTo(200);
        assertThat(get(find("curl (\\S+/kinesis/mine)"))).contains("\"event\":\"Signed Up\"");
        assertThat(output()).doesNotContain("s3cr3t").doesNotContain("MY_KEY");
    }

    @Test
    void answersWhatItHasTakenBeforeItStops() throws Exception {
        Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/slow.camel.yaml"),
                """
                - route:
                    id: slow
                    from:
                      uri: segment:slow
                      parameters:
                        writeKey: MY_KEY
                      steps:
                        - log: taken
                        - delay:
                            constant: "8000"
                            asyncDelayed: true
                        - to:
                            uri: segment-kinesis:slow
                """);
        // What is under way, and not the time for balancers, must keep the server open.
        start(Map.of("QUARKUS_PROFILE", "local", "QUARKUS_SHUTDOWN_DELAY", "10MS"));
        String api = await().atMost(PATIENCE)
                .until(() -> find("curl -u '<your write key>:' (\\S+) -d"), url -> !url.isEmpty());
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> track(api, "MY_KEY", "Signed Up"));
        await().atMost(PATIENCE).until(() -> output().contains("taken"));

        process.destroy();

        HttpResponse<String> refused = await().atMost(PATIENCE)
                .until(() -> send(api, "MY_KEY", "Too Late"), response -> response.statusCode() != 200);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(get(api.replaceFirst("/v1.*", "/q/health/ready"))).contains("\"status\": \"DOWN\"");
        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(200);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(output())
                .containsPattern(
                        "All streams stopped: accepted (\\d+) = delivered \\1 \\+ failed 0 \\+ refused 0 records");
    }

    private void start(Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dquarkus.http.port=0",
                "-Dsegment.local-aws.port=0",
                "-jar",
                JAR.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    private String output() {
        try {
            return Files.readString(directory.resolve("output.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the first group of the first match in the output, or nothing; fails when the app has ended. */
    private String find(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(output());
        if (matcher.find()) {
            return matcher.group(1);
        }
        assertThat(process.isAlive()).as(output()).isTrue();
        return "";
    }

    private static int track(String api, String writeKey, String event) {
        return send(api, writeKey, event).statusCode();
    }

    private static HttpResponse<String> send(String api, String writeKey, String event) {
        URI uri = URI.create(api);
        return new Api(uri).post(uri.getPath(), writeKey, "{\"userId\":\"user_1\",\"event\":\"" + event + "\"}");
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
