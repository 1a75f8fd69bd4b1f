package io.camelsegment.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds sources by write key. Keys are held and compared as SHA-256 digests, so that neither a heap dump of this map nor the time of a
 * look-up tells a key. Thread-safe.
 */
final class WriteKeys {

    private static final String BASIC = "Basic ";

    private final Map<ByteBuffer, TrackingSource> sources = new ConcurrentHashMap<>();

    /**
     * Lets a key lead to a source. A source of the same name takes the key over from one that has stopped, as a route that is
     * replaced does.
     *
     * @throws IllegalArgumentException if the key already leads to a source of another name
     */
    void add(String writeKey, TrackingSource source) {
        sources.compute(digest(writeKey), (key, present) -> {
            if (present != null && present != source && !(present.name().equals(source.name()) && !present.isReady())) {
                throw new IllegalArgumentException("The sources '" + present.name() + "' and '" + source.name()
                        + "' have the same writeKey; give each source a key of its own");
            }
            return source;
        });
    }

    void remove(TrackingSource source) {
        sources.values().removeIf(present -> present == source);
    }

    Stream<TrackingSource> sources() {
        return sources.values().stream();
    }

    /** Returns the key's source, or null when the key is unknown. */
    TrackingSource find(String writeKey) {
        return sources.get(digest(writeKey));
    }

    /**
     * Reads the write key of a Basic {@code Authorization} header: the user name; a missing colon is tolerated, as Segment does.
     *
     * @return the key; null when there is no such header, it is not Basic, not base64, or its user name is empty
     */
    static String ofAuthorization(String header) {
        if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        try {
            String credentials = new String(
                    Base64.getDecoder().decode(header.substring(BASIC.length()).trim()), StandardCharsets.UTF_8);
            int colon = credentials.indexOf(':');
            String user = colon < 0 ? credentials : credentials.substring(0, colon);
            return user.isEmpty() ? null : user;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Returns what a key is held as. */
    static ByteBuffer digest(String writeKey) {
        try {
            return ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256").digest(writeKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
