package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** Looks for secrets in all that the app writes while it logs all it can: its log, and each page below {@code /q}. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
@TestProfile(SecretsTest.TraceLog.class)
class SecretsTest {

    private static final String LOG = "target/secrets-test.log";

    /** What a sender writes, none of which may be seen. */
    private static final String EVENT =
            "{\"userId\":\"us3r\",\"event\":\"Ev3nt\",\"properties\":{\"plan\":\"c0ntent\"}}";

    /** Everything is logged, into a file. */
    public static final class TraceLog implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.log.min-level", "TRACE",
                    "quarkus.log.level", "TRACE",
                    "quarkus.log.console.level", "WARN",
                    "quarkus.log.file.enabled", "true",
                    "quarkus.log.file.level", "TRACE",
                    "quarkus.log.file.path", LOG);
        }
    }

    @TestHTTPResource("/")
    URI app;

    @TestHTTPResource(value = "/", management = true)
    URI managed;

    @Inject
    SegmentCredentials credentials;

    LocalAws aws;

    private Api api;

    @BeforeEach
    void useTheWholeApp() {
        api = new Api(app);
        assertThat(api.post("/v1/track", "WEB_KEY", EVENT).statusCode()).isEqualTo(200);
        assertThat(api.post("/v1/batch", "SERVER_KEY_B", "{\"batch\":[" + EVENT + ",{\"type\":\"c0ntent\"}]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(api.post("/v1/track", "WRONG_KEY", EVENT).statusCode()).isEqualTo(400);
        assertThat(api.post("/v1/track", "WEB_KEY", "{\"c0ntent\"}").statusCode())
                .isEqualTo(400);
        assertThat(api.post("/v1/track", "MISLED_KEY", EVENT).statusCode()).isIn(429, 503);
        aws.faults().on("PutRecords").times(1).fail("InternalFailure");
        aws.faults().on("PutRecordBatch").times(1).failRecords(1, "ServiceUnavailableException");
        assertThat(api.post("/v1/track", "WEB_KEY", EVENT).statusCode()).isEqualTo(200);
        aws.faults().on("PutRecordBatch").resource("optional").times(1).fail("AccessDeniedException");
        assertThat(api.post("/v1/track", "MIXED_KEY", EVENT).statusCode()).isEqualTo(200);
    }

    @Test
    void theLogHoldsNone() throws Exception {
        String log = Files.readString(Path.of(LOG));

        assertThat(log).contains(" TRACE ").contains("is parked");
        assertHoldsNoSecret("the log", log);
    }

    @Test
    void noPageHoldsAny() throws Exception {
        Map<String, String> pages = pages(managed);

        assertThat(pages.get("/q/health")).contains("segment-delivery");
        assertThat(pages.get("/q/metrics")).contains("segment_records_delivered_total");
        pages.forEach((page, text) -> assertHoldsNoSecret(page, text));
        pages(app).forEach((page, text) -> assertHoldsNoSecret(page, text));
    }

    private void assertHoldsNoSecret(String where, String text) {
        List<String> found = new ArrayList<>();
        secrets().forEach((what, secret) -> text.lines()
                .filter(line -> line.contains(secret))
                .limit(3)
                .forEach(line -> found.add(what + " in: " + line)));
        assertThat(found).as(where).isEmpty();
    }

    private Map<String, String> secrets() {
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("a secret ID", "s3cr3t");
        for (String key : List.of("WEB_KEY", "SERVER_KEY", "MISLED_KEY", "MIXED_KEY", "WRONG_KEY")) {
            secrets.put("write key " + key, key);
        }
        secrets.put("content", "c0ntent");
        secrets.put("an event's name", "Ev3nt");
        secrets.put("a user", "us3r");
        Map.of(
                        CollectorResource.BASE_ROLE, CollectorResource.BASE_SECRET_ID,
                        CollectorResource.ROLE, CollectorResource.SECRET_ID,
                        CollectorResource.LAKE_ROLE, CollectorResource.LAKE_SECRET_ID)
                .forEach((role, secretId) -> {
                    AwsSessionCredentials session = (AwsSessionCredentials)
                            credentials.provider(role, secretId, "us-west-2").resolveCredentials();
                    secrets.put("session token of " + role, session.sessionToken());
                    secrets.put("secret key of " + role, session.secretAccessKey());
                });
        return secrets;
    }

    /** Returns all pages that can be reached from the app's own index of pages and from the health page, by path. */
    private static Map<String, String> pages(URI port) throws IOException, InterruptedException {
        HttpClient http = Api.http1();
        Map<String, String> pages = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        Deque<String> paths = new ArrayDeque<>(List.of(
                "/q/health",
                "/q/health/live",
                "/q/health/ready",
                "/q/health/started",
                "/q/health/well",
                "/q/health/group",
                "/q/metrics",
                "/q/metrics/",
                "/q/info",
                "/q/dev",
                "/q/dev-ui",
                "/q/arc",
                "/q/openapi",
                "/q/camel",
                "/q/camel/dev-console",
                "/observe/health",
                "/observe/metrics",
                "/q/segment/permissions",
                "/q/",
                "/"));
        while (!paths.isEmpty()) {
            String path = paths.remove();
            if (!seen.add(path)) {
                continue;
            }
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(port.resolve(path))
                            .header("Accept", "*/*")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            pages.put(path, answer.headers().map() + answer.body());
            Matcher links = Pattern.compile("[\"'](/q/[^\"'#? ]*)[\"']").matcher(answer.body());
            while (links.find()) {
                paths.add(links.group(1));
            }
        }
        return pages;
    }
}
