package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The metrics of HTTP have one path for each kind of call, whatever senders write into their paths. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
class HttpMetricsTest {

    private static final String EVENT = "{\"userId\":\"u\",\"event\":\"E\"}";

    @TestHTTPResource("/")
    URI app;

    @Inject
    MeterRegistry meters;

    @Test
    void haveOnePathForEachKindOfCall() throws Exception {
        Map<String, String> calls = new TreeMap<>(Map.of(
                "POST /v1/track", "/v1/track",
                "POST /v1/%74rack", "/v1/track",
                "POST /track", "/v1/track",
                "POST /v1/t", "/v1/track",
                "POST /v1/import", "/v1/batch",
                "POST /v1", "/v1",
                "GET /v1/pixel/page", "/v1/pixel/{type}",
                "GET /v1/p", "/v1/{type}",
                "GET /v1/projects/WEB_KEY/settings", "/v1/projects/{writeKey}/settings",
                "GET /projects/WEB_KEY/settings", "/v1/projects/{writeKey}/settings"));
        calls.put("OPTIONS /v1/projects/WEB_KEY/settings", "/v1/*");
        calls.put("POST /v1/made-up%%", "/v1/*");
        calls.put("POST /made-up%%", "/*");
        calls.put("GET /v1/pixel/page?writeKey=WEB_KEY&userId=u&properties.subject=50%%20off", "/v1/pixel/{type}");
        for (Map.Entry<String, String> call : calls.entrySet()) {
            meters.find("http.server.requests").meters().forEach(meters::remove);
            send(call.getKey(), "Host: localhost\n");

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(paths()).as(call.getKey()).containsExactly(call.getValue()));
        }
    }

    @Test
    void haveNoPathsThatAreMadeUp() throws Exception {
        for (int i = 0; i < 120; i++) {
            send("GET /v1/projects/made-up-" + i + "/settings", "Host: localhost\n");
            send("POST /v1/made-up-" + i, "Host: localhost\n");
            send("POST /v1/webhook/made-up-" + i, "Host: localhost\n");
            send("POST /made-up-" + i + "%", "Host: localhost\n");
            send("POST /v1/made-up-" + i, "");
            send("POST /made-up-" + i, "");
            send("PUT /analytics.js/v1/made-up-" + i + "/analytics.min.js", "Host: localhost\n");
        }

        assertThat(paths()).noneMatch(path -> path.contains("made-up")).hasSizeLessThan(20);
        send("POST /v1/alias", "Host: localhost\n");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(paths()).contains("/v1/alias"));
    }

    private Set<String> paths() {
        Set<String> paths = new TreeSet<>();
        meters.find("http.server.requests")
                .meters()
                .forEach(meter -> paths.add(meter.getId().getTag("uri")));
        return paths;
    }

    /** Sends a request whose head is as it is written, and reads the whole answer. */
    private void send(String line, String headers) throws IOException {
        String body = line.startsWith("POST") ? EVENT : "";
        String request =
                line + " HTTP/1.1\n" + headers + "Connection: close\nContent-Length: " + body.length() + "\n\n";
        try (Socket socket = new Socket(app.getHost(), app.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((request.replace("\n", "\r\n") + body).getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 ");
        }
    }
}
