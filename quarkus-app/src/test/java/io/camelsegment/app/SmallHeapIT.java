package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The heap that {@code bin/segment} gives is enough for all that the app accepts while AWS takes nothing. */
@DisabledOnOs(OS.WINDOWS)
class SmallHeapIT {

    private static final int REFUSALS = 100;

    @TempDir
    Path directory;

    @Test
    void refusesWhatItHasNoMemoryForAndRecovers() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("events", 1_000);
            try (Program program = start(aws)) {
                Api app = new Api(
                        URI.create("http://127.0.0.1:" + program.awaitOutput("Listening on: http://\\S+:(\\d+)")));
                // Few events have most objects around them, small events most objects for their bytes.
                flood(aws, app, batch(10, 300), 2_000);
                flood(aws, app, batch(400, 1), 400);
                flood(aws, app, batch(4, 25_000), 400);

                program.stop();

                assertThat(program.awaitEnd()).isEqualTo(143);
                assertThat(program.output())
                        .containsPattern("All streams stopped: accepted (\\d+) = delivered \\1 \\+ failed 0")
                        .doesNotContain("OutOfMemory");
            }
        }
    }

    /** Sends requests until many are refused, then lets AWS take what the app has accepted. */
    private static void flood(LocalAws aws, Api app, String body, int connections) throws InterruptedException {
        Fault down = aws.faults().on("PutRecords").fail("InternalFailure");
        Semaphore free = new Semaphore(connections);
        AtomicInteger refused = new AtomicInteger();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        while (refused.get() < REFUSALS) {
            assertThat(free.tryAcquire(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("%d connections, %d refused", connections, refused.get())
                    .isTrue();
            answers.add(app.postAsync("/v1/batch", "WEB_KEY", body)
                    .thenApply(HttpResponse::statusCode)
                    .whenComplete((status, failure) -> {
                        if (failure != null || status != 200) {
                            refused.incrementAndGet();
                        }
                        free.release();
                    }));
        }
        down.remove();

        assertThat(answers.stream().map(CompletableFuture::join).distinct()).containsExactlyInAnyOrder(200, 429);
        await().atMost(Program.PATIENCE)
                .until(() -> app.post("/v1/batch", "WEB_KEY", body).statusCode() == 200);
    }

    private static String batch(int events, int bytes) {
        String event = "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"properties\":{\"p\":\""
                + "x".repeat(bytes) + "\"}}";
        return "{\"batch\":[" + String.join(",", Collections.nCopies(events, event)) + "]}";
    }

    private Program start(LocalAws aws) throws IOException {
        return Program.start(
                List.of(Path.of("target/quarkus-app/bin/segment")
                        .toAbsolutePath()
                        .toString()),
                directory,
                Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "SEGMENT_CACHE", "/dev/null/none",
                        "JAVA_OPTS", "-Dquarkus.http.port=0 -Dquarkus.management.port=0",
                        "AWS_ACCESS_KEY_ID", "AKIATEST",
                        "AWS_SECRET_ACCESS_KEY", "test",
                        "SEGMENT_AWS_ENDPOINT_OVERRIDE", aws.endpoint().toString(),
                        "SEGMENT_SOURCES_WEB_WRITE_KEY", "WEB_KEY",
                        "SEGMENT_DESTINATIONS_ANALYTICS_TYPE", "kinesis",
                        "SEGMENT_DESTINATIONS_ANALYTICS_STREAM_NAME", "events",
                        "SEGMENT_DESTINATIONS_ANALYTICS_DELIVERY_TIMEOUT", "2m"),
                directory.resolve("output.log"));
    }
}
