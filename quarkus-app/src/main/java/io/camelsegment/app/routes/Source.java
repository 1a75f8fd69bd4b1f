package io.camelsegment.app.routes;

import java.util.Map;

/**
 * Where events come from: one {@code segment:} endpoint.
 *
 * @param name      the source's name, which becomes the endpoint's path and the header {@code CamelSegmentSource}
 * @param writeKey  the secret that senders show; several are separated by commas; empty for none
 * @param options   further options of the endpoint, by name; some are secret
 * @param transform how its events are changed before all destinations
 */
public record Source(String name, String writeKey, Map<String, String> options, Transform transform) {

    /** A source whose events are not changed. */
    public Source(String name, String writeKey, Map<String, String> options) {
        this(name, writeKey, options, Transform.NONE);
    }

    /** A source with the defaults of all further options. */
    public Source(String name, String writeKey) {
        this(name, writeKey, Map.of());
    }

    /** Names the source and not its key. */
    @Override
    public String toString() {
        return "Source[" + name + "]";
    }
}
