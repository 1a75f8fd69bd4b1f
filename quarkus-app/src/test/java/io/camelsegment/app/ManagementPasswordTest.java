package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port with a password. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
@TestProfile(ManagementPasswordTest.WithAPassword.class)
class ManagementPasswordTest {

    private static final String PASSWORD = "p:ässw0rd";

    /** A password is set. */
    public static final class WithAPassword implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("segment.management.password", PASSWORD);
        }
    }

    @TestHTTPResource(value = "/segment/permissions", management = true)
    URI doctor;

    @TestHTTPResource(value = "/segment/reload", management = true)
    URI reload;

    @TestHTTPResource(value = "/health", management = true)
    URI health;

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics;

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "Basic",
                "Basic ",
                "Basic ===",
                "Bearer p:ässw0rd",
                "Basic any:",
                "Basic any:p",
                "Basic p:ässw0rd"
            })
    void whoDoesNotKnowItIsAskedForIt(String credentials) throws Exception {
        for (String method : List.of("GET", "POST")) {
            HttpResponse<String> answer = call(method, doctor, credentials);

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(asked -> assertThat(asked).startsWith("Basic realm="));
            assertThat(answer.body()).doesNotContain("w0rd");
        }
    }

    @Test
    void whoKnowsItMayAskFromElsewhereAndOnceAMinuteAnew() throws Exception {
        assertThat(call("GET", doctor, "Basic any:" + PASSWORD).statusCode()).isIn(200, 202);
        HttpResponse<String> first = call("POST", doctor, "basic :" + PASSWORD);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(Api.json(first.body()).has("destinations")).isTrue();

        HttpResponse<String> second = call("POST", doctor, "Basic any:" + PASSWORD);

        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 60L);
        assertThat(call("GET", doctor, "Basic any:" + PASSWORD).statusCode()).isEqualTo(200);
    }

    @Test
    void whoKnowsItMayReloadTheSettings() throws Exception {
        assertThat(call("POST", reload, null).statusCode()).isEqualTo(401);
        assertThat(call("POST", reload, "Basic any:p").statusCode()).isEqualTo(401);

        HttpResponse<String> answer = call("POST", reload, "Basic any:" + PASSWORD);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"changed\":[],\"needsRestart\":[]}");
    }

    @Test
    void healthAndMetricsNeedNone() throws Exception {
        assertThat(call("GET", health, null).statusCode()).isEqualTo(200);
        assertThat(call("GET", metrics, null).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> call(String method, URI page, String credentials) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(page)
                .header("X-Forwarded-For", "203.0.113.7")
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (credentials != null) {
            request.header("Authorization", encoded(credentials));
        }
        return Api.http1().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Encodes what follows the scheme, if it has a colon. */
    private static String encoded(String credentials) {
        int space = credentials.indexOf(' ');
        String rest = credentials.substring(space + 1);
        return space < 0 || !rest.contains(":")
                ? credentials
                : credentials.substring(0, space + 1)
                        + Base64.getEncoder().encodeToString(rest.getBytes(StandardCharsets.UTF_8));
    }
}
