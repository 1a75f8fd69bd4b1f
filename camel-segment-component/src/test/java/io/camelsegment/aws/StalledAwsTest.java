package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.OwnJvm;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** AWS takes the requests and does not answer: that costs memory, and no thread. */
@ExtendWith(LocalAwsExtension.class)
@OwnJvm("looks at the threads of the JVM")
class StalledAwsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    private LocalAws aws;
    private SegmentServer server;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 1);
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                getContext().getRegistry().bind("meters", meters);
                from("segment:web?writeKey=WEB")
                        .to("segment-kinesis:events?requestTimeout=5s&accessKey=AKIDTEST&secretKey=SECRETTEST"
                                + "&uriEndpointOverride=" + aws.endpoint());
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void noThreadWaitsForAws() throws Exception {
        sendRequests(500); // most pools have their threads afterwards
        awaitAnswers();
        Fault stalled = aws.faults().on("PutRecords").neverAnswer();
        sendRequests(50);
        await().atMost(PATIENCE).until(() -> held() == 50);
        List<String> few = threads();

        sendRequests(450);
        await().atMost(PATIENCE).until(() -> held() == 500);

        // Not the very number: a pool that had less to do before may start some of its few threads late.
        assertThat(threads()).hasSizeLessThan(few.size() + 100);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(threadsInsideTheCollector()).isEmpty());
        stalled.remove();
        awaitAnswers();
        assertThat(aws.stream("events").records()).hasSize(1_000);
    }

    private void sendRequests(int count) {
        for (int i = 0; i < count; i++) {
            answers.add(server.client()
                    .sendAsync(
                            server.request("/v1/page", "WEB")
                                    .POST(BodyPublishers.ofString("{\"userId\":\"u1\"}"))
                                    .build(),
                            BodyHandlers.ofString()));
        }
    }

    private void awaitAnswers() throws Exception {
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
        answers.clear();
    }

    private double held() {
        return meters.get("segment.records.held").gauge().value();
    }

    /** Returns the names of all threads but those of the test's own HTTP client. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("HttpClient-"))
                .toList();
    }

    private static List<String> threadsInsideTheCollector() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> Arrays.stream(thread.getValue())
                        .map(StackTraceElement::getClassName)
                        .anyMatch(name -> name.startsWith("io.camelsegment.")
                                && !name.startsWith("io.camelsegment.localaws.")
                                && !name.startsWith(StalledAwsTest.class.getName())))
                .map(Map.Entry::getKey)
                .map(Thread::getName)
                .toList();
    }
}
