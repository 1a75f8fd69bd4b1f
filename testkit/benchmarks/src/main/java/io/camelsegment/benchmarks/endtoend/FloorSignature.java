package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs PutRecords requests with Signature Version 4, with as little work as that takes. Not thread-safe. */
final class FloorSignature {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String HEADERS = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
    private static final String TOKEN = "t".repeat(600);
    private static final int DAY = "yyyyMMdd".length();

    private final MessageDigest sha256;
    private final Mac mac;
    private String keyDay = "";
    private byte[] key;

    FloorSignature() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
            mac = Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has both
        }
    }

    /** Adds the headers of the signature; the request has its type and target. */
    void sign(HttpClientRequest request, int port, Buffer body) {
        String time = TIME.format(Instant.now());
        String day = time.substring(0, DAY);
        String scope = day + "/us-west-2/kinesis/aws4_request";
        String canonical = "POST\n/\n\ncontent-type:" + request.headers().get("Content-Type")
                + "\nhost:127.0.0.1:" + port
                + "\nx-amz-date:" + time
                + "\nx-amz-security-token:" + TOKEN
                + "\nx-amz-target:" + request.headers().get("X-Amz-Target")
                + "\n\n" + HEADERS + '\n' + hash(body.getBytes());
        String toSign = "AWS4-HMAC-SHA256\n" + time + '\n' + scope + '\n' + hash(canonical.getBytes(UTF_8));
        request.putHeader("Host", "127.0.0.1:" + port)
                .putHeader("X-Amz-Date", time)
                .putHeader("X-Amz-Security-Token", TOKEN)
                .putHeader(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=ASIABENCHBENCHBENCHB/" + scope + ", SignedHeaders=" + HEADERS
                                + ", Signature=" + HexFormat.of().formatHex(hmac(key(day), toSign)));
    }

    private String hash(byte[] bytes) {
        return HexFormat.of().formatHex(sha256.digest(bytes));
    }

    private byte[] key(String day) {
        if (!day.equals(keyDay)) {
            byte[] ofDay = hmac("AWS4bench".getBytes(UTF_8), day);
            key = hmac(hmac(hmac(ofDay, "us-west-2"), "kinesis"), "aws4_request");
            keyDay = day;
        }
        return key;
    }

    private byte[] hmac(byte[] secret, String text) {
        try {
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // the key is not empty
        }
    }
}
