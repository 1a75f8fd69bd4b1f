package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How each SDK writes its requests: path, headers, encoding, and where the write key is. */
class RequestLinesTest {

    @RegisterExtension
    static final Api API = new Api();

    private static final String TRACK = "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u1\",\"messageId\":\"m1\"}";
    private static final String TRACK_WITH_KEY = TRACK.replace("}", ",\"writeKey\":\"WEB_KEY\"}");
    private static final String BATCH = "{\"batch\":[" + TRACK + "],\"sentAt\":\"2026-01-02T03:04:05.678Z\"}";
    private static final String BATCH_WITH_KEY = BATCH.replaceFirst("}$", ",\"writeKey\":\"WEB_KEY\"}");
    private static final String BATCH_WITH_KEYS =
            "{\"writeKey\":\"WEB_KEY\",\"batch\":[" + TRACK_WITH_KEY + "],\"sentAt\":\"2026-01-02T03:04:05.678Z\"}";

    private static final String BASIC = "Authorization: " + SegmentServer.basic("WEB_KEY:");
    private static final String BASIC_WITHOUT_COLON = "Authorization: " + SegmentServer.basic("WEB_KEY");

    private enum Encoding {
        PLAIN,
        PLAIN_CHUNKED,
        GZIP,
        GZIP_CHUNKED
    }

