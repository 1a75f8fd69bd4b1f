package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The reload of settings in the running app; which of them change, and how, is in {@link SettingsReloadTest}. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
@TestProfile(ReloadPageTest.WithAFile.class)
class ReloadPageTest {

    private static final String YAML = "segment: { sources: { web: { rate-limit: 0, max-events: %s, context-ip: %s },"
            + " mobile: { write-key: %s, transform: [{ drop: properties.%s }] } },"
            + " destinations: { phones: { type: kinesis, stream-name: events, sources: mobile } } }\n";

    private static final String EVENT = "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"A\"}";
    private static final String TWO = "{\"batch\":[" + EVENT + "," + EVENT + "]}";

    /** A file has some of the settings of a source. */
    public static final class WithAFile implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path file = Files.createTempFile("segment", ".yaml");
                file.toFile().deleteOnExit();
                Files.writeString(file, yaml("100", "never"));
                return Map.of("segment.config", file.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String yaml(String maxEvents, String contextIp) {
        return YAML.formatted(maxEvents, contextIp, "OLD_KEY", "old");
    }

    @TestHTTPResource(value = "/segment/reload", management = true)
    URI page;

    @TestHTTPResource("/")
    URI app;

    @ConfigProperty(name = "segment.config")
    String file; // not a Path, which CollectorResource would set

    @Test
    void aPostOrTheChangeOfAFileBringsItIntoForce() throws Exception {
        Api api = new Api(app);
        Files.writeString(Path.of(file), yaml("1", "always"));

        HttpResponse<String> answer = post();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Api.json(answer.body()).path("needsRestart"))
                .isEqualTo(Api.json("[\"segment.sources.web.context-ip\"]"));
        assertThat(api.post("/v1/batch", "WEB_KEY", TWO).body()).contains("too_many_events");

        Files.writeString(Path.of(file), yaml("none", "never"));
        HttpResponse<String> refusal = post();
        assertThat(refusal.statusCode()).isEqualTo(422);
        assertThat(Api.json(refusal.body()).path("mistakes")).hasSize(1);
        assertThat(Api.json(refusal.body()).path("mistakes").get(0).asText())
                .startsWith("segment.sources.web.max-events: expected a whole number, at least 1, but was ")
                .endsWith("(" + file + ":1:45)");
        assertThat(api.post("/v1/batch", "WEB_KEY", TWO).body()).contains("too_many_events");

        Files.writeString(Path.of(file), yaml("100", "never"));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> api.post("/v1/batch", "WEB_KEY", TWO).body().equals("{\"success\":true}"));
        assertThat(post().body()).isEqualTo("{\"changed\":[],\"needsRestart\":[]}");
    }

    @Test
    void theDebuggerPageShowsAndUsesWhatIsInForce() throws Exception {
        Files.writeString(Path.of(file), YAML.formatted("100", "never", "NEW_KEY", "fresh"));
        assertThat(post().statusCode()).isEqualTo(200); // what has changed, the watch of the file may have told before

        assertThat(debugger("keys", "{\"source\":\"mobile\"}")).isEqualTo(Api.json("{\"keys\":[\"NEW_KEY\"]}"));
        assertThat(debugger("test", "{\"source\":\"mobile\",\"event\":" + EVENT + "}")
                        .path("status")
                        .asInt())
                .isEqualTo(200);

        Files.writeString(Path.of(file), yaml("100", "never"));
        assertThat(post().statusCode()).isEqualTo(200);
    }

    private JsonNode debugger(String call, String body) throws Exception {
        return Api.json(Api.http1()
                .send(
                        HttpRequest.newBuilder(page.resolve("/segment/api/" + call))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private HttpResponse<String> post() throws Exception {
        return Api.http1()
                .send(
                        HttpRequest.newBuilder(page)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
