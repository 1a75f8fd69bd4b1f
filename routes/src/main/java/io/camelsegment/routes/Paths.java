package io.camelsegment.routes;

import io.camelsegment.event.EventPath;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Paths of members that steps are given. */
final class Paths {

    private static final Logger LOG = LoggerFactory.getLogger(Paths.class);

    private static final Set<String> OBJECTS = Set.of("properties", "traits", "context", "integrations");

    /** What Segment's specification, its SDKs and its webhooks have at the top of an event. */
    private static final Set<String> MEMBERS = Set.of(
            ("anonymousId category channel context event groupId integrations messageId name options originalTimestamp"
                            + " previousId projectId properties receivedAt sentAt timestamp traits type userId version"
                            + " writeKey _metadata")
                    .split(" "));

    /** An element of an array as JSONPath and jq write it. */
    private static final Pattern ELEMENT = Pattern.compile(".*\\[(\\d*|\\*|'.*'|\".*\")]", Pattern.DOTALL);

    private static final Pattern SEVERAL =
            Pattern.compile(".*,\\s*(properties|traits|context|integrations)\\b.*", Pattern.DOTALL);

    private Paths() {}

    /**
     * Reads paths when a step is made, not at each event.
     *
     * @throws IllegalArgumentException if there is none, or one that fits no event
     */
    static List<EventPath> read(String... paths) {
        return parse(paths).stream().map(Paths::checked).toList();
    }

    /** Reads the paths of members of an object. */
    static List<EventPath> in(String parent, String... members) {
        EventPath object = EventPath.of(parent);
        for (EventPath member : parse(members)) {
            List<String> names = member.names();
            boolean whole = (names.get(0).equals("context") && names.size() > 1)
                    ? names.get(1).equals("traits")
                    : names.get(0).equals("properties") || names.get(0).equals("traits");
            if (whole && names.size() > 1) {
                throw new IllegalArgumentException("expected a member of " + parent + ", such as email, but was \""
                        + member + "\": leave out what is before its name");
            }
        }
        return parse(members).stream().map(object::resolve).toList();
    }

    /** Warns of a path that does not begin as events of the specification do, when a step is prepared. */
    static void warn(String step, String routeId, List<EventPath> paths) {
        for (EventPath path : paths) {
            if (!MEMBERS.contains(path.names().get(0))) {
                LOG.warn(
                        "The step {} of the route {} names {}, which Segment's specification does not have at the top"
                                + " of an event: expected properties.{} or the like, unless senders put it there",
                        step,
                        routeId,
                        path,
                        path);
            }
        }
    }

    private static List<EventPath> parse(String... paths) {
        if (paths.length == 0) {
            throw new IllegalArgumentException("expected at least one member, such as properties.plan, but was none");
        }
        for (String path : paths) {
            if (path == null) {
                throw new IllegalArgumentException("expected a member, such as properties.plan, but was null");
            }
            if (SEVERAL.matcher(path).matches()) {
                throw new IllegalArgumentException(
                        "expected one path in each text, but was \"" + path + "\": write a list of texts");
            }
        }
        List<EventPath> parsed = Arrays.stream(paths).map(EventPath::of).toList();
        for (EventPath path : parsed) {
            if (path.names().get(0).equals("$")) {
                throw new IllegalArgumentException("expected a path such as properties.plan, but was \"" + path
                        + "\": leave out $, since a path begins at the event");
            }
            if (path.names().stream().anyMatch(name -> ELEMENT.matcher(name).matches())) {
                throw new IllegalArgumentException("expected names with dots between them, but was \"" + path
                        + "\": leave out the brackets, since a path goes on in every element of an array");
            }
        }
        return parsed;
    }

    private static EventPath checked(EventPath path) {
        String first = path.names().get(0);
        for (String object : OBJECTS) {
            if (object.equalsIgnoreCase(first) && !object.equals(first)) {
                throw new IllegalArgumentException(
                        "expected " + object + " in lower case, but was \"" + path + "\": letter case counts");
            }
        }
        return path;
    }
}