    static Stream<Arguments> sdks() {
        return Stream.of(
                arguments(
                        "analytics.js 1.84, one event",
                        "POST /v1/t",
                        "Content-Type: text/plain\n" + BASIC,
                        Encoding.PLAIN,
                        TRACK_WITH_KEY),
                arguments(
                        "analytics.js 1.84, one event again",
                        "POST /v1/t",
                        "Content-Type: text/plain\nX-Retry-Count: 1\n" + BASIC,
                        Encoding.PLAIN,
                        TRACK_WITH_KEY),
                arguments(
                        "analytics.js 1.84, batching",
                        "POST /v1/b",
                        "Content-Type: text/plain\n" + BASIC,
                        Encoding.PLAIN,
                        BATCH_WITH_KEYS),
                arguments(
                        "analytics.js up to 1.83, one event",
                        "POST /v1/t",
                        "Content-Type: text/plain",
                        Encoding.PLAIN,
                        TRACK_WITH_KEY),
                arguments(
                        "analytics.js up to 1.83, batching",
                        "POST /v1/b",
                        "Content-Type: text/plain",
                        Encoding.PLAIN,
                        BATCH_WITH_KEYS),
                arguments(
                        "AnalyticsNode of analytics.js",
                        "POST /v1/track",
                        "Content-Type: application/json\nUser-Agent: analytics-node-next/latest\n"
                                + BASIC_WITHOUT_COLON,
                        Encoding.PLAIN,
                        TRACK),
                arguments(
                        "a beacon",
                        "POST /v1/t",
                        "Content-Type: text/plain;charset=UTF-8",
                        Encoding.PLAIN,
                        TRACK_WITH_KEY),
                arguments(
                        "@segment/analytics-node 3.1",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-node-next/latest\nX-Retry-Count: 2\n"
                                + BASIC,
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "@segment/analytics-node 2.0 to 3.0",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-node-next/latest",
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "@segment/analytics-node with OAuth",
                        "POST /v1/batch",
                        "Content-Type: application/json\nAuthorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "@segment/analytics-node 1.0",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-node-next/latest\n" + BASIC,
                        Encoding.PLAIN,
                        "{\"batch\":[" + TRACK + "]}"),
                arguments(
                        "analytics-node 6",
                        "POST /v1/batch",
                        "Accept: application/json, text/plain, */*\nContent-Type: application/json\nUser-Agent: analytics-node/6.2.0\n"
                                + BASIC,
                        Encoding.PLAIN,
                        BATCH.replaceFirst("}$", ",\"timestamp\":\"2026-01-02T03:04:05.678Z\"}")),
                arguments(
                        "Java 3.4 and 3.5",
                        "POST /v1/import/",
                        "Content-Type: application/json; charset=UTF-8\nUser-Agent: analytics-java/3.5.4",
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "Java, after 3.5",
                        "POST /v1/import/",
                        "Content-Type: application/json; charset=UTF-8\nX-Retry-Count: 1\n" + BASIC,
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "Java 2",
                        "POST /v1/import",
                        "Content-Type: application/json; charset=UTF-8\nUser-Agent: analytics-java/2.1.1\n" + BASIC,
                        Encoding.PLAIN,
                        BATCH),
                arguments(
                        "Python 2.3",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-python/2.3.4",
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "Python 2.3 with gzip",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-python/2.3.4",
                        Encoding.GZIP,
                        BATCH_WITH_KEY),
                arguments(
                        "Python up to 2.2",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-python/2.2.3\n" + BASIC,
                        Encoding.PLAIN,
                        BATCH),
                arguments(
                        "Go 3",
                        "POST /v1/batch",
                        "User-Agent: analytics-go (version: 3.0.0)\nContent-Type: application/json\n" + BASIC,
                        Encoding.PLAIN,
                        "{\"messageId\":\"b1\"," + BATCH.substring(1)),
                arguments(
                        "Ruby",
                        "POST /v1/import",
                        "Content-Type: application/json\nAccept: application/json\n" + BASIC,
                        Encoding.PLAIN,
                        BATCH),
                arguments(
                        "PHP, lib_curl",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-php/3.8.2\n" + BASIC,
                        Encoding.PLAIN,
                        BATCH),
                arguments(
                        "PHP with compress_request",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-php/3.8.2\n" + BASIC,
                        Encoding.GZIP,
                        BATCH),
                arguments(
                        "Kotlin",
                        "POST /v1/b",
                        "Content-Type: text/plain\nUser-Agent: analytics-kotlin/1.27.0",
                        Encoding.GZIP_CHUNKED,
                        BATCH_WITH_KEY),
                arguments(
                        "Kotlin up to 2022",
                        "POST /v1/b",
                        "Content-Type: text/plain\n" + BASIC,
                        Encoding.GZIP_CHUNKED,
                        BATCH),
                arguments(
                        "Swift",
                        "POST /v1/b",
                        "Content-Type: application/json; charset=utf-8\nUser-Agent: analytics-ios/1.9.4\nX-Retry-Count: 3",
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "React Native",
                        "POST /v1/b",
                        "Content-Type: application/json; charset=utf-8",
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "React Native with a bare proxy",
                        "POST /v1",
                        "Content-Type: application/json; charset=utf-8",
                        Encoding.PLAIN,
                        BATCH_WITH_KEY),
                arguments(
                        "C#, no Content-Type",
                        "POST /v1/b",
                        "Accept: text/plain\nConnection: close",
                        Encoding.GZIP,
                        BATCH_WITH_KEY),
                arguments(
                        ".NET",
                        "POST /v1/import",
                        "Content-Type: application/json\n" + BASIC,
                        Encoding.PLAIN,
                        "{\"messageId\":\"b1\"," + BATCH.substring(1)),
                arguments(
                        ".NET with gzip",
                        "POST /v1/import",
                        "Content-Type: application/json\n" + BASIC,
                        Encoding.GZIP,
                        "{\"messageId\":\"b1\"," + BATCH.substring(1)),
                arguments(
                        "Android",
                        "POST /v1/import",
                        "Content-Type: application/json\nUser-Agent: analytics-android/4.11.3",
                        Encoding.GZIP_CHUNKED,
                        BATCH_WITH_KEY),
                arguments(
                        "iOS",
                        "POST /v1/batch",
                        "Content-Type: application/json\nUser-Agent: analytics-ios/4.1.8",
                        Encoding.GZIP,
                        BATCH_WITH_KEY),
                arguments(
                        "a proxy that sends chunks",
                        "POST /v1/batch",
                        "Content-Type: application/json\n" + BASIC,
                        Encoding.PLAIN_CHUNKED,
                        BATCH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sdks")
    void takesTheRequestOf(String sdk, String requestLine, String headers, Encoding encoding, String body)
            throws Exception {
        Answer answer = send(requestLine, headers, encoding, RawHttp.utf8(body));

        assertThat(answer.body()).isEqualTo(Api.SUCCESS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(API.onlyRecord()).contains("\"messageId\":\"m1\"").doesNotContain("WEB_KEY");
    }

    private static Answer send(String requestLine, String headers, Encoding encoding, byte[] body) throws IOException {
        String head = requestLine + " HTTP/1.1\nHost: " + API.uri().getAuthority() + "\n" + headers + "\n";
        byte[] encoded = encoding == Encoding.GZIP || encoding == Encoding.GZIP_CHUNKED ? RawHttp.gzip(body) : body;
        String encodingHeader = encoded == body ? "" : "Content-Encoding: gzip\n";
        return switch (encoding) {
            case PLAIN, GZIP -> API.exchange(head + encodingHeader + "Content-Length: " + encoded.length, encoded);
            case PLAIN_CHUNKED, GZIP_CHUNKED ->
                API.exchange(head + encodingHeader + "Transfer-Encoding: chunked", RawHttp.chunked(encoded, 16));
        };
    }

    /** curl, and so PHP, asks before it sends more than 1 MB, older versions before 1 KB, and waits for the answer. */
    @Test
    void invitesTheBodyOfASenderThatAsksFirst() throws Exception {
        byte[] body = RawHttp.utf8(Api.EVENT);
        try (RawHttp connection = API.connect()) {
            connection.head("POST /v1/track HTTP/1.1\nHost: localhost\nExpect: 100-continue\nContent-Length: "
                    + body.length + "\n" + BASIC);
            assertThat(connection.answer().status()).isEqualTo(100);

            connection.body(body);

            assertThat(connection.answer().body()).isEqualTo(Api.SUCCESS);
        }
        assertThat(API.delivered()).hasSize(1);
    }

    @Test
    void refusesTheBodyOfASenderThatAsksFirst() throws Exception {
        try (RawHttp connection = API.connect()) {
            connection.head(
                    "POST /v1/track HTTP/1.1\nHost: localhost\nExpect: 100-continue\nContent-Length: 512001\n" + BASIC);

            assertThat(connection.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void takesRequestsOneAfterTheOtherOnOneConnection() throws Exception {
        byte[] body = RawHttp.utf8(Api.EVENT);
        try (RawHttp connection = API.connect()) {
            for (int i = 0; i < 3; i++) {
                connection
                        .head("POST /v1/track HTTP/1.1\nHost: localhost\nContent-Length: " + body.length + "\n" + BASIC)
                        .body(body);
                assertThat(connection.answer().body()).isEqualTo(Api.SUCCESS);
            }
        }
        assertThat(API.delivered()).hasSize(3);
    }

    @ParameterizedTest(name = "header {0}, envelope {1}, item {2}: {3}")
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
                    WEB_KEY:, -,       -,       200
                    WEB_KEY,  -,       -,       200
                    WEB_KEY:password, -, -,     200
                    -,        WEB_KEY, -,       200
                    -,        -,       WEB_KEY, 200
                    :,        WEB_KEY, -,       200
                    WEB_KEY:, WEB_KEY, WEB_KEY, 200
                    WEB_KEY:, NOBODY,  NOBODY,  200
                    -,        WEB_KEY, NOBODY,  200
                    -,        -,       -,       400
                    NOBODY:,  WEB_KEY, WEB_KEY, 200
                    NOBODY:,  -,       WEB_KEY, 200
                    staging:password, WEB_KEY, -, 200
                    NOBODY:,  -,       -,       400
                    NOBODY:,  NOBODY,  -,       400
                    NOBODY:,  -,       NOBODY,  400
                    -,        NOBODY,  -,       400
                    -,        -,       NOBODY,  400
                    """)
    void findsTheWriteKey(String user, String envelope, String item, int status) throws Exception {
        String authorization = user == null ? "" : "\nAuthorization: " + SegmentServer.basic(user);
        String event = item == null ? TRACK : TRACK.replace("}", ",\"writeKey\":\"" + item + "\"}");
        String key = envelope == null ? "" : ",\"writeKey\":\"" + envelope + "\"";

        Answer answer = API.send(
                "POST /v1/batch HTTP/1.1" + authorization, RawHttp.utf8("{\"batch\":[" + event + "]" + key + "}"));

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(API.delivered()).hasSize(status == 200 ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"basic", "BASIC", "Basic"})
    void takesTheSchemeInAnyCase(String scheme) throws Exception {
        String credentials = SegmentServer.basic("WEB_KEY:").substring("Basic".length());

        Answer answer =
                API.send("POST /v1/track HTTP/1.1\nAuthorization: " + scheme + credentials, RawHttp.utf8(Api.EVENT));

        assertThat(answer.status()).isEqualTo(200);
    }

    /** Credentials for a proxy before a staging server, which passes them on. */
    @ParameterizedTest(name = "{0} {1}: {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    GET  | /v1/pixel/track?writeKey=WEB_KEY&userId=u1&event=E | -                                     | 200 | 1
                    GET  | /v1/t?writeKey=WEB_KEY&userId=u1&event=E           | -                                     | 200 | 1
                    GET  | /v1/t?userId=u1&event=E                            | -                                     | 400 | 0
                    GET  | /v1/projects/WEB_KEY/settings                      | -                                     | 200 | 0
                    POST | /v1/t      | {"writeKey":"WEB_KEY","userId":"u1","event":"E"}                              | 200 | 1
                    POST | /v1/m      | {"series":[]}                                                                 | 200 | 0
                    POST | /v1/t      | {"writeKey":"SUSPENDED_KEY","userId":"u1","event":"E"}                        | 503 | 0
                    POST | /v1/t      | {"userId":                                                                    | 400 | 0
                    """)
    void leavesCredentialsForSomebodyElseAlone(String method, String target, String body, int status, int delivered)
            throws Exception {
        String head = method + " " + target + " HTTP/1.1\nAuthorization: " + SegmentServer.basic("staging:secret");

        Answer answer = API.send(head, RawHttp.utf8(body == null ? "" : body));

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(API.delivered()).hasSize(delivered);
        if (status == 400) {
            assertThat(answer.body()).contains("project_not_found");
        }
    }
}
