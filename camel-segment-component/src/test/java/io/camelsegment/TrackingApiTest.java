package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.SegmentServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
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

/** The tracking API over real HTTP, with routes whose end the test decides. */
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
                from("segment:failing?writeKey=FAILING").process(exchange -> {
                    if ("bad".equals(exchange.getIn().getHeader(SegmentConstants.USER_ID))) {
                        throw new IllegalStateException("no sink");
                    }
                });
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

    @ParameterizedTest
    @CsvSource({
        "track, track", "t, track", "identify, identify", "i, identify", "page, page", "p, page",
        "screen, screen", "s, screen", "group, group", "g, group", "alias, alias", "a, alias"
    })
    void takesEachCallAndImpliesItsType(String path, String type) throws Exception {
        HttpResponse<String> response = server.post(
                "/v1/" + path, "WEB", "{\"userId\":\"u1\",\"event\":\"E\",\"groupId\":\"g\",\"previousId\":\"p\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"success\":true}");
        assertThat(arrived).hasSize(1);
        assertThat(arrived.element().getIn().getHeader(SegmentConstants.TYPE)).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/batch", "/v1/b", "/v1/import", "/v1/import/", "//v1/batch", "/v1", "/v1/"})
    void takesBatches(String path) throws Exception {
        HttpResponse<String> response = server.post(
                path,
                "WEB",
                "{\"batch\":[{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u1\"},{\"type\":\"page\",\"anonymousId\":\"a1\"}]}");

        assertThat(response.body()).isEqualTo("{\"success\":true}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(arrived)
                .extracting(e -> e.getIn().getHeader(SegmentConstants.TYPE))
                .containsExactly("track", "page");
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
    @CsvSource({"Basic,WEB:", "Basic,WEB", "basic,OLD_WEB:"})
    void findsTheSourceByBasicAuthorization(String scheme, String credentials) throws Exception {
        String header = scheme + SegmentServer.basic(credentials).substring("Basic".length());
        HttpResponse<String> response = server.send(server.request("/v1/track", null)
                .header("Authorization", header)
                .POST(BodyPublishers.ofString(TRACK)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(arrived.element().getIn().getHeader(SegmentConstants.SOURCE)).isEqualTo("web");
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
    void takesBodiesOfEveryEncoding() throws Exception {
        byte[] gzip = gzip(TRACK);
        List<HttpResponse<String>> responses = List.of(
                server.send(server.request("/v1/track", "WEB").POST(BodyPublishers.ofString(TRACK))),
                server.send(server.request("/v1/track", "WEB")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString(TRACK))),
                server.send(server.request("/v1/track", "WEB")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(gzip))),
                // A publisher of unknown length is sent in chunks.
                server.send(server.request("/v1/track", "WEB")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(gzip)))),
                server.send(
                        server.request("/v1/track", "WEB").expectContinue(true).POST(BodyPublishers.ofString(TRACK))));

        assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(200);
        assertThat(arrived)
                .extracting(e -> e.getIn().getHeader(SegmentConstants.MESSAGE_ID))
                .hasSize(5)
                .containsOnly("m1");
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

    @Test
    void asksToRepeatTheRequestWhenOneEventFails() throws Exception {
        HttpResponse<String> response = server.post(
                "/v1/batch",
                "FAILING",
                "{\"batch\":[{\"type\":\"page\",\"userId\":\"good\"},{\"type\":\"page\",\"userId\":\"bad\"}]}");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After"))
                .hasValueSatisfying(s -> assertThat(s).matches("\\d+"));
        assertThat(response.headers().firstValue("X-RateLimit-Reset")).isPresent();
        assertThat(JSON.readTree(response.body()).path("success").asBoolean(true))
                .isFalse();
    }

    @Test
    void deliversTheGoodEventsOfABatchAndListsTheBroken() throws Exception {
        HttpResponse<String> response = server.post(
                "/v1/batch",
                "WEB",
                "{\"batch\":[{\"type\":\"page\",\"userId\":\"u1\"},{\"type\":\"pgae\",\"userId\":\"u1\",\"messageId\":\"m2\"},{\"type\":\"page\"}]}");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = JSON.readTree(response.body());
        assertThat(answer.path("success").asBoolean()).isTrue();
        assertThat(answer.path("rejected").findValuesAsText("code")).containsExactly("invalid_type", "no_user_anon_id");
        assertThat(answer.path("rejected").findValuesAsText("index")).containsExactly("1", "2");
        assertThat(answer.path("rejected").get(0).path("messageId").asText()).isEqualTo("m2");
        assertThat(arrived).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/track|{\"userId\":|bad_request",
                "/v1/track||bad_request",
                "/v1/batch|[]|bad_request",
                "/v1/batch|{\"batch\":[]}|empty_batch",
                "/v1/track|{\"event\":\"E\"}|no_user_anon_id",
                "/v1/track|{\"userId\":\"u\"}|event_not_defined"
            })
    void refusesBadRequestsWithAReason(String path, String body, String code) throws Exception {
        HttpResponse<String> response = server.post(path, "WEB", body == null ? "" : body);

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode answer = JSON.readTree(response.body());
        assertThat(answer.path("code").asText()).isEqualTo(code);
        assertThat(answer.path("success").asBoolean(true)).isFalse();
        assertThat(answer.path("message").asText())
                .isNotBlank()
                .isEqualTo(answer.path("error").asText());
        assertThat(arrived).isEmpty();
        assertThat(server.post("/v1/track", "WEB", TRACK).statusCode()).isEqualTo(200);
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
    void refusesTooLargeRequestsBeforeOrWhileReading() throws Exception {
        String large = " ".repeat(512_001 - TRACK.length()) + TRACK;
        List<HttpResponse<String>> responses = List.of(
                server.post("/v1/track", "WEB", large),
                server.send(server.request("/v1/track", "WEB")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))),
                server.send(server.request("/v1/track", "WEB")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(gzip(large)))));

        assertThat(responses).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("request_too_large").contains("512000");
        });
        assertThat(arrived).isEmpty();
        assertThat(server.post("/v1/track", "WEB", large.substring(1)).statusCode())
                .isEqualTo(200);
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
    void letsBrowsersPostFromAnyOrigin() throws Exception {
        HttpResponse<String> preflight = server.send(server.request("/v1/t", null)
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type,x-retry-count")
                .method("OPTIONS", BodyPublishers.noBody()));
        HttpResponse<String> refused = server.send(server.request("/v1/t", "UNKNOWN")
                .header("Origin", "https://shop.example")
                .POST(BodyPublishers.ofString(TRACK)));

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .hasValue("authorization,content-type,x-retry-count");
        assertThat(List.of(preflight, refused))
                .allSatisfy(response -> assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                        .hasValue("https://shop.example"));
        assertThat(refused.headers().firstValue("Access-Control-Expose-Headers"))
                .hasValueSatisfying(exposed -> assertThat(exposed).contains("Retry-After"));
    }

    @Test
    void takesPixelsAndAlwaysAnswersWithTheImage() throws Exception {
        String event = "{\"writeKey\":\"WEB\",\"userId\":\"u1\",\"event\":\"Email Opened?>\"}";
        String padded = Base64.getEncoder().encodeToString(event.getBytes(StandardCharsets.UTF_8));
        String urlSafe = Base64.getUrlEncoder().withoutPadding().encodeToString(event.getBytes(StandardCharsets.UTF_8));
        List<String> queries = List.of(
                "data=" + URLEncoder.encode(padded, StandardCharsets.UTF_8),
                "data=" + padded,
                "data=" + urlSafe,
                "writeKey=WEB&userId=u1&event=Email%20Opened%3F%3E&properties.subject=Hi&properties.n=1",
                "data=e30",
                "data=*");

        for (String query : queries) {
            HttpResponse<byte[]> response = server.client()
                    .send(server.request("/v1/pixel/track?" + query, null).GET().build(), BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("image/gif");
            assertThat(new String(response.body(), StandardCharsets.ISO_8859_1)).startsWith("GIF89a");
        }

        assertThat(arrived)
                .hasSize(4)
                .extracting(e -> e.getIn().getHeader(SegmentConstants.EVENT))
                .containsOnly("Email Opened?>");
        assertThat(arrived)
                .last()
                .extracting(e -> e.getIn().getBody(String.class))
                .asString()
                .contains("\"properties\":{\"subject\":\"Hi\",\"n\":\"1\"}");
    }

    @Test
    void takesJsonp() throws Exception {
        String data = Base64.getUrlEncoder()
                .encodeToString("{\"writeKey\":\"WEB\",\"userId\":\"u1\"}".getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> called = server.send(
                server.request("/v1/p?data=" + data + "&callback=cb_1", null).GET());
        HttpResponse<String> hostile = server.send(server.request("/v1/p?data=" + data + "&callback=alert(1);", null)
                .GET());

        assertThat(called.statusCode()).isEqualTo(200);
        assertThat(called.headers().firstValue("Content-Type")).hasValue("application/javascript");
        assertThat(called.body()).isEqualTo("cb_1({\"success\":true});");
        assertThat(hostile.body()).isEqualTo("void ({\"success\":true});");
        assertThat(arrived).hasSize(2);
    }

    @Test
    void servesSettingsThatNameThisServer() throws Exception {
        HttpResponse<String> response =
                server.send(server.request("/v1/projects/WEB/settings", null).GET());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode settings = JSON.readTree(response.body());
        assertThat(settings.at("/integrations/Segment.io/apiKey").asText()).isEqualTo("WEB");
        assertThat(settings.at("/integrations/Segment.io/apiHost").asText())
                .isEqualTo("127.0.0.1:" + server.uri("/").getPort() + "/v1");
        assertThat(settings.at("/integrations/Segment.io/httpConfig/backoffConfig/default4xxBehavior")
                        .asText())
                .isEqualTo("drop");
        assertThat(settings.path("integrations")).hasSize(1);
        assertThat(settings.at("/metrics/sampleRate").asInt(-1)).isZero();
        assertThat(response.body()).doesNotContain("null");
    }

    @Test
    void discardsMetricsOfAnalyticsJs() throws Exception {
        HttpResponse<String> response = server.post("/v1/m", null, "{\"series\":[{\"type\":\"Counter\"}]}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"success\":true}");
        assertThat(arrived).isEmpty();
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

    @Test
    void leavesOtherPathsToTheApplication() throws Exception {
        assertThat(server.post("/v1/other", "WEB", TRACK).statusCode()).isEqualTo(404);
        assertThat(server.post("/v1/webhook/web", "WEB", TRACK).statusCode()).isEqualTo(404);
        assertThat(server.post("/v12/track", "WEB", TRACK).statusCode()).isEqualTo(404);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
