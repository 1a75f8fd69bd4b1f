package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Serving analytics.js from a directory, over real HTTP. */
class AnalyticsJsTest {

    private static final String SCRIPT = "console.log('caf\u00e9')";

    @TempDir
    Path parent;

    private Path directory;

    @BeforeEach
    void fill() throws IOException {
        directory = Files.createDirectory(parent.resolve("umd"));
        Files.writeString(directory.resolve("standalone.js"), SCRIPT);
        Files.writeString(directory.resolve("407.bundle.61efa1acb302134c434b.js"), "bundle");
        Files.writeString(directory.resolve(".hidden.js"), "SECRET");
        Files.writeString(parent.resolve("secret.js"), "SECRET");
    }

    private static SegmentServer server(Path directory) {
        return new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                if (directory != null) {
                    getContext()
                            .getComponent("segment", SegmentComponent.class)
                            .setAnalyticsJsDirectory(directory.toString());
                }
                from("segment:web?writeKey=WEB").routeId("web").process(exchange -> {});
            }
        });
    }

    private static Answer get(SegmentServer server, String path) throws IOException {
        return RawHttp.exchange(
                server.uri("/"),
                "GET " + path + " HTTP/1.1\nHost: " + server.uri("/").getAuthority(),
                new byte[0]);
    }

    @Test
    void servesTheScriptForAnyWriteKey() throws IOException {
        try (SegmentServer server = server(directory)) {
            Answer answer = get(server, "/analytics.js/v1/WEB/analytics.min.js");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(SCRIPT);
            assertThat(answer.header("Content-Type")).startsWith("text/javascript");
            assertThat(answer.header("Cache-Control")).isEqualTo("public, max-age=300");
        }
    }

    @Test
    void servesTheBundlesThatTheScriptLoads() throws IOException {
        try (SegmentServer server = server(directory)) {
            Answer answer = get(server, "/analytics-next/bundles/407.bundle.61efa1acb302134c434b.js");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("bundle");
            assertThat(answer.header("Content-Type")).contains("javascript");
            assertThat(answer.header("Cache-Control")).contains("max-age=300");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/analytics.js/v1/WEB/analytics.min.js",
                "/analytics-next/bundles/407.bundle.61efa1acb302134c434b.js"
            })
    void answersHeadAsGetWithoutTheBody(String path) throws Exception {
        try (SegmentServer server = server(directory);
                RawHttp connection = new RawHttp(server.uri("/"))) {
            Answer get = get(server, path);
            Answer head = connection.head("HEAD " + path + " HTTP/1.1\nHost: a").answerHead();
            Answer next = connection.head("GET " + path + " HTTP/1.1\nHost: a").answer();

            assertThat(head.status()).isEqualTo(200);
            for (String header : new String[] {"Content-Type", "Content-Length", "Cache-Control"}) {
                assertThat(head.header(header)).as(header).isEqualTo(get.header(header));
            }
            assertThat(get.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(next.body()).as("no byte of a body came before").isEqualTo(get.body());
        }
    }

    @Test
    void leavesTheTrackingApiAsItIs() throws Exception {
        try (SegmentServer server = server(directory)) {
            assertThat(get(server, "/v1/projects/WEB/settings").status()).isEqualTo(200);
            assertThat(server.post("/v1/track", "WEB", "{\"userId\":\"u\",\"event\":\"e\"}")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/analytics-next/bundles/../secret.js",
                "/analytics-next/bundles/x/../../secret.js",
                "/analytics-next/bundles/%2e%2e/secret.js",
                "/analytics-next/bundles/..%2fsecret.js",
                "/analytics-next/bundles/%2e%2e%2fsecret.js",
                "/analytics-next/bundles/..%5csecret.js",
                "/analytics-next/bundles/%252e%252e%252fsecret.js",
                "/analytics-next/bundles//../secret.js",
                "/analytics-next/bundles/....//secret.js",
                "/analytics-next/bundles/PARENT/secret.js",
                "/analytics-next/bundles/%2FPARENT/secret.js",
                "/analytics-next/bundles/.hidden.js",
                "/analytics-next/bundles/",
                "/analytics-next/bundles/none.js",
                "/analytics.js/v1/WEB/../../../secret.js",
                "/analytics.js/v1/WEB/analytics.min.js/../secret.js",
                "/analytics.js/v1/..%2f..%2fsecret.js",
                "/analytics.js/v1/WEB/other.js"
            })
    void servesNothingElse(String path) throws IOException {
        try (SegmentServer server = server(directory)) {
            Answer answer = get(server, path.replace("PARENT", parent.toString()));

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("SECRET", "standalone");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/analytics.js/v1/WEB/analytics.min.js", "/analytics-next/bundles/standalone.js"})
    void servesNothingWithoutADirectory(String path) throws IOException {
        try (SegmentServer server = server(null)) {
            assertThat(get(server, path).status()).isEqualTo(404);
        }
    }

    @Test
    void refusesADirectoryWithoutTheScriptAtStart() {
        assertThatThrownBy(() -> server(parent).close())
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("analyticsJsDirectory: expected the file standalone.js in " + parent)
                .hasMessageContaining("dist/umd of the npm package @segment/analytics-next");
    }
}
