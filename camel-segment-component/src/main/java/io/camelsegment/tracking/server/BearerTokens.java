package io.camelsegment.tracking.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSourceWrapper;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import io.camelsegment.delivery.SteadyClock;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the OAuth bearer tokens of a source. Accepts only JWTs that are signed with RS256, expire, and are meant for
 * the source. Thread-safe.
 *
 * @see <a href="https://segment.com/docs/connections/oauth/">Segment's OAuth 2.0</a>
 */
public final class BearerTokens {

    private static final Logger LOG = LoggerFactory.getLogger(BearerTokens.class);

    private static final String BEARER = "Bearer ";
    private static final int LEAST_KEY_BITS = 2_048;

    /** How long a fetched key set is used. A token with a key that the set lacks triggers an earlier fetch. */
    private static final long KEY_SET_MS = TimeUnit.MINUTES.toMillis(5);

    /** Interval in which the key set is fetched at most twice, however many tokens name keys that it lacks. */
    private static final long FETCH_INTERVAL_MS = TimeUnit.SECONDS.toMillis(30);

    /** Longest wait for a connection to the key set, and for its bytes. Requests wait that long on worker threads. */
    private static final int FETCH_TIMEOUT_MS = 2_000;

    private static final int MOST_KEY_SET_BYTES = 256 * 1024;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final String keysFrom;
    private final String scope;
    private final AtomicBoolean failing = new AtomicBoolean();

