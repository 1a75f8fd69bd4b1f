package io.camelsegment.routes;

import io.camelsegment.event.EventPath;
import java.util.Arrays;
import java.util.List;

/** Paths of members that steps are given. */
final class Paths {

    private Paths() {}

    /**
     * Reads paths when a step is made, not at each event.
     *
     * @throws IllegalArgumentException if there is none, or one that is no path
     */
    static List<EventPath> read(String... paths) {
        if (paths.length == 0) {
            throw new IllegalArgumentException("expected at least one member, such as properties.plan, but was none");
        }
        return Arrays.stream(paths).map(EventPath::of).toList();
    }

    /** Reads the paths of members of an object. */
    static List<EventPath> in(String parent, String... members) {
        EventPath object = EventPath.of(parent);
        return read(members).stream().map(object::resolve).toList();
    }
}
