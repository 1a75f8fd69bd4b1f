package io.camelsegment.routes;

import io.camelsegment.event.EventPath;
import java.util.List;

/** Paths of members that steps are given. */
final class Paths {

    private Paths() {}

    /**
     * Checks paths when a step is made, not at its first event.
     *
     * @throws IllegalArgumentException if there is none, or one that is no path
     */
    static List<String> check(List<String> paths) {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("expected at least one member, such as properties.plan, but was none");
        }
        paths.forEach(EventPath::of);
        return List.copyOf(paths);
    }

    /** Returns the paths of members of an object. */
    static List<String> in(String parent, String... members) {
        return check(List.of(members)).stream()
                .map(member -> parent + "." + member)
                .toList();
    }
}