    private BearerTokens(
            JWSKeySelector<SecurityContext> keys, String keysFrom, String scope, String issuer, String audience) {
        this.keysFrom = keysFrom;
        this.scope = scope;
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(keys);
        JWTClaimsSet.Builder expected = new JWTClaimsSet.Builder();
        if (issuer != null) {
            expected.issuer(issuer);
        }
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(audience, expected.build(), Set.of("exp")));
    }

    /**
     * Creates a verifier with the keys of a JSON Web Key Set, which is fetched on first use and kept for five minutes.
     *
     * @param jwksUrl  URL of the set, {@code https} or {@code http}
     * @param scope    scope that tokens must have; null for any
     * @param issuer   their {@code iss}; null for any
     * @param audience one of their {@code aud}; null for any
     * @throws IllegalArgumentException if the URL is invalid or holds a user
     */
    public static BearerTokens ofKeySet(String jwksUrl, String scope, String issuer, String audience) {
        return ofKeySet(jwksUrl, scope, issuer, audience, new SteadyClock());
    }

    static BearerTokens ofKeySet(String jwksUrl, String scope, String issuer, String audience, SteadyClock time) {
        URL url = httpUrl(jwksUrl);
        JWSKeySelector<SecurityContext> keys = new JWSVerificationKeySelector<>(
                JWSAlgorithm.RS256,
                steady(
                        JWKSourceBuilder.create(
                                        url,
                                        new DefaultResourceRetriever(
                                                FETCH_TIMEOUT_MS, FETCH_TIMEOUT_MS, MOST_KEY_SET_BYTES))
                                .cache(KEY_SET_MS, 2 * FETCH_TIMEOUT_MS)
                                // It would fetch on its own thread, which nobody stops.
                                .refreshAheadCache(false)
                                .rateLimited(FETCH_INTERVAL_MS)
                                // Not outageTolerant: an outdated set would refuse tokens of a new key for good.
                                .build(),
                        time));
        return new BearerTokens(keys, url.getHost(), scope, issuer, audience);
    }

    /** Lets a source measure its times with a clock that is never set back. */
    private static JWKSource<SecurityContext> steady(JWKSource<SecurityContext> keys, SteadyClock time) {
        return new JWKSetBasedJWKSource<>(
                new JWKSetSourceWrapper<>(((JWKSetBasedJWKSource<SecurityContext>) keys).getJWKSetSource()) {
                    @Override
                    public JWKSet getJWKSet(
                            JWKSetCacheRefreshEvaluator refreshEvaluator, long currentTime, SecurityContext context)
                            throws KeySourceException {
                        long now = TimeUnit.NANOSECONDS.toMillis(time.getAsLong());
                        return getSource().getJWKSet(refreshEvaluator, now, context);
                    }
                });
    }

    /**
     * Creates a verifier with one key.
     *
     * @param publicKey an RSA key of at least 2048 bits in PEM, {@code BEGIN PUBLIC KEY}; its line breaks may be
     *     missing
     * @param scope     scope that tokens must have; null for any
     * @param issuer    their {@code iss}; null for any
     * @param audience  one of their {@code aud}; null for any
     * @throws IllegalArgumentException if the key is invalid
     */
    public static BearerTokens ofPublicKey(String publicKey, String scope, String issuer, String audience) {
        JWSKeySelector<SecurityContext> keys = new SingleKeyJWSKeySelector<>(JWSAlgorithm.RS256, rsaKey(publicKey));
        return new BearerTokens(keys, "publicKey", scope, issuer, audience);
    }

    /**
     * Verifies the token of a request. May wait for the key set, so it must not run on the event loop.
     *
     * @param authorization the header; null when the request has none
     * @throws InvalidTokenException if the token is missing or not valid for the source
     * @throws KeySetException       if its key cannot be fetched now
     */
    void verify(String authorization) throws InvalidTokenException, KeySetException {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new InvalidTokenException(
                    "missing_token", "expected Authorization: Bearer and a token, but there was none; send one");
        }
        JWTClaimsSet claims = claims(authorization.substring(BEARER.length()).trim());
        if (scope != null && !allows(claims)) {
            throw new InvalidTokenException(
                    "insufficient_scope", "the token lacks the scope " + scope + "; request a token with it");
        }
    }

    private JWTClaimsSet claims(String token) throws InvalidTokenException, KeySetException {
        try {
            // Not process(String): it also accepts encrypted tokens, which need libraries that are not here.
            JWTClaimsSet claims = processor.process(SignedJWT.parse(token), null);
            if (failing.get() && failing.compareAndSet(true, false)) {
                LOG.info("The keys of bearer tokens can be fetched from {} again", keysFrom);
            }
            return claims;
        } catch (KeySourceException e) {
            // Anyone can reach that limit with made-up key ids; it says nothing about the key set.
            if (!(e instanceof RateLimitReachedException) && failing.compareAndSet(false, true)) {
                LOG.warn(
                        "Cannot fetch the keys of bearer tokens from {}, so senders are asked to repeat requests: {}",
                        keysFrom,
                        rootOf(e).getClass().getName());
            }
            throw new KeySetException(e);
        } catch (ExpiredJWTException e) {
            throw new InvalidTokenException("invalid_token", "the token has expired; request a new one");
        } catch (BadJWTException e) {
            throw new InvalidTokenException(
                    "invalid_token",
                    "exp, nbf, iss or aud of the token is not what the source expects; request a token for the source");
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw new InvalidTokenException(
                    "invalid_token", "expected a JWT signed with RS256 by a key of the source, but the token is not");
        }
    }

    /**
     * Returns whether a token has the scope. Some authorization servers write scopes as one string, others as an array,
     * and some call the claim {@code scp}.
     */
    private boolean allows(JWTClaimsSet claims) {
        return contains(claims.getClaim("scope")) || contains(claims.getClaim("scp"));
    }

    private boolean contains(Object scopes) {
        if (scopes instanceof String text) {
            return Arrays.asList(text.split(" ", -1)).contains(scope);
        }
        return scopes instanceof Collection<?> array && array.contains(scope);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static URL httpUrl(String jwksUrl) {
        try {
            URI uri = URI.create(jwksUrl);
            boolean http = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri.toURL();
            }
        } catch (IllegalArgumentException | MalformedURLException e) {
            // Dropped: its message shows the URL, which may hold a secret.
        }
        throw new IllegalArgumentException(
                "jwksUrl must be http or https with a host and without user, such as https://auth.example/jwks.json");
    }

    private static RSAPublicKey rsaKey(String pem) {
        RSAPublicKey key;
        try {
            byte[] der = Base64.getDecoder().decode(pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----|\\s", ""));
            key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "publicKey must be an RSA key in PEM that begins with -----BEGIN PUBLIC KEY-----,"
                            + " but cannot be read; openssl rsa -pubout writes one",
                    e);
        }
        if (key.getModulus().bitLength() < LEAST_KEY_BITS) {
            throw new IllegalArgumentException("publicKey must have at least " + LEAST_KEY_BITS + " bits, but has "
                    + key.getModulus().bitLength());
        }
        return key;
    }
}
