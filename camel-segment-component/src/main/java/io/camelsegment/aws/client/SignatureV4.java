package io.camelsegment.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signs requests to one service in one region with AWS's Signature Version 4. The caller hashes the payload, so that it
 * can do so while writing it; the AWS SDK's signer hashes it itself. Keeps the key of a day, without a lock.
 * Thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create a
 *     signed AWS API request</a>, read 2026-11-30
 */
final class SignatureV4 {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String HMAC = "HmacSHA256";
    private static final int DAY_CHARACTERS = 8;
    private static final HexFormat HEX = HexFormat.of();

    private final String region;
    private final String service;
    private volatile Key key;

    SignatureV4(String region, String service) {
        this.region = region;
        this.service = service;
    }

    /** Returns a time as the header {@code X-Amz-Date} has it, such as {@code 20261130T235959Z}. */
    static String time(Instant time) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(16).append(utc.getYear());
        twoDigits(text, utc.getMonthValue());
        twoDigits(text, utc.getDayOfMonth());
        text.append('T');
        twoDigits(text, utc.getHour());
        twoDigits(text, utc.getMinute());
        twoDigits(text, utc.getSecond());
        return text.append('Z').toString();
    }

    private static void twoDigits(StringBuilder text, int number) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** Returns a new SHA-256. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns bytes as lower-case hexadecimal digits. */
    static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    /**
     * Returns the value of the header {@code Authorization}.
     *
     * @param time          that of the header {@code X-Amz-Date}, see {@link #time}
     * @param method        such as {@code POST}
     * @param path          the canonical path, see {@link ServiceEndpoint#canonicalPath}
     * @param query         the canonical query; empty for none
     * @param headers       the canonical headers, one a line: names in lower case and ascending order, a colon, the
     *     value
     * @param signedHeaders the names in the same order, with semicolons between them
     * @param payloadHash   SHA-256 of the payload, in hexadecimal digits
     */
    String authorization(
            String time,
            String method,
            String path,
            String query,
            CharSequence headers,
            String signedHeaders,
            String payloadHash,
            AwsCredentialsIdentity identity) {
        String canonicalRequest =
                method + '\n' + path + '\n' + query + '\n' + headers + '\n' + signedHeaders + '\n' + payloadHash;
        String day = time.substring(0, DAY_CHARACTERS);
        String scope = day + '/' + region + '/' + service + "/aws4_request";
        String toSign =
                ALGORITHM + '\n' + time + '\n' + scope + '\n' + hex(sha256().digest(canonicalRequest.getBytes(UTF_8)));
        return ALGORITHM + " Credential=" + identity.accessKeyId().trim() + '/' + scope + ", SignedHeaders="
                + signedHeaders + ", Signature="
                + hex(mac(day, identity.secretAccessKey().trim()).doFinal(toSign.getBytes(UTF_8)));
    }

    /** Returns the key of a day, ready to sign; a new object, since it is not thread-safe. */
    private Mac mac(String day, String secretKey) {
        Key current = key;
        if (current == null || !current.day.equals(day) || !current.secretKey.equals(secretKey)) {
            current = new Key(day, secretKey, signingKey(day, secretKey));
            key = current;
        }
        return hmac(current.bytes);
    }

    /** Returns the signing key. */
    byte[] signingKey(String day, String secretKey) {
        byte[] ofDay = hmac(("AWS4" + secretKey).getBytes(UTF_8)).doFinal(day.getBytes(UTF_8));
        byte[] ofRegion = hmac(ofDay).doFinal(region.getBytes(UTF_8));
        byte[] ofService = hmac(ofRegion).doFinal(service.getBytes(UTF_8));
        return hmac(ofService).doFinal("aws4_request".getBytes(UTF_8));
    }

    private static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /** The signing key of a day; holds secrets, so it is no record and prints nothing. */
    private static final class Key {

        private final String day;
        private final String secretKey;
        private final byte[] bytes;

        Key(String day, String secretKey, byte[] bytes) {
            this.day = day;
            this.secretKey = secretKey;
            this.bytes = bytes;
        }
    }
}
