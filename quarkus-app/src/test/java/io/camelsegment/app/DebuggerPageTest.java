package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the debugger page gets from the app, and who may get it. How it looks is in {@link DebuggerIT}. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
class DebuggerPageTest {

    private static final String EVENT = "{\"type\":\"track\",\"event\":\"User Registered\",\"userId\":\"ann\","
            + "\"writeKey\":\"WEB_KEY\",\"messageId\":\"%s\",\"properties\":{\"n\":12345678901234567890}}";

    @TestHTTPResource(value = "/", management = true)
    URI managed;

    @TestHTTPResource("/")
    URI app;

    LocalAws aws;

    private final HttpClient http = Api.http1();

    /** An open page: the server-sent events of it, until the test has read what it awaits. */
    private final class Page implements AutoCloseable {

        private final InputStream stream;
        private final BufferedReader lines;

        Page() throws Exception {
            HttpResponse<InputStream> answer = http.send(
                    HttpRequest.newBuilder(uri("api/stream")).build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            stream = answer.body();
            lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            String line = lines.readLine();
            while (!line.startsWith("event: snapshot")) {
                line = lines.readLine();
            }
        }

        /** Returns an event once it has that state. */
        JsonNode await(String messageId, String state) throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    for (JsonNode event : Api.json(line.substring(6)).get("events")) {
                        if (messageId.equals(event.path("messageId").asText())
                                && state.equals(event.path("state").asText())) {
                            return event;
                        }
                    }
                }
            }
            throw new AssertionError("the stream ended before " + messageId + " was " + state);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    private URI uri(String path) {
        return URI.create("http://" + managed.getAuthority() + "/segment/" + path);
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Api.json(answer.body());
    }

    private HttpResponse<String> post(String path, String type, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String event) {
        return new Api(app).post("/v1/batch", "WEB_KEY", "{\"batch\":[" + event + "]}");
    }

    @Test
    void anEventIsFollowedToItsStreams() throws Exception {
        String id = UUID.randomUUID().toString();
        try (Page page = new Page()) {
            assertThat(send(EVENT.formatted(id)).statusCode()).isEqualTo(200);

            JsonNode detail = get("api/events/" + page.await(id, "delivered").get("id"));

            assertThat(detail.get("original").asText())
                    .contains("12345678901234567890", "\"writeKey\":\"•••\"")
                    .doesNotContain("WEB_KEY");
            assertThat(detail.get("request").get("address").asText()).isEqualTo("127.0.0.1");
            assertThat(detail.get("fates")).hasSize(4).allSatisfy(fate -> {
                assertThat(fate.get("state").asText()).isEqualTo("delivered");
                assertThat(fate.get("recordId").asText()).isNotEmpty();
                assertThat(fate.get("sent").asText()).contains("receivedAt").doesNotContain("writeKey");
            });
            assertThat(detail.get("fates").findValuesAsText("stream"))
                    .containsExactlyInAnyOrder("events", "new_users", "tracks", "everything");
            assertThat(detail.get("explain")).anySatisfy(one -> {
                assertThat(one.get("destination").asText()).isEqualTo("lake");
                assertThat(one.get("rows").toString()).isEqualTo("[\"*\",\"Track\",\"user registered\"]");
            });
        }
    }

