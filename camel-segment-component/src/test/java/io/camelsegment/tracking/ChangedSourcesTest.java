package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.SegmentServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Write keys and limits that change while sources run. */
class ChangedSourcesTest {

    private static final String EVENT = "{\"userId\":\"u1\",\"event\":\"Order Completed\"}";
    private static final String THREE = "{\"batch\":[" + EVENT + "," + EVENT + "," + EVENT + "]}";

    /** As many as may come in a hundred seconds. */
    private static final String HUNDRED = "{\"batch\":[" + (EVENT + ",").repeat(99) + EVENT + "]}";

    private final Queue<String> sources = new ConcurrentLinkedQueue<>();
    private final Set<String> delivered = ConcurrentHashMap.newKeySet();

    private final SegmentServer server = new SegmentServer(new RouteBuilder() {
        @Override
        public void configure() {
            from("segment:web?writeKey=WEB&webhook=true").routeId("web").to("direct:keep");
            from("segment:shop?writeKey=SHOP&maxEventsPerSecond=1&maxEventsPerRequest=100")
                    .routeId("shop")
                    .to("direct:keep");
            from("direct:keep").process(exchange -> {
                sources.add(exchange.getMessage().getHeader(SegmentConstants.SOURCE, String.class));
                delivered.add(exchange.getMessage().getBody(SegmentEvent.class).messageId());
            });
        }
    });

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aKeyComesAndAnotherGoes() throws Exception {
        change("web", options("WEB,NEW"));
        assertThat(statusOf("WEB")).isEqualTo(200);
        assertThat(statusOf("NEW")).isEqualTo(200);

        change("web", options("NEW"));
        assertThat(statusOf("WEB")).isEqualTo(400);
        assertThat(statusOf("NEW")).isEqualTo(200);
        assertThat(server.post("/v1/track", null, EVENT.replace("{", "{\"writeKey\":\"WEB\","))
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.post("/v1/webhook/web", null, EVENT).statusCode()).isEqualTo(200);
    }

    @Test
    void sourcesSwapTheirKeys() throws Exception {
        component().changeSources(Map.of("web", options("SHOP"), "shop", options("WEB")));

        assertThat(statusOf("WEB")).isEqualTo(200);
        assertThat(statusOf("SHOP")).isEqualTo(200);
        assertThat(sources).containsExactly("shop", "web");
    }

    @Test
    void sizesGoDownAndUp() throws Exception {
        SegmentConfiguration small = options("WEB");
        small.setMaxRequestBytes(100);
        small.setMaxEventBytes(60);
        change("web", small);
        assertThat(server.post("/v1/batch", "WEB", THREE).statusCode()).isEqualTo(400);
        assertThat(server.post("/v1/track", "WEB", EVENT.replace("u1", "u".repeat(30)))
                        .body())
                .contains("event_too_large");

        SegmentConfiguration few = options("WEB");
        few.setMaxEventsPerRequest(2);
        change("web", few);
        assertThat(server.post("/v1/batch", "WEB", THREE).body()).contains("too_many_events");

        change("web", options("WEB"));
        assertThat(server.post("/v1/batch", "WEB", THREE).statusCode()).isEqualTo(200);
    }

    /** Of a request whose key is in its body, the source is unknown while the body is read. */
    @Test
    void theHighestLimitOfAllSourcesFollows() throws Exception {
        SegmentConfiguration large = options("WEB");
        large.setMaxRequestBytes(600_000);
        String event = EVENT.replace("{", "{\"writeKey\":\"WEB\",") + " ".repeat(550_000);
        assertThat(server.post("/v1/track", null, event).statusCode()).isEqualTo(400);

        change("web", large);
        assertThat(server.post("/v1/track", null, event).statusCode()).isEqualTo(200);
    }

    @Test
    void ratesGoDownAndUp() throws Exception {
        assertThat(statusOfHundred()).isEqualTo(200);
        assertThat(statusOfHundred()).isEqualTo(429);

        SegmentConfiguration same = options("SHOP");
        same.setMaxEventsPerSecond(1);
        same.setMaxEventsPerRequest(100);
        same.setMaxEventBytes(1_000);
        change("shop", same);
        assertThat(statusOfHundred()).as("the rate limit goes on counting").isEqualTo(429);

        change("shop", options("SHOP"));
        assertThat(statusOfHundred()).isEqualTo(200);

        change("shop", same);
        assertThat(statusOfHundred()).isEqualTo(200);
        assertThat(statusOfHundred()).isEqualTo(429);
    }

    private int statusOfHundred() throws Exception {
        return server.post("/v1/batch", "SHOP", HUNDRED).statusCode();
    }

