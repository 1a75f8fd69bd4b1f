package io.camelsegment.tracking.server;

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
import io.camelsegment.delivery.SteadyClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a key set is fetched again, while the clock of the machine is set. */
class KeySetTimeTest {

    private final AtomicInteger fetches = new AtomicInteger();
    private long nanos;
    private Instant wall = Instant.parse("2026-11-21T12:00:00Z");
    private HttpServer server;
    private BearerTokens tokens;
    private String authorization;

    @BeforeEach
    void start() throws IOException, JOSEException {
        RSAKey key = new RSAKeyGenerator(2_048).keyID("one").generate();
        byte[] set = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            fetches.incrementAndGet();
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json";
        tokens = BearerTokens.ofKeySet(url, null, null, null, new SteadyClock(() -> nanos, () -> wall));
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
                new JWTClaimsSet.Builder()
                        .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))))
                        .build());
        token.sign(new RSASSASigner(key));
        authorization = "Bearer " + token.serialize();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1H", "PT-240H"})
    void afterFiveMinutesAlthoughItIsSetBack(Duration jump) throws Exception {
        tokens.verify(authorization).join();
        wall = wall.plus(jump);

        pass(Duration.ofMinutes(4));
        tokens.verify(authorization).join();
        assertThat(fetches).hasValue(1);
        pass(Duration.ofMinutes(1));
        tokens.verify(authorization).join();

        assertThat(fetches).hasValue(2);
    }

    @Test
    void afterASuspension() throws Exception {
        tokens.verify(authorization).join();

        wall = wall.plus(Duration.ofMinutes(5));
        tokens.verify(authorization).join();

        assertThat(fetches).hasValue(2);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        wall = wall.plus(time);
    }
}
