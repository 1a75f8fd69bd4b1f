package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However the bytes of a body arrive, the same event is delivered. */
class BodiesTest {

    @RegisterExtension
    static final Api API = new Api();

    private static final String HEAD = "POST /v1/track HTTP/1.1\nHost: localhost\nAuthorization: "
            + SegmentServer.basic(Api.KEY) + "\nContent-Type: application/json\n";

    private static String event(String userId, int padding) {
        return "{\"userId\":\"" + userId + "\",\"event\":\"Käse\",\"p\":\"" + "x".repeat(padding) + "\"}";
    }

    private static String declared(byte[] body) {
        return HEAD + "Content-Length: " + body.length + "\n";
    }

    private static void assertSuccess(RawHttp connection) throws IOException {
        Answer answer = connection.answer();
        assertThat(answer.body()).isEqualTo(Api.SUCCESS);
        assertThat(answer.status()).isEqualTo(200);
    }

    private static void assertDelivered(int index, String userId, int padding) {
        assertThat(new String(API.delivered().get(index).json(), StandardCharsets.UTF_8))
                .startsWith(event(userId, padding).replaceFirst("}$", ""));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void splitAtEveryByte(boolean gzip) throws IOException {
        byte[] plain = RawHttp.utf8(event("u1", 0));
        byte[] body = gzip ? RawHttp.gzip(plain) : plain;
        String head = declared(body) + (gzip ? "Content-Encoding: gzip\n" : "");
        try (RawHttp connection = API.connect()) {
            for (int split = 0; split <= body.length; split++) {
                connection
                        .head(head)
                        .body(Arrays.copyOf(body, split))
                        .body(Arrays.copyOfRange(body, split, body.length));
                assertSuccess(connection);
                assertDelivered(split, "u1", 0);
            }
        }
        assertThat(API.delivered()).hasSize(body.length + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 8_191, 8_192, 8_193, 70_000, 300_000})
    void inChunksOfAnySize(int chunkBytes) throws IOException {
        int padding = chunkBytes < 64 ? 100 : 29_000;
        byte[] body = RawHttp.utf8(event("u1", padding));

        Answer answer = API.exchange(HEAD + "Transfer-Encoding: chunked\n", RawHttp.chunked(body, chunkBytes));

        assertThat(answer.status()).isEqualTo(200);
        assertDelivered(0, "u1", padding);
    }

    @ParameterizedTest
    @CsvSource({"0,false", "8000,false", "31000,false", "31000,true"})
    void inOnePieceWithTheHead(int padding, boolean gzip) throws IOException {
        byte[] plain = RawHttp.utf8(event("u1", padding));
        byte[] body = gzip ? RawHttp.gzip(plain) : plain;
        String head = declared(body) + (gzip ? "Content-Encoding: gzip\n" : "");
        byte[] request = concat(RawHttp.utf8(head.replace("\n", "\r\n") + "\r\n"), body);
        try (RawHttp connection = API.connect()) {
            assertSuccess(connection.body(request));
        }
        assertDelivered(0, "u1", padding);
    }

    @Test
    void manyAtOnceOnOneConnectionAreEachTheirOwn() throws IOException {
        byte[] requests = {};
        int count = 40;
        for (int i = 0; i < count; i++) {
            byte[] body = RawHttp.utf8(event("u" + i, i * 50));
            boolean chunked = i % 3 == 1;
            byte[] sent = chunked ? RawHttp.chunked(body, 1 + i * 13) : body;
            String head = chunked ? HEAD + "Transfer-Encoding: chunked\n" : declared(body);
            requests = concat(requests, concat(RawHttp.utf8(head.replace("\n", "\r\n") + "\r\n"), sent));
        }
        try (RawHttp connection = API.connect()) {
            connection.body(requests);
            for (int i = 0; i < count; i++) {
                assertSuccess(connection);
                assertDelivered(i, "u" + i, i * 50);
            }
        }
    }

    @Test
    void oneThatIsShorterThanDeclaredIsNotDelivered() throws IOException {
        byte[] body = RawHttp.utf8(event("u1", 0));
        try (RawHttp connection = API.connect()) {
            connection.head(HEAD + "Content-Length: " + (body.length + 1)).body(body);
        }
        assertSuccessOfAnother();
        assertThat(API.delivered()).hasSize(1);
    }

    @Test
    void whatFollowsTheDeclaredLengthIsNoPartOfTheBody() throws IOException {
        byte[] body = RawHttp.utf8(event("u1", 0));
        try (RawHttp connection = API.connect()) {
            connection.body(concat(
                    RawHttp.utf8(declared(body).replace("\n", "\r\n") + "\r\n"),
                    concat(body, RawHttp.utf8("}}}\r\n\r\n"))));
            assertSuccess(connection);
        }
        assertDelivered(0, "u1", 0);
        assertSuccessOfAnother();
        assertThat(API.delivered()).hasSize(2);
    }

    private static void assertSuccessOfAnother() throws IOException {
        assertThat(API.post("/v1/track", event("u2", 0)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "3,true", "3,false", "40,true", "40,false"})
    void inFramesOfHttp2(int frames, boolean withLength) throws Exception {
        byte[] body = RawHttp.utf8(event("u1", 25_000));
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            HttpClientRequest request = client.request(
                            HttpMethod.POST, API.uri().getPort(), "127.0.0.1", "/v1/track")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            request.putHeader("Authorization", SegmentServer.basic(Api.KEY));
            if (withLength) {
                request.putHeader("Content-Length", Integer.toString(body.length));
            } else {
                request.setChunked(true); // Vert.x asks for it, but does not send it
            }
            int each = (body.length + frames - 1) / frames;
            for (int from = 0; from < body.length; from += each) {
                request.write(Buffer.buffer(Arrays.copyOfRange(body, from, Math.min(body.length, from + each))));
            }
            request.end();
            int status = request.response()
                    .compose(response -> response.body().map(response.statusCode()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            assertThat(status).isEqualTo(200);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        assertDelivered(0, "u1", 25_000);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void compressedWhereTheLimitIsTheLargestNumber() throws Exception {
        String most = "&maxRequestBytes=" + Integer.MAX_VALUE + "&maxEventBytes=" + Integer.MAX_VALUE;
        RouteBuilder route = new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=" + Api.KEY + most).to("mock:delivered");
            }
        };
        try (SegmentServer server = new SegmentServer(route)) {
            byte[] body = RawHttp.gzip(RawHttp.utf8(event("u1", 0)));
            String head = declared(body) + "Content-Encoding: gzip\n";

            assertThat(RawHttp.exchange(server.uri("/"), head, body).status()).isEqualTo(200);
        }
    }
}
