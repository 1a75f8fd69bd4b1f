package io.camelsegment.tracking.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds sources by write key. Stores and compares {@linkplain KeyDigest salted digests} of the keys, so that the time
 * of a look-up reveals nothing of a key. Thread-safe.
 */
final class WriteKeys {

    private static final String BASIC = "Basic ";

    private final KeyDigest digest = new KeyDigest();
    private final Map<ByteBuffer, TrackingSource> sources = new ConcurrentHashMap<>();

    /**
     * Maps a key to a source. A source takes the key over from a stopped one of the same name, as when a route is
     * replaced.
     *
     * @throws IllegalArgumentException if the key belongs to another source that is running or has another name
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

    /** Returns the source of a key; null when the key is unknown. */
    TrackingSource find(String writeKey) {
        return sources.get(digest.of(writeKey));
    }

    /**
     * Returns the write key in a Basic {@code Authorization} header: the user name. A missing colon is tolerated, as
     * Segment does.
     *
     * @return null when the header is missing, not Basic or not base64, or has an empty user name
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
