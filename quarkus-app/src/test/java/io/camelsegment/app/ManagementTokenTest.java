package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port with the tokens of an OpenID provider, whose keys a real server serves, and with a password. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
@TestProfile(ManagementTokenTest.WithTokens.class)
class ManagementTokenTest {

    private static final String ISSUER = "https://login.example";

    /** A provider beside the app, for this test alone. */
    public static final class WithTokens implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Provider.class));
        }
    }

    /** An OpenID provider. */
    public static final class Provider implements QuarkusTestResourceLifecycleManager {

        private HttpServer server;
        private RSAKey key;

        @Override
        public Map<String, String> start() {
            try {
                key = new RSAKeyGenerator(2048).keyID("first").generate();
                byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
                server.createContext("/keys", exchange -> {
                    exchange.sendResponseHeaders(200, keys.length);
                    exchange.getResponseBody().write(keys);
                    exchange.close();
                });
                server.start();
            } catch (IOException | JOSEException e) {
                throw new IllegalStateException(e);
            }
            return Map.of(
                    "segment.management.jwks-url",
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/keys",
                    "segment.management.audience",
                    "debugger",
                    "segment.management.issuer",
                    ISSUER,
                    "segment.management.password",
                    "s3cr3t");
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(key, new TestInjector.MatchesType(RSAKey.class));
        }

        @Override
        public void stop() {
            server.stop(0);
        }
    }

    @TestHTTPResource(value = "/", management = true)
    URI management;

    RSAKey key;

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(List.of("other", "debugger"))
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private static String signed(RSAKey by, JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build(), claims.build());
        token.sign(new RSASSASigner(by));
        return "Bearer " + token.serialize();
    }

    private HttpResponse<String> get(String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + management.getAuthority() + path))
                .header("X-Forwarded-For", "203.0.113.7"); // as the proxy before the page sends it
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return Api.http1().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/segment/", "/segment/api/setup", "/q/segment/permissions"})
    void aTokenOfTheProviderOpensIt(String path) throws Exception {
        assertThat(get(path, signed(key, claims())).statusCode()).isIn(200, 202);
    }

    @Test
    void soDoesThePassword() throws Exception {
        String basic = "Basic " + Base64.getEncoder().encodeToString("any:s3cr3t".getBytes(StandardCharsets.UTF_8));

        assertThat(get("/segment/", basic).statusCode()).isEqualTo(200);
    }

    @Test
    void noOtherTokenDoes() throws Exception {
        RSAKey stranger = new RSAKeyGenerator(2048).keyID("first").generate();
        List<String> others = List.of(
                signed(stranger, claims()),
                signed(key, claims().audience("other")),
                signed(key, claims().audience((String) null)),
                signed(key, claims().issuer("https://evil.example")),
                signed(key, claims().expirationTime(Date.from(Instant.EPOCH))),
                signed(key, claims().expirationTime(null)),
                "Bearer s3cr3t");
        for (String authorization : others) {
            HttpResponse<String> answer = get("/segment/", authorization);

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().allValues("WWW-Authenticate"))
                    .anySatisfy(asked -> assertThat(asked).startsWith("Basic realm="))
                    .anySatisfy(asked ->
                            assertThat(asked).startsWith("Bearer realm=").endsWith("error=\"invalid_token\""));
            assertThat(answer.body()).doesNotContain("s3cr3t", "eyJ");
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "Bearer ")
    void whoShowsNothingIsAskedForEither(String authorization) throws Exception {
        HttpResponse<String> answer = get("/segment/", authorization);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().allValues("WWW-Authenticate")).hasSize(2).noneSatisfy(asked -> assertThat(asked)
                .contains("error"));
    }

    @Test
    void healthNeedsNone() throws Exception {
        assertThat(get("/q/health", null).statusCode()).isEqualTo(200);
    }
}
