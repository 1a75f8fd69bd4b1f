package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.testing.RawHttp.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What analytics.js and the mobile SDKs load first. A wrong answer makes one or another send to Segment, or nothing at
 * all.
 */
class SettingsTest {

    @RegisterExtension
    static final Api API = new Api();

    /** Kotlin and Android need exactly 200; a null makes Kotlin fall back to api.segment.io. */
    @ParameterizedTest
    @ValueSource(strings = {"WEB_KEY", "SUSPENDED_KEY", "NOBODY"})
    void areServedForEveryKeyWithoutNulls(String writeKey) throws Exception {
        Answer answer = API.get("/v1/projects/" + writeKey + "/settings");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.body()).doesNotContain("null");
        // analytics.js and Kotlin send without a write key, or not at all, when it is missing.
        assertThat(segment(answer).path("apiKey").asText()).isEqualTo(writeKey);
    }

    /** Of a second integration analytics.js would load a bundle from Segment. */
    @Test
    void nameNoOtherIntegrationAndNoPlugins() throws Exception {
        JsonNode settings = Api.json(API.get("/v1/projects/WEB_KEY/settings"));

        assertThat(settings.path("integrations").fieldNames()).toIterable().containsExactly("Segment.io");
        assertThat(settings.has("remotePlugins")).isFalse();
        for (String object :
                List.of("plan", "edgeFunction", "middlewareSettings", "enabledMiddleware", "consentSettings")) {
            assertThat(settings.path(object).isObject()).as(object).isTrue();
        }
    }

    /** Without it analytics.js and Kotlin send metrics about themselves, Kotlin always to Segment. */
    @Test
    void keepTelemetrySilent() throws Exception {
        assertThat(Api.json(API.get("/v1/projects/WEB_KEY/settings"))
                        .at("/metrics/sampleRate")
                        .asInt(-1))
                .isZero();
    }

    /** React Native takes no other form: host, port and path, without scheme. */
    @ParameterizedTest(name = "asked as {0}, {1} is named")
    @CsvSource({
        "collect.example,       collect.example/v1",
        "collect.example:8443,  collect.example:8443/v1",
        "127.0.0.1:8080,        127.0.0.1:8080/v1",
        "COLLECT.example,       COLLECT.example/v1"
    })
    void nameTheHostThatTheClientAsked(String host, String apiHost) throws Exception {
        Answer answer = API.exchange("GET /v1/projects/WEB_KEY/settings HTTP/1.1\nHost: " + host);

        assertThat(segment(answer).path("apiHost").asText())
                .isEqualTo(apiHost)
                .matches("[A-Za-z0-9][A-Za-z0-9._-]*(:\\d+)?(/[^?#]*)?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"})
    void doNotNameTheHostThatAnybodyForwards(String header) throws Exception {
        assertThat(API.get("/v1/projects/WEB_KEY/settings", header).body()).doesNotContain("evil.example");
    }

    /** A cdnURL with a slash at its end. */
    @Test
    void areServedBehindADoubleSlash() throws Exception {
        assertThat(API.get("//v1/projects/WEB_KEY/settings").status()).isEqualTo(200);
    }

    /** Swift sends a refused batch again for ever unless the settings switch its retry rules on. */
    @Test
    void tellWhatToDropAndWhatToRepeat() throws Exception {
        JsonNode config = segment(API.get("/v1/projects/WEB_KEY/settings")).path("httpConfig");
        JsonNode backoff = config.path("backoffConfig");

        assertThat(config.at("/rateLimitConfig/enabled").asBoolean()).isTrue();
        assertThat(backoff.path("enabled").asBoolean()).isTrue();
        assertThat(backoff.path("default4xxBehavior").asText()).isEqualTo("drop");
        assertThat(backoff.path("default5xxBehavior").asText()).isEqualTo("retry");
        assertThat(backoff.at("/statusCodeOverrides/429").asText()).isEqualTo("retry");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/projects/settings", "/v1/projects//settings", "/v1/projects/", "/v1/projects/a/b/settings"})
    void areNotServedWithoutAKey(String path) throws Exception {
        assertThat(API.get(path).status()).isEqualTo(404);
    }

    private static JsonNode segment(Answer answer) throws Exception {
        return Api.json(answer).path("integrations").path("Segment.io");
    }
}
