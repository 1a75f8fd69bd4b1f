package io.camelsegment.tracking.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
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

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    /** Null for one key. */
    private final KeySet keySet;

    private final String keysFrom;
    private final String scope;
    private final AtomicBoolean failing = new AtomicBoolean();

    private BearerTokens(
            JWSKeySelector<SecurityContext> keys,
            KeySet keySet,
            String keysFrom,
            String scope,
            String issuer,
            String audience) {
        this.keySet = keySet;
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

    /**
     * Creates such a verifier with a clock.
     *
     * @param clock nanoseconds since some start, never going back
     */
    static BearerTokens ofKeySet(String jwksUrl, String scope, String issuer, String audience, LongSupplier clock) {
        URL url = httpUrl(jwksUrl);
        KeySet keySet = new KeySet(url, clock);
        JWSKeySelector<SecurityContext> keys = new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keySet);
        return new BearerTokens(keys, keySet, url.getHost(), scope, issuer, audience);
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
        return new BearerTokens(keys, null, "publicKey", scope, issuer, audience);
    }

    /**
     * Verifies the token of a request. Does not wait: where its key must be fetched, the result comes later.
     *
     * @param authorization the header; null when the request has none
     * @return completes when the token is valid, exceptionally with an {@link InvalidTokenException} if it is missing
     *     or not valid for the source, and with a {@link KeySetException} if its key cannot be fetched within 4 s
     */
    public CompletableFuture<Void> verify(String authorization) {
        CompletableFuture<Void> verified = new CompletableFuture<>();
        try {
            verify(authorization, null);
            verified.complete(null);
        } catch (KeySet.MissingException e) {
            var unused = keySet.fetch(e).whenComplete((fetched, failure) -> fetched(authorization, failure, verified));
        } catch (Exception e) {
            verified.completeExceptionally(e);
        }
        return verified;
    }

    private void fetched(String authorization, Throwable failure, CompletableFuture<Void> verified) {
        tell(failure);
        try {
            if (failure != null) {
                throw new KeySetException(failure);
            }
            verify(authorization, KeySet.Freshness.FETCHED);
            verified.complete(null);
        } catch (KeySet.MissingException e) {
            verified.completeExceptionally(new KeySetException(e));
        } catch (Throwable e) { // also an Error: otherwise the request would have no end
            verified.completeExceptionally(e);
        }
    }

    private void tell(Throwable failure) {
        if (failure == null) {
            if (failing.get() && failing.compareAndSet(true, false)) {
                LOG.info("The keys of bearer tokens can be fetched from {} again", keysFrom);
            }
        } else if (!(failure instanceof RateLimitReachedException) && failing.compareAndSet(false, true)) {
            // Anyone can reach that limit with made-up key ids; it says nothing about the key set.
            LOG.warn(
                    "Cannot fetch the keys of bearer tokens from {}, so senders are asked to repeat requests: {}",
                    keysFrom,
                    rootOf(failure).getClass().getName());
        }
    }

    private void verify(String authorization, KeySet.Freshness freshness)
            throws InvalidTokenException, KeySet.MissingException {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new InvalidTokenException(
                    "missing_token", "expected Authorization: Bearer and a token, but there was none; send one");
        }
        JWTClaimsSet claims = claims(authorization.substring(BEARER.length()).trim(), freshness);
        if (scope != null && !allows(claims)) {
            throw new InvalidTokenException(
                    "insufficient_scope", "the token lacks the scope " + scope + "; request a token with it");
        }
    }

    private JWTClaimsSet claims(String token, KeySet.Freshness freshness)
            throws InvalidTokenException, KeySet.MissingException {
        try {
            // Not process(String): it also accepts encrypted tokens, which need libraries that are not here.
            return processor.process(SignedJWT.parse(token), freshness);
        } catch (KeySet.MissingException e) {
            throw e;
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
