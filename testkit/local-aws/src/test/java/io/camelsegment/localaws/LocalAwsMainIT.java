package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The standalone jar as {@code java -jar} runs it. */
@Timeout(60)
class LocalAwsMainIT {
    private static final Pattern READY =
            Pattern.compile("Local AWS is ready: (http://127\\.0\\.0\\.1:\\d+) \\(region us-west-2, account 0{12}\\)");

    private Process process;

    @AfterEach
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    @Test
    void startsWithTheStreamsOfItsArguments() throws Exception {
        start("--kinesis", "events:4", "--firehose", "new_users", "--port", "0");
        BufferedReader output = process.inputReader();
        Matcher ready = READY.matcher(output.readLine());
        assertThat(ready).matches();
        URI endpoint = URI.create(ready.group(1));
        assertThat(List.of(output.readLine(), output.readLine()))
                .containsExactly(
                        "  stream events: " + endpoint + "/kinesis/events",
                        "  delivery stream new_users: " + endpoint + "/firehose/new_users");

        try (KinesisClient kinesis = AwsClients.kinesis(endpoint)) {
            kinesis.putRecord(r -> r.streamName("events").partitionKey("k").data(SdkBytes.fromUtf8String("{\"n\":1}")));
            assertThat(kinesis.listShards(r -> r.streamName("events")).shards()).hasSize(4);
        }

        assertThat(HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()
                        .send(
                                HttpRequest.newBuilder(endpoint.resolve("/kinesis/events"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .isEqualTo("{\"n\":1}\n");
        // The process's own destroy() would close the streams too.
        process.toHandle().destroy();
        // It has a logger; on a slow machine Vert.x warns by it that the start took long.
        assertThat(process.errorReader().lines()).noneMatch(line -> line.contains("SLF4J"));
    }

    @Test
    void tellsItsOptions() throws Exception {
        start("--port", "0", "--help");

        assertThat(process.waitFor()).isZero();
        assertThat(process.inputReader().lines())
                .anyMatch(line -> line.startsWith("  --kinesis <name>[:<shards>] "))
                .anyMatch(line -> line.startsWith("  --firehose <name> "))
                .anyMatch(line -> line.startsWith("  --port <port> "));
        assertThat(process.errorReader().lines()).isEmpty();
    }

    @Test
    void saysInOneLineWhatItExpected() throws Exception {
        start("--port", "70000");

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(process.errorReader().lines()).containsExactly("expected a port of 0 to 65535, was 70000");
        assertThat(process.inputReader().lines()).isEmpty();
    }

    private void start(String... arguments) throws IOException {
        process = new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-jar",
                                        System.getProperty("standalone.jar")),
                                Stream.of(arguments))
                        .toList())
                .start();
    }
}
