package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import java.util.Locale;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The statuses that the SDKs understand. Exactly 200: Python and PHP repeat on 202 and 204. Exactly 400 for what will
 * never be taken: Swift repeats every other 4xx for ever. 429 and 503 for what may be taken later: every SDK repeats on
 * them.
 */
class AnswersTest {

    @RegisterExtension
    static final Api API = new Api();

    private static final String PAGE = "{\"type\":\"page\",\"userId\":\"u1\"}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    what                     | path      | key           | body                                              | status | code
                    an event                 | /v1/page  | WEB_KEY       | {"userId":"u1"}                                   | 200    | -
                    a batch                  | /v1/batch | WEB_KEY       | {"batch":[{"type":"page","userId":"u1"}]}         | 200    | -
                    no body                  | /v1/page  | WEB_KEY       | ''                                                | 400    | bad_request
                    half a body              | /v1/page  | WEB_KEY       | {"userId":                                        | 400    | bad_request
                    two bodies               | /v1/page  | WEB_KEY       | {"userId":"u1"}{"userId":"u1"}                    | 400    | bad_request
                    an array for an event    | /v1/page  | WEB_KEY       | []                                                | 400    | bad_request
                    an array for a batch     | /v1/batch | WEB_KEY       | []                                                | 400    | bad_request
                    a batch that is no array | /v1/batch | WEB_KEY       | {"batch":{}}                                      | 400    | bad_request
                    a batch without events   | /v1/batch | WEB_KEY       | {"batch":[]}                                      | 400    | empty_batch
                    no user                  | /v1/page  | WEB_KEY       | {}                                                | 400    | no_user_anon_id
                    a user that is no string | /v1/page  | WEB_KEY       | {"userId":{}}                                     | 400    | id_not_string
                    no event name            | /v1/track | WEB_KEY       | {"userId":"u1"}                                   | 400    | event_not_defined
                    a number as event name   | /v1/track | WEB_KEY       | {"userId":"u1","event":1}                         | 400    | event_not_string
                    properties as a string   | /v1/page  | WEB_KEY       | {"userId":"u1","properties":"x"}                  | 400    | properties_not_object
                    traits as a string       | /v1/identify | WEB_KEY    | {"userId":"u1","traits":"x"}                      | 400    | traits_not_object
                    a number as name         | /v1/page  | WEB_KEY       | {"userId":"u1","name":1}                          | 400    | name_not_string
                    a number as category     | /v1/page  | WEB_KEY       | {"userId":"u1","category":1}                      | 400    | category_not_string
                    no write key             | /v1/page  | -             | {"userId":"u1"}                                   | 400    | project_not_found
                    an unknown write key     | /v1/page  | NOBODY        | {"userId":"u1"}                                   | 400    | project_not_found
                    a sink that is down      | /v1/page  | FAILING_KEY   | {"userId":"u1"}                                   | 429    | delivery_failed
                    the same in a batch      | /v1/batch | FAILING_KEY   | {"batch":[{"type":"page","userId":"u1"},{}]}      | 429    | delivery_failed
                    one Exchange a request   | /v1/batch | TOGETHER_KEY  | {"batch":[{"type":"page","userId":"u1"}]}         | 200    | -
                    the same, and it fails   | /v1/batch | FAILING_TOGETHER_KEY | {"batch":[{"type":"page","userId":"u1"},{}]} | 429  | delivery_failed
                    a suspended source       | /v1/page  | SUSPENDED_KEY | {"userId":"u1"}                                   | 503    | unavailable
                    """,
            useHeadersInDisplayName = true)
    void answers(String what, String path, String key, String body, int status, String code) throws Exception {
        Answer answer = API.post(path, key, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        if (code == null) {
            assertThat(answer.body()).isEqualTo(Api.SUCCESS);
        } else {
            assertRefusal(answer, code);
        }
        if (status == 429 || status == 503) {
            assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
            assertThat(answer.header("X-RateLimit-Reset")).isEqualTo(answer.header("Retry-After"));
        } else {
            assertThat(answer.headers()).doesNotContainKeys("Retry-After", "X-RateLimit-Reset");
        }
    }

    @ParameterizedTest(name = "an event of {0} bytes: {1}")
    @CsvSource({"32768, 200", "32769, 400"})
    void takesEventsOf32Kilobytes(int bytes, int status) throws Exception {
        Answer answer = API.post("/v1/page", filled("{\"userId\":\"u1\",\"p\":\"", bytes, "\"}"));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(API.delivered()).hasSize(status == 200 ? 1 : 0);
        if (status == 400) {
            assertRefusal(answer, "event_too_large");
            assertThat(answer.body()).contains("32769", "32768");
        }
    }

    /** Segment's documentation says 500 KB; the mobile SDKs write files of up to 507 000 bytes. */
    @ParameterizedTest(name = "a batch of {0} bytes, {2}: {1}")
    @CsvSource({
        "512000, 200, plain",
        "512001, 400, plain",
        "512000, 200, chunked",
        "512001, 400, chunked",
        "512000, 200, gzip",
        "512001, 400, gzip"
    })
    void takesBatchesOf500Kilobytes(int bytes, int status, String encoding) throws Exception {
        byte[] body = RawHttp.utf8(filled("{\"batch\":[" + PAGE + "],\"filler\":\"", bytes, "\"}"));
        String head = "POST /v1/batch HTTP/1.1\nHost: localhost\nAuthorization: " + SegmentServer.basic(Api.KEY) + "\n";
        Answer answer =
                switch (encoding) {
                    case "plain" -> API.send(head, body);
                    case "chunked" -> API.exchange(head + "Transfer-Encoding: chunked", RawHttp.chunked(body, 100_000));
                    default -> API.send(head + "Content-Encoding: gzip", RawHttp.gzip(body));
                };

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(API.delivered()).hasSize(status == 200 ? 1 : 0);
        if (status == 400) {
            assertRefusal(answer, "request_too_large");
        }
    }

    @ParameterizedTest(name = "a batch of {0} events: {1}")
    @CsvSource({"2500, 200", "2501, 400"})
    void takesBatchesOf2500Events(int events, int status) throws Exception {
        Answer answer = API.post("/v1/batch", "{\"batch\":[" + (PAGE + ",").repeat(events - 1) + PAGE + "]}");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(API.delivered()).hasSize(status == 200 ? events : 0);
        if (status == 400) {
            assertRefusal(answer, "too_many_events");
        }
    }

    /** Not 400: the SDKs would drop the good events with the broken ones, or repeat both for ever. */
    @ParameterizedTest
    @ValueSource(strings = {Api.KEY, Api.TOGETHER_KEY})
    void takesTheGoodEventsOfABatchAndListsTheBroken(String key) throws Exception {
        Answer answer = API.post(
                "/v1/batch",
                key,
                "{\"batch\":[" + PAGE
                        + ",{\"type\":\"pgae\",\"userId\":\"u1\",\"messageId\":\"m2\"},{\"type\":\"page\"},7,"
                        + filled("{\"type\":\"page\",\"userId\":\"u1\",\"p\":\"", 32_769, "\"}") + "," + PAGE + "]}");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode body = Api.json(answer);
        assertThat(body.path("success").asBoolean()).isTrue();
        assertThat(body.path("rejected").findValuesAsText("index")).containsExactly("1", "2", "3", "4");
        assertThat(body.path("rejected").findValuesAsText("code"))
                .containsExactly("invalid_type", "no_user_anon_id", "bad_request", "event_too_large");
        assertThat(body.path("rejected").findValuesAsText("messageId")).containsExactly("m2");
        assertThat(API.delivered()).hasSize(2);
    }

    /** The reasons name what is wrong and where, never what was sent. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"userId\":{\"hush\":1}}",
                "{\"userId\":\"u\",\"properties\":\"hush\"}",
                "{\"userId\":\"u\",\"name\":[\"hush\"]}",
                "{\"hush\":hush}",
                "hush",
                "{\"type\":\"hush\""
            })
    void repeatsNothingOfTheEvent(String body) throws Exception {
        Answer answer = API.post("/v1/page", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().toLowerCase(Locale.ROOT)).doesNotContain("hush");
    }

    /** Python needs code and message or it repeats, Ruby needs a JSON object and reads error. */
    private static void assertRefusal(Answer answer, String code) throws Exception {
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        JsonNode body = Api.json(answer);
        assertThat(body.path("success").asBoolean(true)).isFalse();
        assertThat(body.path("code").asText()).isEqualTo(code);
        assertThat(body.path("message").asText()).isNotBlank();
        assertThat(body.path("error").asText()).isEqualTo(body.path("message").asText());
    }

    private static String filled(String start, int bytes, String end) {
        return start + "x".repeat(bytes - start.length() - end.length()) + end;
    }
}
