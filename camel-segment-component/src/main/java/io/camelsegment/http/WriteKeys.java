package io.camelsegment.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds sources by write key. Keys are held and compared as {@linkplain KeyDigest salted digests}, so that the time of a look-up
 * tells nothing of a key. Thread-safe.
 */
final class WriteKeys {

    private static final String BASIC = "Basic ";

    private final KeyDigest digest = new KeyDigest();
    private final Map<ByteBuffer, TrackingSource> sources = new ConcurrentHashMap<>();

    /**
     * Lets a key lead to a source. A source of the same name takes the key over from one that has stopped, as a route that is
     * replaced does.
     *
     * @throws IllegalArgumentException if the key already leads to a source of another name
     */
    void add(String writeKey, TrackingSource source) {
        sources.compute(digest.of(writeKey), (key, present) -> {
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
        return sources.get(digest.of(writeKey));
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
}
