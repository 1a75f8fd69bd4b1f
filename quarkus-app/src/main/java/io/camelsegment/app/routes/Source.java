package io.camelsegment.app.routes;

import java.util.Map;

/**
 * Where events come from: one {@code segment:} endpoint.
 *
 * @param name     the source's name, which becomes the endpoint's path and the header {@code CamelSegmentSource}
 * @param writeKey the secret that senders show; several are separated by commas; empty for none
 * @param options  further options of the endpoint, by name; some are secret
 */
public record Source(String name, String writeKey, Map<String, String> options) {

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
