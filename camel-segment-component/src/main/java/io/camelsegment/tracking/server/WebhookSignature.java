package io.camelsegment.tracking.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the {@code X-Signature} of Segment's webhook destinations: the HMAC-SHA1 of the JSON with the shared secret,
 * in hexadecimal. Thread-safe.
 *
 * @see <a href="https://segment.com/docs/connections/destinations/catalog/webhooks/#authentication">Segment's
 *     webhooks</a>, read 2026-11-21
 */
public final class WebhookSignature {

    private static final String ALGORITHM = "HmacSHA1";

    private final SecretKeySpec key;

    /** Creates a check with a shared secret, which must not be empty. */
    public WebhookSignature(String sharedSecret) {
        this.key = new SecretKeySpec(sharedSecret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * Returns whether a signature is that of some bytes. A wrong one takes the same time.
     *
     * @param signature the header; null when the request has none
     */
    boolean matches(String signature, byte[] json) {
        if (signature == null) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] expected = HexFormat.of().formatHex(mac.doFinal(json)).getBytes(StandardCharsets.US_ASCII);
            return MessageDigest.isEqual(
                    expected, signature.trim().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
