package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
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
                    """)
    void allowsThePostThatItIsAskedFor(String path, String headers) throws Exception {
        Answer answer = API.exchange("OPTIONS " + path + " HTTP/1.1\nHost: localhost\nOrigin: " + ORIGIN
                + "\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: " + headers);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo(headers);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
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

    /** The customer may set credentials to include: then {@code *} is no permission. */
    private static void assertReadable(Answer answer) {
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("Retry-After", "X-RateLimit-Reset");
        assertThat(answer.header("Vary")).contains("Origin");
    }
}
