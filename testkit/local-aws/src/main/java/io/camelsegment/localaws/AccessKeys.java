package io.camelsegment.localaws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Identifies the sender of a request. Any static key pair is an administrator of the account; a session's key works
 * only with the session's token, until it expires. Thread-safe.
 */
final class AccessKeys {
    /** Prefix of the access key IDs of temporary credentials, never of static keys. */
    private static final String TEMPORARY_PREFIX = "ASIA";

    /** The name of the user who has all static keys. */
    static final String ADMINISTRATOR = "local-aws";

    private static final int SECRET_BYTES = 30;
    private static final int TOKEN_BYTES = 270;

    private final Account account;
    private final String administratorId = RandomIds.unique("AIDA");
    private final Map<String, Principal> administrators = new ConcurrentHashMap<>();
    private final Map<String, Principal> sessions = new ConcurrentHashMap<>();

    AccessKeys(Account account) {
        this.account = account;
    }

    Principal issue(Role role, String sessionName, Duration duration) {
        Instant now = account.now();
        sessions.values()
                .removeIf(old ->
                        old.session().expiration().plus(Duration.ofDays(1)).isBefore(now));
        Principal.Session session = new Principal.Session(
                RandomIds.unique(TEMPORARY_PREFIX),
                RandomIds.secret(SECRET_BYTES),
                RandomIds.secret(TOKEN_BYTES),
                now.plus(duration));
        Principal principal = new Principal(role.sessionArn(sessionName), role.id() + ":" + sessionName, role, session);
        sessions.put(session.accessKeyId(), principal);
        return principal;
    }

    /**
     * Identifies the sender.
     *
     * @throws AwsException when the request is not signed, is signed for another service, or its token is missing,
     *     unknown or expired
     */
    Principal identify(AwsRequest request) {
        Signature signature = request.signature();
        if (signature == null) {
            throw new AwsException("MissingAuthenticationTokenException", "Missing Authentication Token");
        }
        if (!signature.service().equals(request.service().prefix())) {
            throw new AwsException(
                    "InvalidSignatureException",
                    "Credential should be scoped to correct service: '"
                            + request.service().prefix() + "'.");
        }
        Principal principal = sessions.get(signature.accessKeyId());
        if (principal == null) {
            if (signature.accessKeyId().startsWith(TEMPORARY_PREFIX) || signature.securityToken() != null) {
                throw invalidToken();
            }
            return administrators.computeIfAbsent(Arns.partition(signature.region()), this::administrator);
        }
        if (!principal.partition().equals(Arns.partition(signature.region()))
                || !sameToken(principal.session().token(), signature.securityToken())) {
            throw invalidToken();
        }
        if (!account.now().isBefore(principal.session().expiration())) {
            throw new AwsException("ExpiredTokenException", "The security token included in the request is expired");
        }
        return principal;
    }

    private Principal administrator(String partition) {
        return new Principal(
                "arn:" + partition + ":iam::" + account.id() + ":user/" + ADMINISTRATOR, administratorId, null, null);
    }

    private static boolean sameToken(String expected, String actual) {
        return actual != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
    }

    private static AwsException invalidToken() {
        return new AwsException(
                "UnrecognizedClientException", "The security token included in the request is invalid.");
    }

    /** Expires all sessions now. */
    void expireSessions() {
        Instant now = account.now();
        sessions.replaceAll((key, principal) ->
                principal.session().expiration().isBefore(now) ? principal : principal.expiredAt(now));
    }

    void clear() {
        sessions.clear();
    }
}
