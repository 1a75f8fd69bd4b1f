package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes: a clear answer or a closed connection, nothing delivered by half, and the next request is served. */
class HostileRequestsTest {

    @RegisterExtension
    static final Api API = new Api();

    private static final String POST = "POST /v1/track HTTP/1.1\nHost: localhost\nAuthorization: "
            + SegmentServer.basic(Api.KEY) + "\nContent-Type: application/json\n";

    @AfterEach
    void nextRequestIsServed() throws Exception {
        Answer answer = API.post("/v1/track", Api.EVENT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Api.SUCCESS);
    }

    static Stream<Arguments> brokenBodies() throws IOException {
        String[] names = {
            "NUL", "half of a UTF-8 character", "overlong UTF-8", "a surrogate in UTF-8", "UTF-16", "Latin-1",
            "a control character", "deep arrays", "deep objects", "deep and never closed", "only an open string", "NaN"
        };
        byte[][] bodies = {
            event(0),
            event(0xc3),
            event(0xc0, 0xaf),
            event(0xed, 0xa0, 0x80),
            Api.EVENT.getBytes(StandardCharsets.UTF_16),
            event(0xe4),
            event(0x1f),
            RawHttp.utf8("{\"p\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"),
            RawHttp.utf8("{\"p\":".repeat(50_000) + "1" + "}".repeat(50_000)),
            RawHttp.utf8("[".repeat(500_000)),
            RawHttp.utf8("{\"p\":\"" + "x".repeat(500_000)),
            RawHttp.utf8("{\"userId\":NaN}")
        };
        List<Arguments> rows = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            rows.add(Arguments.of(names[i], bodies[i]));
        }
        return rows.stream();
    }

    /** An event whose name holds these bytes. */
    private static byte[] event(int... bytes) {
        byte[] event = RawHttp.utf8("{\"userId\":\"u1\",\"event\":\"" + "?".repeat(bytes.length) + "\"}");
        int at = new String(event, StandardCharsets.US_ASCII).indexOf('?');
        for (int i = 0; i < bytes.length; i++) {
            event[at + i] = (byte) bytes[i];
        }
        return event;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void refusesBrokenJson(String what, byte[] body) throws Exception {
        Answer answer = API.send(POST, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(Api.json(answer).path("code").asText()).isEqualTo("bad_request");
        assertThat(API.delivered()).isEmpty();
    }

    /** What is JSON is kept, byte for byte, although some readers cannot represent it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    an escaped lone surrogate | "\\ud800"
                    an escaped NUL            | "\\u0000"
                    a number beyond a double  | 1e999999999
                    a long fraction           | 0.1234567890123456789012345678901234567890
                    minus zero                | -0
                    an empty name             | {"":{"":[]}}
                    a name twice              | {"a":1,"a":2}
                    """)
    void keepsOddJson(String what, String value) throws Exception {
        Answer answer = API.send(
                POST, RawHttp.utf8("{\"userId\":\"u1\",\"event\":\"E\",\"properties\":{\"p\":" + value + "}}"));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(API.onlyRecord()).contains("\"properties\":{\"p\":" + value + "}");
    }

    /** Numbers that would take gigabytes or hours when written out or calculated with. */
    @ParameterizedTest
    @CsvSource({"timestamp", "sentAt", "userId", "anonymousId", "messageId", "version", "context", "integrations"})
    void boundsNumbersInMembersThatItReads(String member) throws Exception {
        for (String number : new String[] {"1e999999999", "-1e-999999999", "9".repeat(30_000)}) {
            Answer answer = API.send(
                    POST,
                    RawHttp.utf8("{\"event\":\"E\",\"groupId\":\"g1\",\"" + member + "\":" + number
                            + (member.equals("userId") ? "}" : ",\"userId\":\"u1\"}")));

            assertThat(answer.status()).as(answer.body()).isIn(200, 400);
        }
    }

    @ParameterizedTest(name = "{0} MB of zeros")
    @CsvSource({"1", "100"})
    void refusesGzipBombs(int megabytes) throws Exception {
        byte[] bomb = RawHttp.gzip(new byte[megabytes * 1_000_000]);

        Answer answer = API.send(POST + "Content-Encoding: gzip", bomb);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(Api.json(answer).path("code").asText()).isEqualTo("request_too_large");
    }

    @ParameterizedTest(name = "Content-Encoding: {0} and {1}")
    @CsvSource({
        "gzip, text",
        "gzip, half",
        "gzip, empty",
        "gzip, corrupt",
        "x-gzip, half",
        "br, gzip",
        "deflate, gzip",
        "gzip;gzip, gzip"
    })
    void refusesWhatIsNotGzip(String encoding, String content) throws Exception {
        byte[] plain = RawHttp.utf8(Api.EVENT);
        byte[] gzip = RawHttp.gzip(plain);
        byte[] body =
                switch (content) {
                    case "text" -> RawHttp.utf8("hello");
                    case "half" -> Arrays.copyOf(gzip, gzip.length / 2);
                    case "empty" -> new byte[0];
                    case "corrupt" -> {
                        gzip[gzip.length - 6] ^= 1;
                        yield gzip;
                    }
                    default -> gzip;
                };

        Answer answer = API.send(POST + "Content-Encoding: " + encoding.replace(';', ','), body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(Api.json(answer).path("code").asText()).isEqualTo("bad_request");
        assertThat(Api.json(answer).path("message").asText()).contains("gzip");
        assertThat(API.delivered()).isEmpty();
    }

    /** Some senders name a charset there. */
    @ParameterizedTest
    @CsvSource({"utf-8", "identity", "''"})
    void readsPlainJsonWhateverItsEncodingIsCalled(String encoding) throws Exception {
        assertThat(API.send(POST + "Content-Encoding: " + encoding, RawHttp.utf8(Api.EVENT))
                        .status())
                .isEqualTo(200);
    }

    /** A proxy may decompress and leave the header, or compress and forget it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    gzip            | gzip  | 0
                    gzip, identity  | gzip  | 0
                    identity, GZIP  | gzip  | 0
                    identity,x-gzip | gzip  | 0
                    gzip            | plain | 1
                    gzip            | BOM   | 1
                    x-gzip          | plain | 1
                    gzip, identity  | plain | 1
                    -               | gzip  | 1
                    identity        | gzip  | 1
                    -               | plain | 0
                    utf-8           | plain | 0
                    """)
    void readsTheBodyAsItIsAndCountsWrongLabels(String encoding, String content, int mislabelled) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("meters", meters);
                from("segment:web?writeKey=" + Api.KEY).process(exchange -> {});
            }
        })) {
            byte[] json = RawHttp.utf8((content.equals("BOM") ? "\ufeff" : "") + "\n " + Api.EVENT);
            byte[] body = content.equals("gzip") ? RawHttp.gzip(json) : json;
            Answer answer = RawHttp.exchange(
                    server.uri("/"),
                    POST + "Content-Length: " + body.length
                            + (encoding == null ? "" : "\nContent-Encoding: " + encoding),
                    body);

            assertThat(answer.body()).isEqualTo(Api.SUCCESS);
            assertThat(meters.get("segment.requests.mislabelled")
                            .tag("source", "web")
                            .counter()
                            .count())
                    .isEqualTo(mislabelled);
        }
    }

    /** By chunks, as RFC 9112 says: what a proxy before took for the rest of a body must not become another request. */
    @ParameterizedTest(name = "Content-Length: {0} and Transfer-Encoding: {1}")
    @CsvSource({"4, chunked", "0, chunked", "10000, chunked", "4, Chunked", "4, 'identity, chunked'"})
    void readsARequestWithTwoEndsByItsChunks(int length, String encoding) throws Exception {
        byte[] event = RawHttp.utf8(Api.EVENT);
        try (RawHttp connection = API.connect()) {
            connection
                    .head(POST + "Content-Length: " + length + "\nTransfer-Encoding: " + encoding)
                    .body(RawHttp.chunked(event, 10));
            Answer first = connection.answer();
            connection.head(POST + "Content-Length: " + event.length).body(event);
            Answer second = connection.answer();

            assertThat(first.body()).isEqualTo(Api.SUCCESS);
            assertThat(second.body()).isEqualTo(Api.SUCCESS);
        }
        assertThat(API.delivered()).hasSize(2);
    }

    /** Whether those before see one request or two is not known, so nothing is taken and the connection is closed. */
    @ParameterizedTest(name = "{0} with Transfer-Encoding: {1}")
    @CsvSource({"HTTP/1.1, xchunked", "HTTP/1.1, identity", "HTTP/1.1, gzip", "HTTP/1.0, chunked"})
    void closesAConnectionWhoseRequestsCannotBeTold(String version, String encoding) throws Exception {
        byte[] event = RawHttp.utf8(Api.EVENT);
        try (RawHttp connection = API.connect()) {
            connection.body(RawHttp.utf8((POST.replace("HTTP/1.1", version) + "Content-Length: 4\nTransfer-Encoding: "
                            + encoding + "\n\n" + Integer.toHexString(event.length) + "\n" + Api.EVENT + "\n0\n\n"
                            + POST + "Content-Length: " + event.length + "\n\n" + Api.EVENT)
                    .replace("\n", "\r\n")));

            Answer answer = connection.answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("Transfer-Encoding");
            assertThat(connection.isClosedByServer()).isTrue();
        }
        assertThat(API.delivered()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST /v1/track       | -         | 400 | application/json
                    POST /v1/batch       | Host: a b | 400 | application/json
                    GET /v1/t            | -         | 400 | application/json
                    GET /v1/pixel/track  | -         | 200 | image/gif
                    POST /b              | -         | 400 | application/json
                    GET /projects/K/settings | -     | 400 | application/json
                    """)
    void answersHttpWithoutHost(String requestLine, String host, int status, String type) throws Exception {
        List<String> log = CapturedLog.of(() -> {
            Answer answer = API.exchange(requestLine + " HTTP/1.1\nOrigin: https://shop.example\nContent-Length: 0\n"
                    + (host.equals("-") ? "" : host));

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("Content-Type")).isEqualTo(type);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        });

        assertThat(log).noneMatch(line -> line.contains("'Host' header is required"));
    }

    @Test
    void dropsWhatASlowSenderBreaksOff() throws Exception {
        byte[] half = Arrays.copyOf(RawHttp.utf8(Api.EVENT), 20);
        for (int i = 0; i < 20; i++) {
            try (RawHttp connection = API.connect()) {
                connection.head(POST + "Content-Length: " + Api.EVENT.length()).body(half);
            }
            try (RawHttp connection = API.connect()) {
                connection.head(POST + "Transfer-Encoding: chunked").body(RawHttp.utf8("14\r\n"));
                connection.body(half);
            }
        }
        nextRequestIsServed();

        assertThat(API.delivered()).as("only the whole one").hasSize(1);
    }

    @Test
    void servesOthersWhileSendersAreSlow() throws Exception {
        List<RawHttp> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                slow.add(API.connect().head(POST + "Content-Length: 500000").body((byte) '{'));
            }
            nextRequestIsServed();
        } finally {
            for (RawHttp connection : slow) {
                connection.close();
            }
        }
    }

    /** The answer comes when the limit is passed, not when the body ends, which it never does. */
    @Test
    void refusesEndlessBodiesWhileTheyCome() throws Exception {
        byte[] chunk = RawHttp.chunked(new byte[10_000], 10_000);
        byte[] withoutEnd = Arrays.copyOf(chunk, chunk.length - "0\r\n\r\n".length());
        try (RawHttp connection = API.connect()) {
            connection.head(POST + "Transfer-Encoding: chunked");
            for (int sent = 0; sent <= 512_000; sent += 10_000) {
                connection.body(withoutEnd);
            }

            Answer answer = connection.answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("request_too_large");
        }
    }

    @Test
    void answersManyOversizeRequestsAtOnce() throws Exception {
        byte[] oversize = new byte[600_000];
        Arrays.fill(oversize, (byte) ' ');
        byte[] bomb = RawHttp.gzip(new byte[20_000_000]);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(post(oversize, false, null));
            answers.add(post(oversize, true, null));
            answers.add(post(bomb, false, "gzip"));
        }

        assertThat(answers).allSatisfy(answer -> {
            HttpResponse<String> response = answer.get(60, TimeUnit.SECONDS);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("request_too_large");
        });
    }

    private static CompletableFuture<HttpResponse<String>> post(byte[] body, boolean chunked, String encoding) {
        var publisher = BodyPublishers.ofByteArray(body);
        var request = API.server()
                .request("/v1/track", Api.KEY)
                .POST(chunked ? BodyPublishers.fromPublisher(publisher) : publisher);
        if (encoding != null) {
            request.header("Content-Encoding", encoding);
        }
        return API.server().client().sendAsync(request.build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    no HTTP                   | hello
                    a length that is none     | POST /v1/track HTTP/1.1;Host: localhost;Content-Length: many
                    a negative length         | POST /v1/track HTTP/1.1;Host: localhost;Content-Length: -1
                    two lengths               | POST /v1/track HTTP/1.1;Host: localhost;Content-Length: 1;Content-Length: 2
                    a chunk size that is none | POST /v1/track HTTP/1.1;Host: localhost;Transfer-Encoding: chunked;;zz
                    a path out of the base    | POST /v1/../v1/%2e%2e/x HTTP/1.1;Host: localhost;Content-Length: 0
                    """)
    void survivesBrokenHttp(String what, String lines) throws Exception {
        try (RawHttp connection = API.connect()) {
            connection.body(RawHttp.utf8(lines.replace(";", "\r\n") + "\r\n\r\n"));
            int status;
            try {
                status = connection.answer().status();
            } catch (IOException closed) {
                status = 400;
            }
            assertThat(status).isIn(400, 404);
        }
        assertThat(API.delivered()).isEmpty();
    }
}