    @Test
    void whatIsRefusedShowsThoughNoPageWasOpen() throws Exception {
        new Api(app).post("/v1/track", "WRONG_KEY", "{\"userId\":\"u\",\"event\":\"E\"}");
        send("{\"type\":\"track\",\"userId\":\"u\",\"messageId\":\"without-a-name\"}");

        try (Page page = new Page()) {
            String id = UUID.randomUUID().toString();
            send(EVENT.formatted(id));
            long last = page.await(id, "delivered").get("id").asLong();
            JsonNode rejected = null;
            JsonNode refused = null;
            for (long i = last; i > 0 && i > last - 50 && (rejected == null || refused == null); i--) {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(uri("api/events/" + i)).build(), HttpResponse.BodyHandlers.ofString());
                JsonNode one = Api.json(answer.body());
                rejected = one.path("messageId").asText().equals("without-a-name") ? one : rejected;
                refused = one.path("code").asText().equals("project_not_found") ? one : refused;
            }

            assertThat(rejected.get("state").asText()).isEqualTo("rejected");
            assertThat(rejected.get("original").asText()).contains("without-a-name");
            assertThat(refused.get("state").asText()).isEqualTo("refused");
            assertThat(refused.toString()).doesNotContain("WRONG_KEY");
        }
    }

    @Test
    void aTestEventTakesTheWholeWay() throws Exception {
        try (Page page = new Page()) {
            HttpResponse<String> answer = post(
                    "api/test",
                    "application/json",
                    "{\"source\":\"web\",\"event\":{\"type\":\"page\",\"name\":\"Home\",\"userId\":\"u\"}}");

            JsonNode sent = Api.json(answer.body());
            assertThat(sent.get("status").asInt()).isEqualTo(200);
            assertThat(page.await(sent.get("messageId").asText(), "delivered")
                            .get("type")
                            .asText())
                    .isEqualTo("page");
            assertThat(aws.stream("events").records()).anySatisfy(record -> assertThat(record.text())
                    .contains(sent.get("messageId").asText()));
        }
    }

    @Test
    void theStreamsHaveTheirFigures() throws Exception {
        send(EVENT.formatted(UUID.randomUUID()));

        await().atMost(Program.PATIENCE).untilAsserted(() -> assertThat(
                        get("api/delivery").get("streams"))
                .anySatisfy(stream -> {
                    assertThat(stream.get("stream").asText()).isEqualTo("new_users");
                    assertThat(stream.get("destinations").toString()).isEqualTo("[\"lake\"]");
                    assertThat(stream.get("minutes").get("delivered")).hasSize(60);
                    assertThat(stream.get("total").get("delivered").asLong()).isPositive();
                    assertThat(stream.get("heldBytes").asLong()).isZero();
                }));
    }

    @Test
    void theMetricsTellOfOpenPages() throws Exception {
        try (Page page = new Page()) {
            String id = UUID.randomUUID().toString();
            send(EVENT.formatted(id));
            page.await(id, "delivered");

            String metrics = http.send(
                            HttpRequest.newBuilder(managed.resolve("/q/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();

            assertThat(metrics)
                    .containsPattern("(?m)^segment_debugger_pages\\{.*} [1-9]")
                    .containsPattern("(?m)^segment_debugger_events\\{.*} [1-9]")
                    .containsPattern("(?m)^segment_debugger_bytes\\{.*} [1-9]");
        }
    }

    @Test
    void theSetUpTellsNoSecret() throws Exception {
        JsonNode setUp = get("api/setup");

        assertThat(setUp.get("sources").findValuesAsText("name")).contains("web", "server");
        assertThat(setUp.toString()).doesNotContain("_KEY", "s3cr3t", "file:");
    }

    @Test
    void aWriteKeyIsToldToThePageThatAsksForIt() throws Exception {
        HttpResponse<String> answer = post("api/keys", "application/json", "{\"source\":\"server\"}");

        assertThat(Api.json(answer.body()).toString()).isEqualTo("{\"keys\":[\"SERVER_KEY_A\",\"SERVER_KEY_B\"]}");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, Sec-Fetch-Site, same-origin",
        "application/x-www-form-urlencoded, Sec-Fetch-Site, same-origin",
        "application/json, Sec-Fetch-Site, cross-site",
        "application/json, Sec-Fetch-Site, same-site",
        "application/json, Origin, http://evil.example",
        "application/json, Origin, null"
    })
    void noOtherSiteMayHaveABrowserChangeSomething(String type, String header, String value) throws Exception {
        assertThat(post("api/keys", type, "{\"source\":\"server\"}", header, value)
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("api/test", type, "{\"source\":\"server\"}", header, value)
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "", "{\"source\":\"nobody\"}"})
    void wrongCallsAreRefused(String body) throws Exception {
        assertThat(post("api/keys", "application/json", body).statusCode()).isIn(400, 404);
        assertThat(post("api/test", "application/json", body).statusCode()).isIn(400, 404);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:9000, 200",
        "LOCALHOST, 200",
        "127.0.0.1:9000, 200",
        "[::1]:9000, 200",
        "evil.example, 403",
        "localhost.evil.example, 403",
        "127.0.0.1.evil.example, 403"
    })
    void namesOfOthersThatLeadHereAreRefused(String host, int status) throws Exception {
        try (Socket socket = new Socket(managed.getHost(), managed.getPort())) {
            socket.getOutputStream()
                    .write(("GET /segment/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 " + status);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "app.js", "app.css", "live.js", "delivery.js", "setup.js", "json.js", "dom.js", "icon.svg"})
    void nothingIsLoadedFromElsewhere(String file) throws Exception {
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(uri(file)).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
                        .doesNotContain("unsafe"));
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }

    @Test
    void thePortOfTheSendersHasNoneOfIt() throws Exception {
        for (String path : new String[] {"segment/", "segment/app.js", "segment-page/app.js", "segment/api/setup"}) {
            HttpResponse<Void> answer = http.send(
                    HttpRequest.newBuilder(app.resolve("/" + path)).build(), HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
        }
    }
}
