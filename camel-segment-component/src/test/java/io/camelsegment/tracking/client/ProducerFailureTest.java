package io.camelsegment.tracking.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.client.ScriptedApi.Answer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the Exchanges when the tracking API does not simply take their events. */
@Execution(ExecutionMode.CONCURRENT)
class ProducerFailureTest {

    static Stream<Answer> passingFaults() {
        return Stream.of(
                ScriptedApi.status(500, "<html>"),
                ScriptedApi.status(502, ""),
                ScriptedApi.status(503, "{}"),
                ScriptedApi.status(408, ""),
                ScriptedApi.status(429, "{}"),
                ScriptedApi.retryAfter(429, "0"),
                ScriptedApi.retryAfter(503, "Sat, 01 Jan 2000 00:00:00 GMT"),
                ScriptedApi.cutConnection());
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void sendsTheSameEventAgainAfterAPassingFault(Answer fault) {
        try (ScriptedApi api = new ScriptedApi(fault);
                Sender sender = new Sender(api.url(), "")) {
            Exchange sent = sender.send(Sender.track("E"));

            assertThat(sent.getException()).isNull();
            assertThat(api.received()).hasSize(2);
            assertThat(api.received().get(0).batch())
                    .isEqualTo(api.received().get(1).batch());
        }
    }

    @Test
    void sendsTheEventAgainWhenThereIsNoAnswer() {
        try (ScriptedApi api = new ScriptedApi(ScriptedApi.silence());
                Sender sender = new Sender(api.url(), "&requestTimeout=300ms")) {
            assertThat(sender.send(Sender.track("E")).getException()).isNull();
            assertThat(api.received()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void failsTheExchangeWhenTheFaultOutlastsTheDeliveryTimeout() {
        Answer fault = ScriptedApi.status(500, "PRIVATE");
        Answer[] faults = Stream.generate(() -> fault).limit(1_000).toArray(Answer[]::new);
        try (ScriptedApi api = new ScriptedApi(faults);
                Sender sender = new Sender(api.url(), "&deliveryTimeout=2s")) {
            Exchange sent = sender.send(Sender.track("PRIVATE"));

            assertThat(sent.getException())
                    .isInstanceOfSatisfying(DeliveryException.class, failure -> {
                        assertThat(failure.isRetryable()).isTrue();
                        assertThat(failure.getErrorCode()).isEqualTo("HTTP500");
                    })
                    .hasMessageStartingWith("Segment stream out: not delivered within 2000 ms in ")
                    .hasMessageEndingWith("HTTP500: the tracking API answered with status 500");
        }
    }

    @Test
    void failsTheExchangeWhenNobodyListens() {
        String url;
        try (ScriptedApi gone = new ScriptedApi()) {
            url = gone.url();
        }
        try (Sender sender = new Sender(url, "&deliveryTimeout=2s")) {
            assertThat(sender.send(Sender.track("E")).getException())
                    .isInstanceOfSatisfying(DeliveryException.class, failure -> {
                        assertThat(failure.isRetryable()).isTrue();
                        assertThat(failure.getErrorCode()).isEqualTo("ConnectException");
                    });
        }
    }

    @Test
    void failsJustTheRejectedEventsOfABatch() throws Exception {
        Answer rejecting = (request, received) -> {
            int index = received.events().indexOf("bad");
            request.response()
                    .end("{\"success\":true,\"rejected\":[{\"index\":" + index
                            + ",\"code\":\"no_user_anon_id\",\"message\":\"PRIVATE\"},{\"index\":99},{}]}");
        };
        try (Batch batch = new Batch(rejecting)) {
            List<Exchange> sent = batch.send("good", "bad", "fine");

            assertThat(batch.api.received()).hasSize(2);
            assertThat(sent.get(0).getException()).isNull();
            assertThat(sent.get(2).getException()).isNull();
            assertThat(sent.get(1).getException())
                    .isInstanceOfSatisfying(DeliveryException.class, failure -> {
                        assertThat(failure.isRetryable()).isFalse();
                        assertThat(failure.getErrorCode()).isEqualTo("no_user_anon_id");
                    })
                    .hasMessageNotContaining("PRIVATE");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413})
    void failsJustTheEventForWhichTheApiRefusesAWholeBatch(int status) throws Exception {
        Answer strict = (request, received) -> request.response()
                .setStatusCode(received.events().contains("bad") ? status : 200)
                .end("{\"success\":false,\"code\":\"bad_request\",\"message\":\"PRIVATE\"}");
        try (Batch batch = new Batch(strict, strict, strict, strict, strict, strict)) {
            List<Exchange> sent = batch.send("good", "bad", "fine");

            assertThat(sent.get(0).getException()).isNull();
            assertThat(sent.get(2).getException()).isNull();
            assertThat(sent.get(1).getException())
                    .isInstanceOfSatisfying(DeliveryException.class, failure -> assertThat(failure.isRetryable())
                            .isFalse())
                    .hasMessageContaining("status " + status)
                    .hasMessageNotContaining("PRIVATE");
        }
    }

    @ParameterizedTest
    @CsvSource({"301,", "401,", "403,", "404,", "400,{\"code\":\"source_disabled\"}"})
    void asksNoMoreWhileAnOperatorHasToMendSomething(int status, String body) {
        try (ScriptedApi api = new ScriptedApi(ScriptedApi.status(status, body == null ? "" : body));
                Sender sender = new Sender(api.url(), "")) {
            Exchange first = sender.send(Sender.track("E"));

            assertThat(first.getException())
                    .isInstanceOf(StreamParkedException.class)
                    .hasMessageContaining("until this is mended")
                    .hasMessageContaining("status " + status)
                    .hasMessageNotContaining(Sender.KEY);
            assertThat(api.received()).hasSize(1);
        }
    }

    @Test
    void saysThatTheWriteKeyIsUnknown() {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("segment:in?writeKey=ANOTHER_KEY").to("log:in?level=OFF");
                    }
                });
                Sender sender = new Sender(server.uri("/v1").toString(), "")) {
            assertThat(sender.send(Sender.track("E")).getException())
                    .isInstanceOf(StreamParkedException.class)
                    .hasMessageContaining("project_not_found")
                    .hasMessageNotContaining(Sender.KEY);
        }
    }

