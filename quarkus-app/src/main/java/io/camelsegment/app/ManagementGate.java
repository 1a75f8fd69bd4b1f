package io.camelsegment.app;

import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.tracking.server.BearerTokens;
import io.camelsegment.tracking.server.InvalidTokenException;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Guards the management port. Health and metrics can be read by all who reach it. All else is for this machine, or for
 * those who know the password or have a bearer token, once there is a password or a provider of tokens. Thread-safe.
 */
@Singleton
class ManagementGate {

    /** Before all other handlers. */
    private static final int FIRST = Integer.MIN_VALUE;

    /** What a proxy on this machine adds to a request that comes from another. */
    private static final List<String> OF_OTHERS =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

    private static final Pattern LOOPBACK = Pattern.compile("(?i)(.+\\.)?localhost\\.?|127(\\.\\d{1,3}){3}|\\[?::1]?");

    private static final String BASIC = "Basic ";

    private static final String BEARER = "Bearer ";

    private final Optional<byte[]> password;
    private final Optional<BearerTokens> tokens;

    ManagementGate(SegmentConfig config) {
        password = config.management().password().map(text -> text.getBytes(StandardCharsets.UTF_8));
        tokens = config.management()
                .tokens()
                .map(one -> BearerTokens.ofKeySet(one.jwksUrl(), null, one.issuer(), one.audience()));
    }

    void guard(
            @Observes ManagementInterface management,
            @ConfigProperty(name = "quarkus.management.root-path", defaultValue = "/q") String root) {
        String prefix = "/" + root.replaceAll("^/|/$", "");
        List<String> open = List.of(prefix + "/health", prefix + "/metrics");
        management.router().route().order(FIRST).handler(request -> {
            if (isOpen(request, open)) {
                request.next();
            } else {
                judge(request);
            }
        });
    }

    private static boolean isOpen(RoutingContext request, List<String> pages) {
        HttpMethod method = request.request().method();
        String path = request.normalizedPath();
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                && pages.stream().anyMatch(page -> path.equals(page) || path.startsWith(page + "/"));
    }

    private void judge(RoutingContext request) {
        HttpServerResponse response = request.response();
        String authorization = request.request().getHeader("Authorization");
        if (password.isEmpty() && tokens.isEmpty()) {
            if (isLocal(request.request())) {
                request.next();
            } else {
                refuse(
                        response,
                        403,
                        "expected a request of this machine for localhost, but it comes from another, or is for"
                                + " another name: set segment.management.password, and send it by HTTP Basic");
            }
        } else if (tokens.isPresent()
                && authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            verify(request, authorization);
        } else if (password.isPresent() && knows(authorization, password.get())) {
            request.next();
        } else {
            askFor(response, "");
        }
    }

    /**
     * Asks for what opens the port.
     *
     * @param error why a token does not, as RFC 6750 writes it; empty without a token
     */
    private void askFor(HttpServerResponse response, String error) {
        if (password.isPresent()) {
            response.headers().add("WWW-Authenticate", "Basic realm=\"camel-segment\", charset=\"UTF-8\"");
        }
        if (tokens.isPresent()) {
            response.headers().add("WWW-Authenticate", "Bearer realm=\"camel-segment\"" + error);
        }
        refuse(
                response,
                401,
                password.isPresent()
                        ? "expected the password of segment.management.password by HTTP Basic, with any user"
                        : "expected a bearer token that the provider of segment.management.jwks-url has signed with"
                                + " RS256, that has not expired, and whose aud and iss are those of the settings");
    }

    /** Lets a request wait while keys are fetched. */
    private void verify(RoutingContext request, String authorization) {
        request.request().pause();
        Context context = request.vertx().getOrCreateContext();
        var unused = tokens.orElseThrow()
                .verify(authorization)
                .whenComplete((valid, failure) -> context.runOnContext(done -> {
                    request.request().resume();
                    if (failure == null) {
                        request.next();
                    } else if (failure instanceof InvalidTokenException) {
                        askFor(request.response(), ", error=\"invalid_token\"");
                    } else {
                        refuse(request.response(), 503, "the keys of bearer tokens cannot be fetched now: try again");
                    }
                }));
    }

    private static boolean isLocal(HttpServerRequest request) {
        if (OF_OTHERS.stream().anyMatch(request.headers()::contains) || !isForLoopback(request)) {
            return false;
        }
        // Of the connection, and not what a trusted proxy says: that may be made up.
        String address = request.connection().remoteAddress().hostAddress();
        try {
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Returns whether a browser has sent the request from a page of ours, if a browser has sent it. The host has to be
     * this machine by name: a name of others that leads here is how their pages reach us.
     */
    private static boolean isForLoopback(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        if (authority != null && !LOOPBACK.matcher(authority.host()).matches()) {
            return false;
        }
        String origin = request.getHeader("Origin");
        return origin == null
                || (authority != null
                        && (origin.equalsIgnoreCase("http://" + request.getHeader("Host"))
                                || origin.equalsIgnoreCase("https://" + request.getHeader("Host"))));
    }

    /** Compares in constant time. */
    private static boolean knows(String authorization, byte[] password) {
        if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return false;
        }
        try {
            byte[] decoded = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            String shown = new String(decoded, StandardCharsets.UTF_8);
            return MessageDigest.isEqual(
                    password, shown.substring(shown.indexOf(':') + 1).getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void refuse(HttpServerResponse response, int status, String message) {
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end("{\"message\":\"" + message + "\"}");
    }
}
