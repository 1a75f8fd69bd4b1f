package io.camelsegment.aws.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.retry.ClockSkew;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Writes the heads of the requests of one action at one endpoint, signed by the service's clock where that differs from
 * ours. Thread-safe.
 */
final class RequestSigner {

    private static final String SIGNED_HEADERS =
            "content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target";
    private static final String SIGNED_HEADERS_WITH_TOKEN =
            "content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target";
    /** More than all of the head that is not counted one by one. */
    private static final int HEAD_ROOM = 1024;

    private final ServiceEndpoint endpoint;
    private final String path;
    private final String contentType;
    private final String target;
    private final String start;
    private final SignatureV4 signature;
    private final Clock clock;
    private volatile Duration ahead = Duration.ZERO;

    /**
     * Creates a signer.
     *
     * @param target      the header {@code X-Amz-Target}, such as {@code Kinesis_20131202.PutRecords}
     * @param contentType of the requests
     */
    RequestSigner(ServiceEndpoint endpoint, String target, String contentType, Clock clock) {
        this.endpoint = endpoint;
        this.path = endpoint.canonicalPath();
        this.contentType = contentType;
        this.target = target;
        this.signature = new SignatureV4(endpoint.signingRegion(), endpoint.signingName());
        this.clock = clock;
        this.start = "POST " + endpoint.path() + " HTTP/1.1\r\nHost: " + endpoint.hostHeader() + "\r\nUser-Agent: "
                + UserAgent.NAME + "\r\nContent-Type: " + contentType + "\r\nX-Amz-Target: " + target
                + "\r\nContent-Length: ";
    }

    /** Returns how many bytes the head of a request has at most. */
    int headRoom(AwsCredentialsIdentity identity) {
        String token = token(identity);
        return HEAD_ROOM
                + start.length()
                + identity.accessKeyId().length()
                + endpoint.signingRegion().length()
                + (token == null ? 0 : token.length());
    }

    /** Signs a payload and writes the head in front of it. */
    void sign(Payload payload, AwsCredentialsIdentity identity) {
        String time = SignatureV4.time(clock.instant().minus(ahead));
        String hash = payload.hash();
        String token = token(identity);
        StringBuilder headers = new StringBuilder(HEAD_ROOM)
                .append("content-length:")
                .append(payload.length())
                .append("\ncontent-type:")
                .append(contentType)
                .append("\nhost:")
                .append(endpoint.hostHeader())
                .append("\nx-amz-content-sha256:")
                .append(hash)
                .append("\nx-amz-date:")
                .append(time);
        if (token != null) {
            headers.append("\nx-amz-security-token:").append(token);
        }
        headers.append("\nx-amz-target:").append(target).append('\n');
        String authorization = signature.authorization(
                time,
                "POST",
                path,
                "",
                headers,
                token == null ? SIGNED_HEADERS : SIGNED_HEADERS_WITH_TOKEN,
                hash,
                identity);
        StringBuilder head = new StringBuilder(headRoom(identity))
                .append(start)
                .append(payload.length())
                .append("\r\nX-Amz-Date: ")
                .append(time)
                .append("\r\nx-amz-content-sha256: ")
                .append(hash);
        if (token != null) {
            head.append("\r\nX-Amz-Security-Token: ").append(token);
        }
        head.append("\r\nAuthorization: ").append(authorization).append("\r\n\r\n");
        payload.putHead(head);
    }

    private static String token(AwsCredentialsIdentity identity) {
        return identity instanceof AwsSessionCredentialsIdentity session
                ? session.sessionToken().trim()
                : null;
    }

    /** Returns by how much the clock of this machine is ahead of the service's, as far as is known. */
    Duration clockSkew() {
        return ahead;
    }

    /** Goes by the service's clock from now on if its error tells that ours is wrong, as the AWS SDK does. */
    void adjustClock(AwsServiceException error) {
        if (error.isClockSkewException()) {
            Instant now = clock.instant();
            ClockSkew.getServerTime(error.awsErrorDetails().sdkHttpResponse())
                    .ifPresent(time -> ahead =
                            Duration.ofSeconds(Duration.between(time, now).toSeconds()));
        }
    }
}