    @Test
    void sendsAgainWhatAnotherCollectorCouldNotDeliver() {
        AtomicReference<Exception> trouble = new AtomicReference<>(new IllegalStateException("sink is down"));
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(noErrorHandler());
                        from("segment:in?writeKey=" + Sender.KEY).process(exchange -> {
                            Exception once = trouble.getAndSet(null);
                            if (once != null) {
                                throw once;
                            }
                        });
                    }
                });
                Sender sender = new Sender(server.uri("/v1").toString(), "&requestTimeout=20s&deliveryTimeout=60s")) {
            assertThat(sender.send(Sender.track("E")).getException()).isNull();
        }
    }

    @Test
    void takesNoMoreThanItMayHold() throws Exception {
        try (Batch batch = new Batch(200)) {
            CompletableFuture<Exchange> first = batch.sender.begin(Sender.track("x".repeat(150)));
            batch.awaitFirstRequest();

            Exchange second = batch.sender.send(Sender.track("x".repeat(150)));

            assertThat(second.getException()).hasMessageContaining("raise maxBufferedBytes");
            batch.answerFirst();
            assertThat(Sender.result(first).getException()).isNull();
            assertThat(batch.sender.send(Sender.track("x".repeat(150))).getException())
                    .isNull();
        }
    }

    @Test
    void stopsWithoutLosingWhatItHasTaken() throws Exception {
        Batch batch = new Batch();
        CompletableFuture<Exchange> first = batch.sender.begin(Sender.track("first"));
        batch.awaitFirstRequest();
        CompletableFuture<Exchange> second = batch.sender.begin(Sender.track("second"));
        batch.answerFirst();

        batch.sender.close();

        assertThat(Sender.result(first).getException()).isNull();
        assertThat(Sender.result(second).getException()).isNull();
        batch.api.close();
    }

    /** Lets events gather behind a request that is not answered, so that they travel together. */
    private static final class Batch implements AutoCloseable {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final AtomicReference<HttpServerRequest> first = new AtomicReference<>();
        private final ScriptedApi api;
        private final Sender sender;

        Batch(Answer... afterTheFirst) {
            this(MemoryBudget.DEFAULT_MAX_BYTES, afterTheFirst);
        }

        Batch(long maxBufferedBytes, Answer... afterTheFirst) {
            Answer held = (request, received) -> {
                first.set(request);
                asked.countDown();
            };
            api = new ScriptedApi(
                    Stream.concat(Stream.of(held), Stream.of(afterTheFirst)).toArray(Answer[]::new));
            sender = new Sender(api.url(), "&maxInFlightRequests=1", maxBufferedBytes);
        }

        List<Exchange> send(String... events) throws Exception {
            CompletableFuture<Exchange> ahead = sender.begin(Sender.track("ahead"));
            awaitFirstRequest();
            List<CompletableFuture<Exchange>> begun = Stream.of(events)
                    .map(event -> sender.begin(Sender.track(event)))
                    .toList();
            answerFirst();
            assertThat(Sender.result(ahead).getException()).isNull();
            return begun.stream().map(Sender::result).toList();
        }

        void awaitFirstRequest() throws InterruptedException {
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        }

        void answerFirst() {
            HttpServerRequest request = first.get();
            request.response().end("{}");
        }

        @Override
        public void close() {
            sender.close();
            api.close();
        }
    }
}