    @Test
    void nothingChangesWhenAnOptionIsWrong() throws Exception {
        SegmentConfiguration wrong = options("OTHER");
        wrong.setMaxEventBytes(0);
        SegmentConfiguration negative = options("OTHER");
        negative.setMaxEventsPerSecond(-1);
        for (SegmentConfiguration one : List.of(wrong, negative, options(""), options("NEW"))) {
            assertThatThrownBy(() -> component().changeSources(Map.of("web", options("NEW"), "shop", one)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContainingAny("NEW", "OTHER");
        }
        assertThatThrownBy(() -> change("none", options("NEW"))).hasMessageContaining("none");

        assertThat(statusOf("WEB")).isEqualTo(200);
        assertThat(statusOf("SHOP")).isEqualTo(200);
        assertThat(statusOf("NEW")).isEqualTo(400);
    }

    @Test
    void aRequestKeepsWhatItBeganWith() throws Exception {
        String event = EVENT.replace("{", "{\"writeKey\":\"WEB\",");
        try (RawHttp keyInHeader = begin("Authorization: " + SegmentServer.basic("WEB:"), EVENT);
                RawHttp keyInBody = begin("", event)) {
            SegmentConfiguration small = options("NEW");
            small.setMaxRequestBytes(10);
            change("web", small);

            assertThat(keyInHeader.body(RawHttp.utf8(EVENT)).answer().status()).isEqualTo(200);
            assertThat(keyInBody.body(RawHttp.utf8(event)).answer().status()).isEqualTo(200);
        }
        assertThat(sources).containsExactly("web", "web");
        assertThat(statusOf("WEB")).isEqualTo(400);
    }

    /** Begins a request, which the server has seen when this returns. */
    private RawHttp begin(String header, String body) throws IOException {
        RawHttp connection = new RawHttp(server.uri("/"));
        connection.head("POST /v1/track HTTP/1.1\nHost: localhost\nExpect: 100-continue\nContent-Length: "
                + body.length() + "\n" + header);
        assertThat(connection.answerHead().status()).isEqualTo(100);
        return connection;
    }

    @Test
    void theChangeOutlivesAStopOfTheRoute() throws Exception {
        SegmentConfiguration few = options("NEW");
        few.setMaxEventsPerRequest(2);
        change("web", few);

        server.context().getRouteController().stopRoute("web");
        assertThat(statusOf("NEW")).isEqualTo(503);
        assertThat(statusOf("WEB")).isEqualTo(400);
        server.context().getRouteController().startRoute("web");

        assertThat(statusOf("NEW")).isEqualTo(200);
        assertThat(statusOf("WEB")).isEqualTo(400);
        assertThat(server.post("/v1/batch", "NEW", THREE).body()).contains("too_many_events");
    }

    /** Each sender changes to the new key when that is known; only then the old one goes. */
    @Test
    void noRequestIsRefusedWhileKeysRotate() throws Exception {
        AtomicInteger newest = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        Queue<HttpResponse<String>> refused = new ConcurrentLinkedQueue<>();
        change("web", options("KEY0"));
        List<CompletableFuture<Void>> senders = new ArrayList<>();
        List<AtomicInteger> keys = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int sender = i;
            AtomicInteger key = new AtomicInteger();
            keys.add(key);
            senders.add(CompletableFuture.runAsync(() -> {
                for (int event = 0; !done.get(); event++) {
                    String id = sender + "-" + event;
                    int used = newest.get();
                    key.set(used);
                    try {
                        HttpResponse<String> answer = server.post(
                                "/v1/track", "KEY" + used, EVENT.replace("{", "{\"messageId\":\"" + id + "\","));
                        if (answer.statusCode() == 200) {
                            acknowledged.add(id);
                        } else {
                            refused.add(answer);
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }));
        }
        for (int i = 1; i <= 20; i++) {
            int rotated = i;
            change("web", options("KEY" + (i - 1) + ",KEY" + i));
            newest.set(i);
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                // One that failed says why.
                senders.stream().filter(CompletableFuture::isDone).forEach(CompletableFuture::join);
                return keys.stream().allMatch(key -> key.get() == rotated);
            });
            change("web", options("KEY" + i));
        }
        done.set(true);
        senders.forEach(CompletableFuture::join);

        assertThat(refused).isEmpty();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(80);
        assertThat(delivered).containsAll(acknowledged);
    }

    private SegmentComponent component() {
        return server.context().getComponent("segment", SegmentComponent.class);
    }

    private void change(String route, SegmentConfiguration options) {
        component().changeSources(Map.of(route, options));
    }

    private static SegmentConfiguration options(String writeKey) {
        SegmentConfiguration options = new SegmentConfiguration();
        options.setWriteKey(writeKey);
        return options;
    }

    private int statusOf(String writeKey) throws Exception {
        return server.post("/v1/track", writeKey, EVENT).statusCode();
    }
}
