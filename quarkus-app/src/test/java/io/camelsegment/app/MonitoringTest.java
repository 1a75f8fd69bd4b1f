package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts of the documentation, in a Prometheus that scrapes the app. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
class MonitoringTest {

    private static final String ALERTS = "../docs/monitoring/alerts.yml";
    private static final String DASHBOARD = "../docs/monitoring/dashboard.json";

    @TestHTTPResource("/")
    URI app;

    @TestHTTPResource(value = "/", management = true)
    URI managed;

    private final HttpClient http = Api.http1();

    @Test
    void theAlertsAreValid() throws Exception {
        InstalledPrograms.require("promtool");
        Process promtool = new ProcessBuilder("promtool", "check", "rules", ALERTS)
                .redirectErrorStream(true)
                .start();

        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(promtool.waitFor()).as(output).isZero();
    }

    @Test
    void eachPanelShowsSomething(@TempDir Path directory) throws Exception {
        InstalledPrograms.require("prometheus");
        Api api = new Api(app);
        try (Program prometheus = Program.start(
                List.of(
                        "prometheus",
                        "--config.file=" + configuration(directory),
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:0"),
                directory,
                Map.of(),
                directory.resolve("prometheus.log"))) {
            URI server = URI.create(
                    "http://127.0.0.1:" + prometheus.awaitOutput("msg=\"Listening on\" address=127.0.0.1:(\\d+)"));
            for (JsonNode panel : Api.json(Files.readString(Path.of(DASHBOARD))).get("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    String query = target.get("expr")
                            .asText()
                            .replace("$__rate_interval", "10s")
                            .replace("$context", ".*");
                    await().atMost(Program.PATIENCE).until(() -> {
                        api.post("/v1/track", "MIXED_KEY", "{\"userId\":\"u\",\"event\":\"Signed Up\"}");
                        api.post("/v1/track", "WEB_KEY", "{\"event\":\"no id\"}");
                        api.post("/v1/track", "NO_KEY", "{\"userId\":\"u\",\"event\":\"Signed Up\"}");
                        return has(server, query);
                    });
                }
            }

            JsonNode groups = get(server, "/api/v1/rules").get("groups");
            assertThat(groups).hasSize(1);
            assertThat(groups.get(0).get("rules"))
                    .hasSizeGreaterThan(5)
                    .allSatisfy(rule -> assertThat(rule.get("health").asText()).isEqualTo("ok"));
        }
    }

    private Path configuration(Path directory) throws IOException {
        return Files.writeString(
                directory.resolve("prometheus.yml"),
                """
                global:
                  scrape_interval: 500ms
                  evaluation_interval: 500ms
                rule_files:
                  - %s
                scrape_configs:
                  - job_name: app
                    metrics_path: /q/metrics
                    static_configs:
                      - targets: ["%s"]
                """
                        .formatted(Path.of(ALERTS).toAbsolutePath().normalize(), managed.getAuthority()));
    }

    private boolean has(URI server, String query) throws IOException, InterruptedException {
        return !get(server, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .get("result")
                .isEmpty();
    }

    private JsonNode get(URI server, String path) throws IOException, InterruptedException {
        String body = http.send(HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString())
                .body();
        JsonNode answer = Api.json(body);
        assertThat(answer.get("status").asText()).as(body).isEqualTo("success");
        return answer.get("data");
    }
}
