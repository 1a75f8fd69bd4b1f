package io.camelsegment.localaws;

import io.vertx.core.MultiMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request's Signature Version 4 says about its sender. The signature itself is not computed again: static secret
 * keys are not known here, and the session token already proves who holds a session.
 *
 * @param accessKeyId the access key
 * @param region the region that the request was signed for
 * @param service the service that it was signed for
 * @param securityToken {@code X-Amz-Security-Token}, or null
 */
record Signature(String accessKeyId, String region, String service, String securityToken) {
    private static final Pattern HEADER =
            Pattern.compile("AWS4-HMAC-SHA256 +Credential=([^/, ]+)/\\d{8}/([^/, ]+)/([^/, ]+)/aws4_request, *"
                    + "SignedHeaders=[^, ]+, *Signature=[0-9a-f]{64}");

    /**
     * Reads the Authorization header.
     *
     * @return null when the request is not signed
     * @throws AwsException {@code IncompleteSignatureException} when the header has another form
     */
    static Signature read(MultiMap headers) {
        String authorization = headers.get("Authorization");
        if (authorization == null) {
            return null;
        }
        Matcher matcher = HEADER.matcher(authorization);
        if (!matcher.matches()) {
            throw new AwsException(
                    "IncompleteSignatureException",
                    "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters of "
                            + "AWS4-HMAC-SHA256.");
        }
        return new Signature(matcher.group(1), matcher.group(2), matcher.group(3), headers.get("X-Amz-Security-Token"));
    }

    @Override
    public String toString() {
        return "Signature[" + accessKeyId + ", " + region + ", " + service + "]";
    }
}
