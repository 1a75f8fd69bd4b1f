package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Workload;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.testing.SegmentServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Routes may block their thread, as a stock producer does: requests that have a thread do not wait for others. */
@ExtendWith(LocalAwsExtension.class)
class BlockingRoutesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The threads of Vert.x's pool of workers. */
    private static final int WORKERS = 20;

    private static final int CALLBACK_THREADS =
            Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final CountDownLatch allBegun = new CountDownLatch(WORKERS);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private SegmentServer server;
    private MemoryBudget budget;
    private Workload workload;

    @BeforeEach
    void start(LocalAws aws) {
        aws.reset();
        aws.createStream("events", 1);
        String stream =
                "segment-kinesis:events?accessKey=A&secretKey=S&batchRecords=1&uriEndpointOverride=" + aws.endpoint();
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB").process(BlockingRoutesTest.this::awaitTheOthers);
                from("segment:mobile?writeKey=MOBILE").process(BlockingRoutesTest.this::awaitTheOthers);
                from("segment:warm?writeKey=WARM").to(stream);
                from("segment:after?writeKey=AFTER")
                        .process(BlockingRoutesTest.this::countEnd)
                        .to(stream)
                        .process(BlockingRoutesTest.this::block);
                from("segment:other?writeKey=OTHER").log("other");
            }
        });
        budget = SharedBeans.memoryBudget(server.context());
        workload = SharedBeans.workload(server.context());
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
    }

    private void awaitTheOthers(Exchange exchange) throws InterruptedException {
        allBegun.countDown();
        assertThat(allBegun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private void countEnd(Exchange exchange) {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                ended.incrementAndGet();
            }
        });
    }

    private void block(Exchange exchange) throws InterruptedException {
        blocked.incrementAndGet();
        assertThat(release.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<HttpResponse<String>> post(String writeKey) {
        return server.client()
                .sendAsync(
                        server.request("/v1/page", writeKey)
                                .POST(BodyPublishers.ofString("{\"userId\":\"u1\"}"))
                                .build(),
                        BodyHandlers.ofString());
    }

    private static int status(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode();
    }

    /** Blocks all threads of callbacks, with two more callbacks behind them. */
    private List<CompletableFuture<HttpResponse<String>>> blockCallbacks() {
        await().atMost(PATIENCE).until(() -> status(post("WARM")) == 200);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < CALLBACK_THREADS + 2; i++) {
            answers.add(post("AFTER"));
        }
        await().atMost(PATIENCE).until(() -> blocked.get() == CALLBACK_THREADS);
        await().atMost(PATIENCE).until(() -> workload.waitingTasks() == 2);
        return answers;
    }

    @Test
    void asManyRequestsAsThereAreWorkersBeginTogether() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            answers.add(post(i % 2 == 0 ? "WEB" : "MOBILE"));
        }

        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(status(answer)).isEqualTo(200);
        }
    }

    @Test
    void requestsEnterWhileTheCallbacksOfOtherRoutesBlock() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = blockCallbacks();

        assertThat(status(post("OTHER"))).isEqualTo(200);
        assertThat(status(post("OTHER"))).isEqualTo(200);

        release.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(status(answer)).isEqualTo(200);
        }
    }

    @Test
    void requestsEnterAfterARestartAndBlockedCallbacksStillEnd() throws Exception {
        blockCallbacks();
        server.context().getShutdownStrategy().setTimeout(1);
        server.restart();

        assertThat(workload.waitingTasks()).isZero();
        assertThat(status(post("OTHER"))).isEqualTo(200);

        release.countDown();
        await().atMost(PATIENCE).until(() -> ended.get() == CALLBACK_THREADS + 2);
        await().atMost(PATIENCE).until(() -> budget.heldBytes() == 0);
    }
}
