package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/segment} with the native binary beside it, as in an image. */
@EnabledIfSystemProperty(named = Program.BINARY, matches = ".+", disabledReason = "this build has no binary")
class NativeLauncherIT {

    @TempDir
    Path directory;

    private Path launcher;

    @BeforeEach
    void copyTheApp() throws IOException {
        Program.copyTo(directory);
        launcher = Files.createDirectory(directory.resolve("bin")).resolve("segment");
        Files.copy(
                Path.of("target/quarkus-app/bin/segment").toAbsolutePath(),
                launcher,
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    @Test
    void runsTheCollector() throws Exception {
        try (Program collector = start(Map.of())) {
            URI api = URI.create(collector.awaitOutput("curl -u 'WRITE_KEY:' (\\S+) -d"));
            assertThat(new Api(api)
                            .post(api.getPath(), "WRITE_KEY", "{\"userId\":\"u\",\"event\":\"E\"}")
                            .statusCode())
                    .isEqualTo(200);

            collector.stop();

            assertThat(collector.awaitEnd()).isEqualTo(143);
            assertThat(collector.output())
                    .contains("All streams stopped: accepted 2 = delivered 2 + failed 0 + refused 0 records")
                    .doesNotContain("maxBufferedBytes");
        }
    }

    @Test
    void theHeapFollowsTheBuffer() throws Exception {
        try (Program collector = start(Map.of("SEGMENT_MAX_BUFFERED_BYTES", "268435456"))) {
            collector.awaitOutput("(curl -u 'WRITE_KEY:')");

            assertThat(collector.output()).doesNotContain("expected at most half of the heap");
        }
    }

    /** An app that went on without the thread that failed would answer nobody. */
    @Test
    void endsWhenTheHeapIsFull() throws Exception {
        String event = "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"properties\":{\"p\":\""
                + "x".repeat(1_000) + "\"}}";
        String batch = "{\"batch\":[" + String.join(",", Collections.nCopies(400, event)) + "]}";
        try (Program collector =
                start(Map.of("JAVA_OPTS", "-Xmx8m", "SEGMENT_MAX_BUFFERED_BYTES", String.valueOf(100_000_000)))) {
            Api api = new Api(URI.create(collector.awaitOutput("curl -u 'WRITE_KEY:' (\\S+) -d")));

            List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 24)
                    .mapToObj(i -> api.postAsync("/v1/batch", "WRITE_KEY", batch))
                    .toList();

            assertThat(collector.awaitEnd()).isEqualTo(3);
            assertThat(collector.output()).contains("java.lang.OutOfMemoryError");
            assertThat(answers).anySatisfy(answer -> assertThat(answer).failsWithin(Program.PATIENCE));
        }
    }

    private Program start(Map<String, String> variables) throws IOException {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("QUARKUS_PROFILE", "local");
        environment.put("QUARKUS_HTTP_PORT", "0");
        environment.put("QUARKUS_MANAGEMENT_PORT", "0");
        environment.put("SEGMENT_LOCAL_AWS_PORT", "0");
        return Program.start(List.of(launcher.toString()), directory, environment, directory.resolve("output.log"));
    }
}
