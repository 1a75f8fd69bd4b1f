package io.camelsegment.tracking.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.SegmentConstants;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code segment:} as a sink: events of a source are forwarded to another tracking API as they are to a stream. */
class ForwardingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final SegmentServer server = new SegmentServer();
    private final CamelContext context = server.context();
    private final ProducerTemplate template = context.createProducerTemplate();
    private ScriptedApi api;

    @BeforeEach
    void bindMeters() {
        context.getRegistry().bind("meters", meters);
    }

    @AfterEach
    void stop() {
        server.close();
        api.close();
    }

    @Test
    void endpointsWithTheSameReceiverFillTheSameBatches() throws Exception {
        AtomicReference<Runnable> firstAnswer = new AtomicReference<>();
        api = new ScriptedApi(
                (request, received) -> firstAnswer.set(() -> request.response().end("{\"success\":true}")));
        String one = receiver("") + "&maxInFlightRequests=1";
        String other = one + "&lazyStartProducer=false";
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        sent.add(send(one, "first"));
        await().atMost(PATIENCE).until(() -> firstAnswer.get() != null);

        sent.add(send(one, "second"));
        sent.add(send(other, "third"));
        await().atMost(PATIENCE).until(() -> held() == 3);
        firstAnswer.get().run();

        for (CompletableFuture<Exchange> exchange : sent) {
            assertThat(exchange.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                    .isNull();
        }
        assertThat(api.received()).extracting(ScriptedApi.Received::events).hasSize(2);
        assertThat(api.received().get(1).events()).containsExactlyInAnyOrder("second", "third");
    }

    @Test
    void doesNotDoubleWhatWasForwardedWhenItsSenderRepeatsIt() throws Exception {
        api = new ScriptedApi();
        context.addRoutes(new RouteBuilder() {
            private boolean failed;

            @Override
            public void configure() {
                from("segment:web?writeKey=WEB").multicast().to(receiver(""), "direct:flaky");
                from("direct:flaky").errorHandler(noErrorHandler()).process(exchange -> {
                    if (!failed) {
                        failed = true;
                        throw new IllegalStateException("down for a moment");
                    }
                });
            }
        });

        assertThat(track("{}")).isEqualTo(429);
        assertThat(track("{}")).isEqualTo(200);

        assertThat(api.received()).hasSize(1);
        assertThat(counter("segment.resends.avoided")).isEqualTo(1);
    }

    @Test
    void forwardsWhateverIntegrationsSayUnlessTheReceiverHasAName() throws Exception {
        api = new ScriptedApi();
        List<String> filtered = new ArrayList<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB")
                        .to(receiver(""))
                        .to(receiver("&integrationName=Mirror"))
                        .process(exchange ->
                                filtered.add(exchange.getMessage().getHeader(SegmentConstants.FILTERED, String.class)));
            }
        });

        assertThat(track("{\"All\":false}")).isEqualTo(200);
        assertThat(track("{\"All\":false,\"Mirror\":true}")).isEqualTo(200);

        assertThat(api.received()).hasSize(3);
        assertThat(filtered).containsExactly("Mirror", null);
    }

    @Test
    void tellsInMetersAndHealthHowTheReceiverFares() throws Exception {
        AtomicBoolean down = new AtomicBoolean(true);
        ScriptedApi.Answer answer = (request, received) ->
                (down.get() ? ScriptedApi.status(500, "") : ScriptedApi.taken()).to(request, received);
        api = new ScriptedApi(Collections.nCopies(100, answer).toArray(ScriptedApi.Answer[]::new));

        CompletableFuture<Exchange> sent = send(receiver("&deliveryTimeout=60s"), "event");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(health())
                .containsEntry("segment out in 127.0.0.1", "FAILING: HTTP500"));
        down.set(false);
        assertThat(sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                .isNull();
        assertThat(counter("segment.records.accepted")).isEqualTo(1);
        assertThat(counter("segment.records.delivered")).isEqualTo(1);
        assertThat(counter("segment.records.retried"))
                .isEqualTo(api.received().size() - 1.0)
                .isPositive();
        assertThat(health()).doesNotContainKey("segment out in 127.0.0.1");
    }

    private String receiver(String options) {
        return "segment:out?url=" + api.url() + "&writeKey=KEY" + options;
    }

    private CompletableFuture<Exchange> send(String uri, String event) {
        return template.asyncSend(uri, exchange -> exchange.getMessage().setBody(Sender.track(event)));
    }

    private int track(String integrations) throws Exception {
        return server.post(
                        "/v1/track",
                        "WEB",
                        "{\"event\":\"E\",\"userId\":\"u\",\"messageId\":\"m\",\"integrations\":" + integrations + "}")
                .statusCode();
    }

    private Map<String, Object> health() {
        return HealthCheckRegistry.get(context)
                .getCheck("segment-delivery")
                .map(check -> check.callReadiness().getDetails())
                .orElse(Map.of()); // before the first producer
    }

    private double held() {
        return meters.get("segment.records.held").tags(tags()).gauge().value();
    }

    private double counter(String name) {
        return meters.get(name).tags(tags()).functionCounter().count();
    }

    private static String[] tags() {
        return new String[] {"service", "segment", "region", "127.0.0.1", "stream", "out"};
    }
}
