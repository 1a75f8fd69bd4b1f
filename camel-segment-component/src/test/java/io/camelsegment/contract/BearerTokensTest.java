package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.SegmentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OAuth tokens, verified with a key and with a key set that a real server serves. */
class BearerTokensTest {

    /** The threads of Vert.x's pool of workers. */
    private static final int WORKERS = 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JWSHeader RS256 =
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build();

    private static RSAKey first;
    private static RSAKey second;

    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicInteger fetched = new AtomicInteger();
    private final CountDownLatch hung = new CountDownLatch(2);
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final AtomicBoolean trickled = new AtomicBoolean();
    private final CountDownLatch brokenOff = new CountDownLatch(1);
    private final ExecutorService keyServerThreads = Executors.newCachedThreadPool();

    private volatile RSAKey served = first;
    private volatile boolean keyServerFails;
    private volatile boolean held;
    private HttpServer keyServer;
    private SegmentServer server;

    @BeforeAll
    static void makeKeys() throws Exception {
        first = new RSAKeyGenerator(2048).keyID("first").generate();
        second = new RSAKeyGenerator(2048).keyID("second").generate();
    }

    @BeforeEach
    void start() throws Exception {
        keyServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keyServer.setExecutor(keyServerThreads);
        keyServer.createContext("/keys", this::serveKeys);
        keyServer.createContext("/hanging", this::hang);
        keyServer.createContext("/trickling", this::trickle);
        keyServer.start();
        String keys = "http://127.0.0.1:" + keyServer.getAddress().getPort();
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() throws JOSEException {
                from("segment:set?writeKey=SET&jwksUrl=" + keys + "/keys").process(e -> delivered.incrementAndGet());
                from("segment:hanging?writeKey=HANGING&jwksUrl=" + keys + "/hanging")
                        .process(e -> delivered.incrementAndGet());
                from("segment:hanging2?writeKey=HANGING2&jwksUrl=" + keys + "/hanging")
                        .process(e -> delivered.incrementAndGet());
                from("segment:trickling?writeKey=TRICKLING&jwksUrl=" + keys + "/trickling")
                        .process(e -> delivered.incrementAndGet());
                from("segment:key?writeKey=KEY&issuer=https://auth.example&audience=collector&publicKey=RAW(" + pem()
                                + ")")
                        .process(e -> delivered.incrementAndGet());
                from("segment:unscoped?scope=&writeKey=UNSCOPED&publicKey=RAW(" + pem() + ")")
                        .process(e -> delivered.incrementAndGet());
                from("segment:open?writeKey=OPEN").process(e -> delivered.incrementAndGet());
            }
        });
    }

    @AfterEach
    void stop() {
        hanging.countDown();
        brokenOff.countDown();
        server.close();
        keyServer.stop(0);
        keyServerThreads.shutdown();
    }

    static Stream<Arguments> badTokens() throws Exception {
        RSAKey stranger = new RSAKeyGenerator(2048).keyID("first").generate();
        byte[] publicKey = first.toRSAPublicKey().getEncoded();
        String good = signed(RS256, first, claims().build());
        return Stream.of(
                Arguments.of("no header", null, "missing_token"),
                Arguments.of("Basic", SegmentServer.basic("KEY:"), "missing_token"),
                Arguments.of("no token", "Bearer ", "missing_token"),
                Arguments.of("no JWT", "Bearer SECRET", "invalid_token"),
                Arguments.of("unsigned", "Bearer " + new PlainJWT(claims().build()).serialize(), "invalid_token"),
                Arguments.of(
                        "signature cut off", "Bearer " + good.substring(0, good.lastIndexOf('.') + 1), "invalid_token"),
                Arguments.of("public key as secret", "Bearer " + hs256(publicKey), "invalid_token"),
                Arguments.of("PEM as secret", "Bearer " + hs256(RawHttp.utf8(pem())), "invalid_token"),
                Arguments.of(
                        "RS512",
                        "Bearer " + signed(new JWSHeader(JWSAlgorithm.RS512), first, claims().build()),
                        "invalid_token"),
                Arguments.of("other key", "Bearer " + signed(RS256, stranger, claims().build()), "invalid_token"),
                Arguments.of("other claims", "Bearer " + withOtherClaims(good), "invalid_token"),
                Arguments.of(
                        "expired", bearer(claims().expirationTime(at(-3600)).build()), "invalid_token"),
                Arguments.of("for ever", bearer(claims().expirationTime(null).build()), "invalid_token"),
                Arguments.of("not yet", bearer(claims().notBeforeTime(at(3600)).build()), "invalid_token"),
                Arguments.of(
                        "other issuer",
                        bearer(claims().issuer("https://evil.example").build()),
                        "invalid_token"),
                Arguments.of("no issuer", bearer(claims().issuer(null).build()), "invalid_token"),
                Arguments.of("other audience", bearer(claims().audience("shop").build()), "invalid_token"),
                Arguments.of(
                        "no audience", bearer(claims().audience((String) null).build()), "invalid_token"),
                Arguments.of(
                        "other scope",
                        bearer(claims().claim("scope", "tracking_api:writer").build()),
                        "insufficient_scope"),
                Arguments.of("no scope", bearer(claims().claim("scope", null).build()), "insufficient_scope"),
                Arguments.of(
                        "scope is a number", bearer(claims().claim("scope", 1).build()), "insufficient_scope"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void refusesForGood(String what, String authorization, String code) throws Exception {
        HttpResponse<String> answer = post("KEY", authorization);

        assertThat(answer.statusCode()).as(what).isEqualTo(400);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.get("code").asText()).isEqualTo(code);
        assertThat(body.get("success").asBoolean(true)).isFalse();
        assertThat(body.get("message").asText()).isEqualTo(body.get("error").asText());
        assertThat(answer.body()).doesNotContain("SECRET").doesNotContain("eyJ");
        assertThat(delivered).hasValue(0);
    }

    static Stream<Arguments> goodTokens() throws Exception {
        return Stream.of(
                Arguments.of("as Segment's", "KEY", bearer(claims().build())),
                Arguments.of("lower case", "KEY", bearer(claims().build()).replace("Bearer", "bearer")),
                Arguments.of(
                        "several scopes",
                        "KEY",
                        bearer(claims().claim("scope", "a tracking_api:write").build())),
                Arguments.of(
                        "scope array",
                        "KEY",
                        bearer(claims().claim("scope", List.of("a", "tracking_api:write"))
                                .build())),
                Arguments.of(
                        "scp",
                        "KEY",
                        bearer(claims().claim("scope", null)
                                .claim("scp", List.of("tracking_api:write"))
                                .build())),
                Arguments.of(
                        "several audiences",
                        "KEY",
                        bearer(claims().audience(List.of("shop", "collector")).build())),
                Arguments.of(
                        "RFC 9068",
                        "KEY",
                        "Bearer "
                                + signed(
                                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                                .type(new JOSEObjectType("at+jwt"))
                                                .build(),
                                        first,
                                        claims().build())),
                Arguments.of(
                        "no scope needed",
                        "UNSCOPED",
                        bearer(claims().claim("scope", null).issuer(null).build())),
                Arguments.of("no token needed", "OPEN", "Bearer whatever"),
                Arguments.of("key set", "SET", bearer(claims().build())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goodTokens")
    void takes(String what, String writeKey, String authorization) throws Exception {
        HttpResponse<String> answer = post(writeKey, authorization);

        assertThat(answer.body()).as(what).isEqualTo(Api.SUCCESS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(delivered).hasValue(1);
    }

    @Test
    void fetchesTheKeySetOnceAndAgainForANewKeyButNotForEveryMadeUpOne() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(post("SET", bearer(claims().build())).statusCode()).isEqualTo(200);
        }
        assertThat(fetched).hasValue(1);

        served = second;
        assertThat(post("SET", "Bearer " + signedAs("second", second)).statusCode())
                .isEqualTo(200);
        assertThat(fetched).hasValue(2);

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = post("SET", "Bearer " + signedAs("made-up-" + i, second));
            assertThat(answer.statusCode()).isEqualTo(429);
        }
        assertThat(fetched).hasValue(2);
        assertThat(post("SET", "Bearer " + signedAs("second", second)).statusCode())
                .isEqualTo(200);
        assertThat(post("SET", bearer(claims().build())).statusCode()).isNotEqualTo(200);
    }

    @Test
    void refusesAKeyThatTheFetchedSetLacks() throws Exception {
        HttpResponse<String> answer = post("SET", "Bearer " + signedAs("second", second));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("code").asText()).isEqualTo("invalid_token");
    }

    @Test
    void asksSendersToComeAgainWhileTheKeySetCannotBeFetched() throws Exception {
        keyServerFails = true;
        HttpResponse<String> answer = post("SET", bearer(claims().build()));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(JSON.readTree(answer.body()).get("code").asText()).isEqualTo("keys_unavailable");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("30");
        assertThat(answer.headers().firstValue("X-RateLimit-Reset")).hasValue("30");
        assertThat(delivered).hasValue(0);

        keyServerFails = false;
        assertThat(post("SET", bearer(claims().build())).statusCode()).isEqualTo(200);
    }

    @Test
    void goesOnWithTheKeysItHasWhileNewOnesCannotBeFetched() throws Exception {
        assertThat(post("SET", bearer(claims().build())).statusCode()).isEqualTo(200);
        keyServerFails = true;

        assertThat(post("SET", "Bearer " + signedAs("second", second)).statusCode())
                .as("perhaps a new key")
                .isEqualTo(429);
        assertThat(post("SET", bearer(claims().build())).statusCode()).isEqualTo(200);
    }

    @Test
    void servesOtherSourcesWhileKeySetsHang() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 2 * WORKERS; i++) {
            waiting.add(server.client()
                    .sendAsync(
                            request(i % 2 == 0 ? "HANGING" : "HANGING2", bearer(claims().build()))
                                    .build(),
                            BodyHandlers.ofString()));
        }
        assertThat(hung.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(post("OPEN", null).statusCode()).isEqualTo(200);
        assertThat(post("KEY", bearer(claims().build())).statusCode()).isEqualTo(200);
        assertThat(post("SET", bearer(claims().build())).statusCode()).isEqualTo(200);
        hanging.countDown();
        for (CompletableFuture<HttpResponse<String>> one : waiting) {
            assertThat(one.get(30, TimeUnit.SECONDS).statusCode()).isIn(200, 429);
        }
    }

    @Test
    void requestsWaitTogetherForOneFetch() throws Exception {
        // Signed before: the key server is not waited for as long as many signatures may take.
        HttpRequest request = request("SET", bearer(claims().build())).build();
        held = true;
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 2 * WORKERS; i++) {
            waiting.add(server.client().sendAsync(request, BodyHandlers.ofString()));
        }
        hanging.countDown();

        for (CompletableFuture<HttpResponse<String>> one : waiting) {
            assertThat(one.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(fetched).hasValue(1);
    }

    @Test
    void takesNoLongerForAKeySetThatTrickles() throws Exception {
        HttpResponse<String> answer = post("TRICKLING", bearer(claims().build()));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(JSON.readTree(answer.body()).get("code").asText()).isEqualTo("keys_unavailable");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("30");
        assertThat(brokenOff.await(30, TimeUnit.SECONDS))
                .as("the fetch ended, too")
                .isTrue();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> post("TRICKLING", bearer(claims().build())).statusCode() == 200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jwksUrl=https://a.example&publicKey=x  | expected jwksUrl or publicKey, but both are set",
                "jwksUrl=ftp://a.example/keys           | jwksUrl must be http or https",
                "jwksUrl=https://SECRET@a.example/keys  | jwksUrl must be http or https with a host and without user",
                "jwksUrl=keys.json                      | jwksUrl must be http or https",
                "publicKey=SECRET                       | publicKey must be an RSA key in PEM",
                "issuer=https://a.example               | set jwksUrl or publicKey",
                "audience=collector                     | set jwksUrl or publicKey",
            })
    void saysWhatIsWrongWithTheOptions(String options, String message) {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThatThrownBy(() -> context.getEndpoint("segment:web?writeKey=KEY&" + options)
                            .createConsumer(exchange -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("SECRET");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> post(String writeKey, String authorization) throws Exception {
        return server.send(request(writeKey, authorization));
    }

    private HttpRequest.Builder request(String writeKey, String authorization) {
        HttpRequest.Builder request = server.request("/v1/batch", null)
                .POST(BodyPublishers.ofString(
                        "{\"writeKey\":\"" + writeKey + "\",\"batch\":[{\"type\":\"page\",\"userId\":\"u1\"}]}"));
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private void serveKeys(HttpExchange exchange) throws IOException {
        if (held) {
            held = false;
            hang(exchange);
            return;
        }
        fetched.incrementAndGet();
        byte[] keys = RawHttp.utf8(new JWKSet(served.toPublicJWK()).toString());
        exchange.sendResponseHeaders(keyServerFails ? 500 : 200, keys.length);
        exchange.getResponseBody().write(keys);
        exchange.close();
    }

    /** Sends a byte at a time, so that none is awaited for long, until the client is gone; next time all at once. */
    private void trickle(HttpExchange exchange) throws IOException {
        if (trickled.getAndSet(true)) {
            serveKeys(exchange);
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        try {
            while (!brokenOff.await(20, TimeUnit.MILLISECONDS)) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        } catch (IOException e) {
            brokenOff.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hang(HttpExchange exchange) throws IOException {
        hung.countDown();
        try {
            hanging.await(30, TimeUnit.SECONDS);
            serveKeys(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://auth.example")
                .audience("collector")
                .subject("app")
                .expirationTime(at(3600))
                .claim("scope", "tracking_api:write");
    }

    private static Date at(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String bearer(JWTClaimsSet claims) throws JOSEException {
        return "Bearer " + signed(RS256, first, claims);
    }

    private static String signedAs(String keyId, RSAKey key) throws JOSEException {
        return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build(), key, claims().build());
    }

    private static String signed(JWSHeader header, RSAKey key, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String hs256(byte[] secret) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String withOtherClaims(String token) {
        String[] parts = token.split("\\.", -1);
        String claims = JSON.createObjectNode()
                .put("scope", "tracking_api:write")
                .put("iss", "https://auth.example")
                .put("aud", "collector")
                .put("sub", "another app")
                .put("exp", 4_000_000_000L)
                .toString();
        return parts[0] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(RawHttp.utf8(claims)) + "."
                + parts[2];
    }

    private static String pem() throws JOSEException {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(first.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }
}
