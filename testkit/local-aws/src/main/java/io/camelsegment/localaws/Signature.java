package io.camelsegment.localaws;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The facts in a request's Signature Version 4. The signature itself is not verified: static secret keys are not known
 * here, and the session token already proves the holder of a session.
 *
 * @param accessKeyId the access key
 * @param region the region that the request was signed for
 * @param service the service that it was signed for
 * @param securityToken {@code X-Amz-Security-Token}, or null
 * @param date {@code X-Amz-Date}, the time of signing by the caller's clock, or null
 */
record Signature(String accessKeyId, String region, String service, String securityToken, String date) {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * The largest difference of the clocks.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature Version 4</a>
     */
    private static final Duration MAX_SKEW = Duration.ofMinutes(5);

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
        return new Signature(
                matcher.group(1),
                matcher.group(2),
                matcher.group(3),
                headers.get("X-Amz-Security-Token"),
                headers.get("X-Amz-Date"));
    }

    /**
     * Checks the time of the signature against the server's clock.
     *
     * @throws AwsException in AWS's words when they differ by more than five minutes
     */
    void requireRecent(Instant serverTime) {
        Instant signed;
        try {
            signed = date == null ? null : DATE.parse(date, Instant::from);
        } catch (DateTimeParseException e) {
            signed = null;
        }
        if (signed == null) {
            throw new AwsException(
                    "IncompleteSignatureException", "Expected an X-Amz-Date header like 20261121T120000Z.");
        }
        Instant earliest = serverTime.minus(MAX_SKEW);
        Instant latest = serverTime.plus(MAX_SKEW);
        String tolerance = MAX_SKEW.toMinutes() + " min.)";
        if (signed.isBefore(earliest)) {
            throw new AwsException(
                    "InvalidSignatureException",
                    "Signature expired: " + date + " is now earlier than " + DATE.format(earliest) + " ("
                            + DATE.format(serverTime) + " - " + tolerance);
        }
        if (signed.isAfter(latest)) {
            throw new AwsException(
                    "InvalidSignatureException",
                    "Signature not yet current: " + date + " is still later than " + DATE.format(latest) + " ("
                            + DATE.format(serverTime) + " + " + tolerance);
        }
    }

    @Override
    public String toString() {
        return "Signature[" + accessKeyId + ", " + region + ", " + service + "]";
    }
}
