package io.camelsegment.app.routes;

/**
 * Where events come from: one {@code segment:} endpoint.
 *
 * @param name     the source's name, which becomes the endpoint's path and the header {@code CamelSegmentSource}
 * @param writeKey the secret that senders show; several are separated by commas
 */
public record Source(String name, String writeKey) {

    /** Names the source and not its key. */
    @Override
    public String toString() {
        return "Source[" + name + "]";
    }
}
