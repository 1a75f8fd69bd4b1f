package io.camelsegment.tracking.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.client.ScriptedApi.Received;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tracking API is asked. */
class ProducerRequestTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void postsABatchWithTheWriteKeyInTheHeaderOnly(boolean gzip) {
        try (ScriptedApi api = new ScriptedApi();
                Sender sender = new Sender(api.url() + "/", "&gzip=" + gzip)) {
            Exchange sent = sender.send(Sender.track("E"));

            assertThat(sent.getException()).isNull();
            Received request = api.received().get(0);
            assertThat(request.path()).isEqualTo("/v1/batch");
            assertThat(request.authorization()).isEqualTo(SegmentServer.basic(Sender.KEY + ":"));
            assertThat(request.encoding()).isEqualTo(gzip ? "gzip" : null);
            assertThat(request.body().fieldNames()).containsExactly("sentAt", "batch");
            assertThat(Instant.parse(request.body().getString("sentAt")))
                    .isAfterOrEqualTo(Instant.parse(event(request).getString("timestamp")));
            assertThat(event(request).getString("messageId")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"2500, 475000, 2500, 1", "1000, 475000, 2500, 3", "2500, 475000, 150, 11", "2500, 100000, 30, 10"})
    void batchesWithinTheLimits(int batchRecords, int batchBytes, int events, int requests) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        AtomicReference<HttpServerRequest> first = new AtomicReference<>();
        int padding = events == 2_500 ? 10 : 32_000;
        try (ScriptedApi api = new ScriptedApi((request, received) -> {
                    first.set(request);
                    asked.countDown();
                });
                Sender sender = new Sender(
                        api.url(),
                        "&maxInFlightRequests=1&requestTimeout=60s&deliveryTimeout=120s&batchRecords=" + batchRecords
                                + "&batchBytes=" + batchBytes)) {
            List<CompletableFuture<Exchange>> sent = new ArrayList<>();
            sent.add(sender.begin(Sender.track("ahead")));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            IntStream.range(0, events)
                    .forEach(i -> sent.add(sender.begin("{\"type\":\"track\",\"event\":\"" + i + "\",\"userId\":\""
                            + "u".repeat(padding) + "\"}")));
            first.get().response().end("{}");
            sent.forEach(one -> assertThat(Sender.result(one).getException()).isNull());

            assertThat(api.received().stream().flatMap(request -> request.events().stream()))
                    .containsExactlyElementsOf(Stream.concat(
                                    Stream.of("ahead"),
                                    IntStream.range(0, events).mapToObj(Integer::toString))
                            .toList());
            assertThat(api.received()).hasSize(1 + requests).allSatisfy(request -> {
                assertThat(request.batch().size()).isLessThanOrEqualTo(batchRecords);
                assertThat(request.bytes()).isLessThanOrEqualTo(Math.min(500_000, batchBytes + batchRecords + 64));
            });
        }
    }

    @Test
    void relaysWhatACollectorReceivesInOneLine() throws Exception {
        try (ScriptedApi api = new ScriptedApi();
                SegmentServer collector = new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("segment:in?writeKey=IN").to("segment:out?writeKey=OUT&url=" + api.url());
                    }
                })) {
            var answer = collector.post(
                    "/v1/batch",
                    "IN",
                    "{\"batch\":[{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\",\"properties\":{\"n\":1.0}},"
                            + "{\"type\":\"track\",\"event\":\"B\",\"userId\":\"u\"}]}");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(api.received().stream().flatMap(request -> request.events().stream()))
                    .containsExactly("A", "B");
        }
    }

    @Test
    void completesEachMessageOfARouteAndLeavesItAsItWas() throws Exception {
        try (ScriptedApi api = new ScriptedApi();
                SegmentServer any = new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("segment:out?bodyAs=properties&writeKey=OUT&url=" + api.url())
                                .to("mock:done");
                    }
                })) {
            MockEndpoint done = any.context().getEndpoint("mock:done", MockEndpoint.class);
            done.expectedBodiesReceived("{\"a\":1}");

            any.context()
                    .createFluentProducerTemplate()
                    .to("direct:in")
                    .withBody("{\"a\":1}")
                    .withHeader("CamelSegmentType", "page")
                    .withHeader("CamelSegmentUserId", "u1")
                    .send();

            done.assertIsSatisfied();
            assertThat(event(api.received().get(0)).getJsonObject("properties")).isEqualTo(new JsonObject("{\"a\":1}"));
        }
    }

    private static JsonObject event(Received request) {
        return request.batch().getJsonObject(0);
    }
}
