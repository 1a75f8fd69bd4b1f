package io.camelsegment.event;

import java.util.ArrayList;
import java.util.List;

/**
 * The way to a member of an event, such as {@code traits.address.city}: names with dots between them. A dot that
 * belongs to a name has a backslash before it, as in {@code properties.order\.id}; so has a backslash. Letter case
 * counts. Where an array is on the way, the path goes on in each of its elements: {@code properties.products.price} is
 * the price of every product. Immutable.
 */
public final class EventPath {

    private final List<String> names;

    private EventPath(List<String> names) {
        this.names = List.copyOf(names);
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException if a name is empty, or a backslash is before anything but a dot or a backslash
     */
    public static EventPath of(String path) {
        List<String> names = new ArrayList<>(4);
        StringBuilder name = new StringBuilder();
        for (int i = 0; i <= path.length(); i++) {
            char c = i < path.length() ? path.charAt(i) : '.';
            if (c == '\\' && i + 1 < path.length() && (path.charAt(i + 1) == '.' || path.charAt(i + 1) == '\\')) {
                name.append(path.charAt(++i));
            } else if (c == '.' && name.length() > 0) {
                names.add(name.toString());
                name.setLength(0);
            } else if (c == '.' || c == '\\') {
                throw new IllegalArgumentException("expected names with dots between them, such as traits.address.city,"
                        + " and a backslash only before a dot or a backslash of a name, but was \"" + path + "\"");
            } else {
                name.append(c);
            }
        }
        return new EventPath(names);
    }

    /** Returns the path of a member, whatever signs its name has, below this one. */
    public EventPath child(String name) {
        List<String> longer = new ArrayList<>(names);
        longer.add(name);
        return new EventPath(longer);
    }

    /** Returns the path that begins with this one and goes on with another. */
    public EventPath resolve(EventPath rest) {
        List<String> longer = new ArrayList<>(names);
        longer.addAll(rest.names);
        return new EventPath(longer);
    }

    /** Returns the names, at least one. */
    public List<String> names() {
        return names;
    }

    /** Returns the path of a member by its name, whatever signs that has. */
    public static String escaped(String name) {
        return name.replace("\\", "\\\\").replace(".", "\\.");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventPath path && names.equals(path.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    /** Returns the path as {@link #of} reads it. */
    @Override
    public String toString() {
        List<String> escaped = new ArrayList<>(names.size());
        names.forEach(name -> escaped.add(escaped(name)));
        return String.join(".", escaped);
    }
}
