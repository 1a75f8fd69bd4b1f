package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.SegmentServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stalled sink makes the consumer say "later" instead of piling requests up. */
class BackPressureTest {

    private static final String EVENT = "{\"userId\":\"u1\"" + " ".repeat(600) + "}";

    private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    private SegmentServer server;
    private MemoryBudget budget;

    @BeforeEach
    void start() {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                getContext().getComponent("segment", SegmentComponent.class).setMaxBufferedBytes(1_000);
                from("segment:slow?writeKey=SLOW").process(new AsyncProcessorSupport() {
                    @Override
                    public boolean process(Exchange exchange, AsyncCallback callback) {
                        held.add(() -> callback.done(false));
                        return false;
                    }
                });
            }
        });
        budget = SharedBeans.memoryBudget(server.context());
    }

    @AfterEach
    void stop() {
        held.forEach(Runnable::run);
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answers429WhileTheBudgetIsUsedUp(boolean lengthDeclared) throws Exception {
        CompletableFuture<HttpResponse<String>> first = server.client()
                .sendAsync(
                        server.request("/v1/page", "SLOW")
                                .POST(BodyPublishers.ofString(EVENT))
                                .build(),
                        BodyHandlers.ofString());
        Runnable delivery = held.poll(10, TimeUnit.SECONDS);
        assertThat(budget.heldBytes()).isEqualTo(EVENT.length() + 5120 + 2048 + 512);

        HttpResponse<String> second = server.send(server.request("/v1/page", "SLOW")
                .POST(
                        lengthDeclared
                                ? BodyPublishers.ofString(EVENT)
                                : BodyPublishers.fromPublisher(BodyPublishers.ofString(EVENT))));

        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(second.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 300);
        assertThat(second.body()).contains("overloaded");
        delivery.run();
        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void countsNothingThatIsOnlyPromised() throws Exception {
        String deep = "a.".repeat(1_000) + "a";
        HttpResponse<String> refused =
                server.send(server.request("/v1/t?" + deep + "=1", null).method("GET", BodyPublishers.ofString(EVENT)));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void givesTheBytesOfRefusedRequestsBack() throws Exception {
        server.post("/v1/page", "SLOW", "{");
        server.post("/v1/page", "UNKNOWN", EVENT);
        server.post("/v1/page", null, EVENT);
        server.post("/v1/page", "SLOW", "{}");

        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void countsAndTakesNoManyTimesMoreThanHasCome() throws Exception {
        try (RawHttp http = new RawHttp(server.uri("/"))) {
            http.head("POST /v1/page HTTP/1.1\r\nHost: x\r\nAuthorization: Basic U0xPVzo=\r\nContent-Length: 900\r\n");
            http.body(RawHttp.utf8("0123456789"));
            await().atMost(Duration.ofSeconds(10)).until(() -> budget.heldBytes() > 0);
            assertThat(budget.heldBytes()).isEqualTo(80);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> budget.heldBytes() == 0);
    }

    @Test
    void countsExactlyTheBodyAndItsEventsOnceItIsRead() throws Exception {
        try (RawHttp http = new RawHttp(server.uri("/"))) {
            http.head(
                    "POST /v1/page HTTP/1.1\r\nHost: x\r\nAuthorization: Basic U0xPVzo=\r\nTransfer-Encoding: chunked\r\n");
            http.body(RawHttp.chunked(RawHttp.utf8(EVENT), 100));
            Runnable delivery = held.poll(10, TimeUnit.SECONDS);
            assertThat(budget.heldBytes()).isEqualTo(EVENT.length() + 5120 + 2048 + 512);
            delivery.run();
            assertThat(http.answer().status()).isEqualTo(200);
        }
        assertThat(budget.heldBytes()).isZero();
    }
}
