package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.SegmentComponent;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser asks before it lets analytics.js send to another origin and read the answer. */
class BrowserAccessTest {

    @RegisterExtension
    static final Api API = new Api();

    private static final String ORIGIN = "https://shop.example";

    /** analytics.js sends an Authorization header since 1.84, so that the browser asks before every POST. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /v1/t     | authorization,content-type
                    /v1/t     | authorization,content-type,x-retry-count
                    /v1/b     | authorization,content-type,x-api-key
                    /v1/batch | content-type
                    /v1       | content-type
                    /v1/m     | content-type
                    /b        | content-type
                    /v1/projects/WEB_KEY/settings | x-api-key
                    /projects/WEB_KEY/settings    | x-api-key
                    /v1/pixel/track               | x-api-key
                    """)
    void allowsTheCallThatItIsAskedFor(String path, String headers) throws Exception {
        Answer answer = API.exchange("OPTIONS " + path + " HTTP/1.1\nHost: localhost\nOrigin: " + ORIGIN
                + "\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: " + headers);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo(headers);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("GET", "HEAD", "POST");
        assertReadable(answer);
    }

    @ParameterizedTest(name = "{0} with the key {1} is answered with {2}")
    @CsvSource({
        "/v1/t, WEB_KEY, 200",
        "/v1/t, NOBODY, 400",
        "/v1/b, WEB_KEY, 400",
        "/v1/t, FAILING_KEY, 429",
        "/v1/t, SUSPENDED_KEY, 503",
        "/v1/m, WEB_KEY, 200"
    })
    void letsThePageReadEveryAnswer(String path, String writeKey, int status) throws Exception {
        Answer answer = API.send(
                "POST " + path + " HTTP/1.1\nContent-Type: text/plain\nOrigin: " + ORIGIN + "\nAuthorization: "
                        + SegmentServer.basic(writeKey + ":"),
                RawHttp.utf8(Api.EVENT));

        assertThat(answer.status()).isEqualTo(status);
        assertReadable(answer);
    }

    @Test
    void letsThePageReadTheSettings() throws Exception {
        assertReadable(API.get("/v1/projects/WEB_KEY/settings", "Origin: " + ORIGIN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/other", "/v12/t"})
    void leavesOtherPathsToTheApplication(String path) throws Exception {
        Answer answer = API.exchange("OPTIONS " + path + " HTTP/1.1\nHost: localhost\nOrigin: " + ORIGIN
                + "\nAccess-Control-Request-Method: POST");

        assertThat(answer.status()).isNotEqualTo(204);
        assertThat(answer.headers()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    /** Otherwise a cache shows a page what it kept of an answer without permission for that page. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/projects/WEB_KEY/settings",
                "HEAD /v1/projects/WEB_KEY/settings",
                "OPTIONS /v1/t",
                "GET /v1/pixel/track?writeKey=WEB_KEY",
                "GET /v1/t?writeKey=NOBODY",
                "POST /v1/t",
                "POST /v1/m",
                "POST /v1/track%"
            })
    void variesWithTheOriginEvenWithoutOne(String requestLine) throws Exception {
        try (RawHttp connection = API.connect()) {
            Answer answer = connection
                    .head(requestLine + " HTTP/1.1\nHost: a\nContent-Length: 0")
                    .answerHead();

            assertThat(answer.header("Vary")).contains("Origin");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.headers()).doesNotContainKey("Access-Control-Allow-Origin");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/projects/WEB_KEY/settings",
                "/projects/WEB_KEY/settings",
                "/v1/pixel/page?writeKey=WEB_KEY&userId=u1",
                "/v1/p?writeKey=WEB_KEY&userId=u1"
            })
    void answersHeadAsGetWithoutTheBody(String path) throws Exception {
        Answer get = API.get(path);
        try (RawHttp connection = API.connect()) {
            Answer head = connection
                    .head("HEAD " + path + " HTTP/1.1\nHost: " + API.uri().getAuthority())
                    .answerHead();
            Answer next = connection.head("GET " + path + " HTTP/1.1\nHost: a").answer();

            assertThat(head.status()).isEqualTo(get.status()).isEqualTo(200);
            assertThat(head.headers()).isEqualTo(get.headers());
            assertThat(next.status()).as("no byte of a body came before").isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/projects/WEB_KEY/settings, 'private, max-age=300'",
        "/v1/p?writeKey=WEB_KEY&userId=u1, no-store",
        "/v1/pixel/page?writeKey=WEB_KEY&userId=u1, no-store"
    })
    void tellsHowLongAnAnswerMayBeKept(String path, String cacheControl) throws Exception {
        assertThat(API.get(path).header("Cache-Control")).isEqualTo(cacheControl);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/t", "/t", "/v1/m"})
    void letsThePageReadTheAnswersOfAStop(String path) throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB_KEY").process(exchange -> {});
            }
        })) {
            server.context().getComponent("segment", SegmentComponent.class).refuseRequests();

            Answer answer = RawHttp.exchange(
                    server.uri("/"),
                    "POST " + path + " HTTP/1.1\nHost: a\nOrigin: " + ORIGIN + "\nContent-Length: 0",
                    new byte[0]);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("5");
            assertReadable(answer);
        }
    }

    /** The customer may set credentials to include: then {@code *} is no permission. */
    private static void assertReadable(Answer answer) {
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("Retry-After", "X-RateLimit-Reset");
        assertThat(answer.header("Vary")).contains("Origin");
    }
}
