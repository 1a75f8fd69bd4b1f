package io.camelsegment.runtimes;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of a request to AWS.
 *
 * @param date    {@code X-Amz-Date}
 * @param scope   date, region, service and an ending
 * @param request the canonical request
 * @param sent    the signature that came with it
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create a
 *     signed AWS API request</a>, read 2026-11-30
 */
record Signature(String date, String scope, String request, String sent) {

    private static final Pattern AUTHORIZATION =
            Pattern.compile("Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)");

    /** Returns that of the first request with an access key, among all that a client has sent. */
    static Signature of(String sent, String accessKey) {
        return Stream.of(sent.split("(?=POST / HTTP/1\\.1\r\n)", -1))
                .filter(request -> request.contains("Credential=" + accessKey + "/"))
                .findFirst()
                .map(Signature::of)
                .orElseThrow();
    }

    private static Signature of(String request) {
        int end = request.indexOf("\r\n\r\n");
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.substring(0, end).lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).trim());
        });
        int length = Integer.parseInt(headers.get("Content-Length"));
        String body = request.substring(end + 4, end + 4 + length);
        Matcher authorization = AUTHORIZATION.matcher(headers.get("Authorization"));
        if (!authorization.find()) {
            throw new IllegalArgumentException("no signature in " + headers.keySet());
        }
        String names = authorization.group(3);
        String signed = Stream.of(names.split(";", -1))
                .map(name -> name + ":" + headers.get(name) + "\n")
                .collect(Collectors.joining());
        String canonical = "POST\n/\n\n" + signed + "\n" + names + "\n" + sha256(body);
        return new Signature(headers.get("X-Amz-Date"), authorization.group(2), canonical, authorization.group(4));
    }

    /** Returns the signature with a secret key. */
    String with(String secretKey) {
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + sha256(request)));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(String bytes) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(bytes.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
