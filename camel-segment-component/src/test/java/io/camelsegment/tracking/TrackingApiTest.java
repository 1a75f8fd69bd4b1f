package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.SegmentServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How requests become exchanges and exchanges an answer, with routes whose end the test decides; what is sent is {@code
 * contract}'s.
 */
class TrackingApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACK = "{\"userId\":\"u1\",\"event\":\"Bought\",\"messageId\":\"m1\"}";

    private final Queue<Exchange> arrived = new ConcurrentLinkedQueue<>();
    private final Queue<Exchange> invalid = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    private SegmentServer server;

    @BeforeEach
    void start() {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB,OLD_WEB")
                        .routeId("web")
                        .process(exchange -> arrived.add(exchange.copy()));
                from("segment:server?writeKey=SERVER")
                        .routeId("server")
                        .process(exchange -> arrived.add(exchange.copy()));
                from("segment:strict?writeKey=STRICT&maxEventBytes=100&maxRequestBytes=300&maxEventsPerRequest=2"
                                + "&allowedOrigins=https://shop.example&invalidUri=direct:invalid")
                        .process(exchange -> arrived.add(exchange.copy()));
                from("segment:workspace?webhook=true&sharedSecret=HUSH")
                        .process(exchange -> arrived.add(exchange.copy()));
                from("direct:invalid").process(exchange -> invalid.add(exchange.copy()));
                from("segment:slow?writeKey=SLOW").process(new Holding());
            }
        });
    }

    @AfterEach
    void stop() {
        held.forEach(Runnable::run);
        server.close();
    }

    /** Ends an exchange when the test says so, and keeps no thread until then. */
    private final class Holding extends AsyncProcessorSupport {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            held.add(() -> callback.done(false));
            return false;
        }
    }

    @Test
    void setsHeadersAndBody() throws Exception {
        Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
        server.post(
                "/v1/track",
                "WEB",
                "{\"userId\":\"u1\",\"anonymousId\":\"a1\",\"event\":\"Bought\",\"messageId\":\"m1\",\"properties\":{\"n\":12345678901234567890}}");

        Exchange exchange = arrived.element();
        Map<String, Object> headers = exchange.getIn().getHeaders();
        assertThat(headers)
                .containsEntry("CamelSegmentSource", "web")
                .containsEntry("CamelSegmentType", "track")
                .containsEntry("CamelSegmentEvent", "Bought")
                .containsEntry("CamelSegmentUserId", "u1")
                .containsEntry("CamelSegmentAnonymousId", "a1")
                .containsEntry("CamelSegmentMessageId", "m1")
                .containsEntry("CamelAwsKinesisPartitionKey", "u1")
                .doesNotContainKey("CamelSegmentGroupId");
        Instant receivedAt = (Instant) headers.get("CamelSegmentReceivedAt");
        assertThat(receivedAt).isBetween(before, Instant.now());
        assertThat(headers).containsEntry("CamelSegmentTimestamp", receivedAt);
        assertThat(exchange.getIn().getBody()).isInstanceOf(SegmentEvent.class);
        assertThat(exchange.getIn().getBody(String.class)).contains("\"properties\":{\"n\":12345678901234567890}");
        assertThat(exchange.getIn().getBody(byte[].class))
                .isEqualTo(exchange.getIn().getBody(String.class).getBytes(StandardCharsets.UTF_8));
        Map<?, ?> map = exchange.getIn().getBody(Map.class);
        assertThat(map.get("type")).isEqualTo("track");
        assertThat(exchange.getIn().getBody(JsonNode.class).path("userId").asText())
                .isEqualTo("u1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/track|{\"writeKey\":\"SERVER\",\"userId\":\"u1\",\"event\":\"E\"}",
                "/v1/batch|{\"writeKey\":\"SERVER\",\"batch\":[{\"type\":\"page\",\"userId\":\"u1\"}]}",
                "/v1/batch|{\"batch\":[{\"type\":\"page\",\"userId\":\"u1\"}],\"writeKey\":\"SERVER\"}",
                "/v1/batch|{\"batch\":[{\"type\":\"page\",\"userId\":\"u1\",\"writeKey\":\"SERVER\"}]}"
            })
    void findsTheSourceByTheBody(String path, String body) throws Exception {
        HttpResponse<String> response = server.post(path, null, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(arrived.element().getIn().getHeader(SegmentConstants.SOURCE)).isEqualTo("server");
        assertThat(arrived.element().getIn().getBody(String.class)).doesNotContain("SERVER");
    }

    @Test
    void answersOnlyWhenEveryExchangeIsDone() throws Exception {
        CompletableFuture<HttpResponse<String>> response = server.client()
                .sendAsync(
                        server.request("/v1/batch", "SLOW")
                                .POST(
                                        BodyPublishers.ofString(
                                                "{\"batch\":[{\"type\":\"page\",\"userId\":\"u1\"},{\"type\":\"page\",\"userId\":\"u2\"}]}"))
                                .build(),
                        BodyHandlers.ofString());
        Runnable first = held.poll(10, TimeUnit.SECONDS);
        Runnable second = held.poll(10, TimeUnit.SECONDS);
        first.run();
        // A whole other request is answered meanwhile, by the same server.
        assertThat(server.post("/v1/track", "WEB", TRACK).statusCode()).isEqualTo(200);
        assertThat(response).isNotDone();

        second.run();

        assertThat(response.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void countsRequestsUnderWayUntilTheirAnswerIsWrittenOrTheSenderIsGone() throws Exception {
        SegmentComponent component = server.context().getComponent("segment", SegmentComponent.class);
        String head = "POST /v1/track HTTP/1.1\nHost: localhost\nAuthorization: " + SegmentServer.basic("SLOW:")
                + "\nContent-Length: " + TRACK.length();
        assertThat(component.requestsUnderWay()).isZero();

        try (RawHttp answered = new RawHttp(server.uri("/"));
                RawHttp gone = new RawHttp(server.uri("/"))) {
            answered.head(head).body(RawHttp.utf8(TRACK));
            Runnable first = held.poll(10, TimeUnit.SECONDS);
            assertThat(component.requestsUnderWay()).isEqualTo(1);
            gone.head(head).body(RawHttp.utf8(TRACK));
            held.add(held.poll(10, TimeUnit.SECONDS));
            assertThat(component.requestsUnderWay()).isEqualTo(2);

            first.run();
            assertThat(answered.answer().status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10)).until(() -> component.requestsUnderWay() == 1);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> component.requestsUnderWay() == 0);
    }

    @Test
    void holdsNoThreadWhileExchangesArePending() throws Exception {
        int requests = 200;
        List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            responses.add(server.client()
                    .sendAsync(
                            server.request("/v1/track", "SLOW")
                                    .POST(BodyPublishers.ofString(TRACK))
                                    .build(),
                            BodyHandlers.ofString()));
        }
        // More requests than Vert.x has worker threads are in the route at once.
        List<Runnable> all = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            Runnable one = held.poll(20, TimeUnit.SECONDS);
            assertThat(one).as("exchange %d of %d", i + 1, requests).isNotNull();
            all.add(one);
        }
        all.forEach(Runnable::run);

        assertThat(responses)
                .allSatisfy(r ->
                        assertThat(r.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNKNOWN", "web", ""})
    void refusesAnUnknownWriteKey(String key) throws Exception {
        HttpResponse<String> response = server.post("/v1/track", key, TRACK);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).path("code").asText()).isEqualTo("project_not_found");
        assertThat(arrived).isEmpty();
    }

    @Test
    void tellsSendersOfASourceThatIsNotStartedToWait() throws Exception {
        server.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:later?writeKey=LATER").autoStartup(false).process(exchange -> {});
            }
        });

        assertThat(server.post("/v1/track", "LATER", TRACK).statusCode()).isEqualTo(503);
    }

    @Test
    void refusesASecondSourceWithTheSameKey() {
        assertThatThrownBy(() -> server.context().addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("segment:other?writeKey=NEW,WEB").process(exchange -> {});
                    }
                }))
                .hasMessageContaining("'web'")
                .hasMessageContaining("'other'")
                .hasMessageNotContaining("WEB");
    }

    @Test
    void tellsSendersOfASuspendedOrStoppedSourceToWait() throws Exception {
        server.context().getRouteController().suspendRoute("web");
        HttpResponse<String> suspended = server.post("/v1/track", "WEB", TRACK);
        server.context().getRouteController().stopRoute("server");
        HttpResponse<String> stopped =
                server.post("/v1/batch", null, "{\"writeKey\":\"SERVER\",\"batch\":[" + TRACK + "]}");
        server.context().getRouteController().resumeRoute("web");
        server.context().getRouteController().startRoute("server");

        assertThat(List.of(suspended, stopped)).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        });
        assertThat(server.post("/v1/track", "WEB", TRACK).statusCode()).isEqualTo(200);
        assertThat(server.post("/v1/track", "SERVER", TRACK).statusCode()).isEqualTo(200);
    }

    @Test
    void sendsBrokenEventsToTheInvalidUri() throws Exception {
        String broken = "{ \"type\":\"pgae\", \"userId\":\"u1\", \"messageId\":\"m2\" }";
        HttpResponse<String> response = server.post(
                "/v1/batch", "STRICT", "{\"batch\":[{\"type\":\"page\",\"userId\":\"u1\"}," + broken + "]}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(arrived).hasSize(1);
        assertThat(invalid).singleElement().satisfies(exchange -> {
            assertThat(exchange.getIn().getBody()).isEqualTo(broken.getBytes(StandardCharsets.UTF_8));
            assertThat(exchange.getIn().getHeaders())
                    .containsEntry("CamelSegmentInvalid", "invalid_type")
                    .containsEntry("CamelSegmentMessageId", "m2")
                    .containsEntry("CamelSegmentSource", "strict");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsToTheLimitsOfTheSourceHoweverItIsFound(boolean keyInHeader) throws Exception {
        String header = keyInHeader ? "STRICT" : null;
        String envelope = "{\"writeKey\":\"STRICT\",\"batch\":[";
        String event = "{\"type\":\"page\",\"userId\":\"u1\"}";
        String large = "{\"type\":\"page\",\"userId\":\"u1\",\"properties\":{\"p\":\"" + "x".repeat(100) + "\"}}";

        assertThat(server.post("/v1/b", header, envelope + event + "," + large + "]}")
                        .body())
                .contains("\"success\":true", "event_too_large");
        assertThat(server.post("/v1/b", header, envelope + event + "," + event + "," + event + "]}")
                        .body())
                .contains("too_many_events");
        assertThat(server.post("/v1/b", header, envelope + event + "]" + " ".repeat(300) + "}")
                        .body())
                .contains("request_too_large");
        assertThat(arrived).hasSize(1);
    }

    @Test
    void letsOnlyPagesOfAllowedOriginsReadAnswers() throws Exception {
        HttpResponse<String> allowed = server.send(server.request("/v1/p", "STRICT")
                .header("Origin", "https://shop.example")
                .POST(BodyPublishers.ofString(TRACK)));
        HttpResponse<String> other = server.send(server.request("/v1/p", "STRICT")
                .header("Origin", "https://other.example")
                .POST(BodyPublishers.ofString(TRACK)));

        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example");
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(other.headers().firstValue("Vary")).hasValue("Origin");
    }

    /** Signatures made with {@code openssl dgst -sha1 -hmac HUSH}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"page\",\"userId\":\"u1\"}|SINGLE|200",
                "[{\"type\":\"page\",\"userId\":\"u1\"},{\"type\":\"page\",\"userId\":\"u2\"}]|SINGLE|200",
                "{\"type\":\"page\",\"userId\":\"u2\"}|SINGLE|400",
                "{\"type\":\"page\",\"userId\":\"u1\"}||400"
            })
    void takesSignedWebhooks(String body, String signature, int status) throws Exception {
        HttpRequest.Builder request = server.request("/v1/webhook/workspace", null);
        if (signature != null) {
            request.header("X-Signature", "3b9fd1da113c309becdf4fbccf683db6764fbc26");
        }

        HttpResponse<String> response = server.send(request.POST(BodyPublishers.ofString(body)));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(arrived).hasSize(status == 400 ? 0 : body.startsWith("[") ? 2 : 1);
    }

    @ParameterizedTest
    @CsvSource({"POST, 200", "PUT, 200", "PATCH, 200", "DELETE, 404"})
    void takesWebhooksByEveryMethodThatTheDestinationCanBeSetTo(String method, int status) throws Exception {
        HttpResponse<String> response = server.send(server.request("/v1/webhook/workspace", null)
                .header("X-Signature", "3b9fd1da113c309becdf4fbccf683db6764fbc26")
                .method(method, BodyPublishers.ofString("{\"type\":\"page\",\"userId\":\"u1\"}")));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(arrived).hasSize(status == 200 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void takesNothingElseByTheseMethods(String method) throws Exception {
        HttpResponse<String> response =
                server.send(server.request("/v1/track", "WEB").method(method, BodyPublishers.ofString(TRACK)));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(arrived).isEmpty();
    }

    @Test
    void keepsWhatSegmentNormalisedInWebhooks() throws Exception {
        String body = "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\",\"integrations\":{\"All\":false},"
                + "\"timestamp\":\"2026-01-02T03:04:05.000Z\",\"originalTimestamp\":\"2026-01-02T03:04:04.000Z\","
                + "\"sentAt\":\"2026-01-02T03:04:06.000Z\",\"receivedAt\":\"2026-01-02T03:04:07.000Z\"}";
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec("HUSH".getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        String signature = HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));

        HttpResponse<String> response = server.send(server.request("/v1/webhook/workspace", null)
                .header("X-Signature", signature)
                .POST(BodyPublishers.ofString(body)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(arrived)
                .singleElement()
                .extracting(exchange -> exchange.getIn().getBody(String.class))
                .isEqualTo(body);
    }
}
