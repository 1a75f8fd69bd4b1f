package io.camelsegment.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * README's {@code camel run}, offline: the component comes from a repository with this build's own files, all else from
 * the local repository that this build has filled.
 */
class CamelCliIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String VERSION = System.getProperty("runtimes.version");

    private static final String ROUTE =
            """
            - route:
                from:
                  uri: segment:web
                  parameters:
                    writeKey: WEB_KEY
                  steps:
                    - to:
                        uri: segment-kinesis:events
                        parameters:
                          uriEndpointOverride: %1$s
                          accessKey: A
                          secretKey: S
                    - to:
                        uri: segment-firehose:lake
                        parameters:
                          uriEndpointOverride: %1$s
                          accessKey: A
                          secretKey: S
            """;

    @TempDir
    Path directory;

    @Test
    void deliversTheEventsOfARouteFile() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("events", 1);
            aws.createDeliveryStream("lake");
            Files.writeString(directory.resolve("collector.camel.yaml"), ROUTE.formatted(aws.endpoint()));
            Process cli = start();
            try {
                String port = await().atMost(PATIENCE)
                        .until(
                                () -> output(cli, "Routes startup") == null
                                        ? null
                                        : output(cli, "HttpServer started on [^:]+:(\\d+)"),
                                found -> found != null);

                HttpResponse<String> answer = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/track"))
                                        .timeout(PATIENCE)
                                        .POST(HttpRequest.BodyPublishers.ofString(
                                                "{\"writeKey\":\"WEB_KEY\",\"userId\":\"u\",\"event\":\"E\"}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());

                assertThat(answer.body()).as(read()).isEqualTo("{\"success\":true}");
                assertThat(aws.stream("events").records()).hasSize(1);
                assertThat(aws.deliveryStream("lake").records()).hasSize(1);
            } finally {
                cli.destroy();
                if (!cli.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    cli.destroyForcibly();
                }
            }
        }
    }

    private Process start() throws IOException {
        String classPath = Path.of("target/test-classes").toAbsolutePath() + ":"
                + Files.readString(Path.of("../camel-cli/target/class-path"));
        String repositories = repositoryOfTheBuild().toUri() + ","
                + Path.of(System.getProperty("runtimes.localRepository")).toUri();
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=" + directory,
                        "-Dmaven.repo.local=" + directory.resolve("loaded"),
                        "-cp",
                        classPath,
                        CamelCli.class.getName(),
                        "run",
                        "collector.camel.yaml",
                        "--dep=io.camelsegment:camel-segment:" + VERSION,
                        "--repos=" + repositories,
                        "--maven-settings=false",
                        "--maven-central-enabled=false",
                        "--maven-apache-snapshot-enabled=false",
                        "--prop=camel.server.host=127.0.0.1",
                        "--port=0",
                        "--logging-color=false"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("cli.log").toFile())
                .start();
    }

    /** Lays the component and its parent out as {@code mvn install} does. */
    private Path repositoryOfTheBuild() throws IOException {
        Path repository = directory.resolve("built");
        put(repository, "camel-segment-parent", ".pom", Path.of("../../pom.xml"));
        put(repository, "camel-segment", ".pom", Path.of("../../camel-segment-component/pom.xml"));
        put(
                repository,
                "camel-segment",
                ".jar",
                Path.of("../../camel-segment-component/target/camel-segment-" + VERSION + ".jar"));
        return repository;
    }

    private static void put(Path repository, String artifact, String ending, Path file) throws IOException {
        Path folder = Files.createDirectories(
                repository.resolve("io/camelsegment").resolve(artifact).resolve(VERSION));
        Files.copy(file, folder.resolve(artifact + "-" + VERSION + ending));
    }

    /** Returns the last group of the first match in the output, or null; fails when the CLI has ended. */
    private String output(Process cli, String pattern) {
        boolean alive = cli.isAlive();
        String text = read();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (matcher.find()) {
            return matcher.group(matcher.groupCount());
        }
        assertThat(alive).as(text).isTrue();
        return null;
    }

    private String read() {
        try {
            return Files.readString(directory.resolve("cli.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
