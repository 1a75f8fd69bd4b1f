package io.camelsegment.routes;

import io.camelsegment.event.EventPath;
import io.camelsegment.event.EventType;
import io.camelsegment.event.Integrations;
import io.camelsegment.event.SegmentEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * The steps that change events, for {@code process(…)} of a route. All other bytes of an event stay as they are.
 * Members are named by {@linkplain io.camelsegment.event.EventPath paths}.
 */
public final class Transforms {

    /** What stands for a masked value. */
    public static final String MASK = "***";

    private Transforms() {}

    /** A change of one event; returns null to leave the event out. */
    @FunctionalInterface
    public interface Change {
        /** Changes an event. */
        SegmentEvent apply(SegmentEvent event) throws Exception;
    }

    /**
     * Returns a step of your own.
     *
     * @param step   its name in the metric and the log
     * @param change thread-safe
     */
    public static EventTransform change(String step, Change change) {
        return change(step, List.of(), change);
    }

    private static EventTransform change(String step, List<EventPath> paths, Change change) {
        return new EventTransform(step) {
            @Override
            protected void doInit() throws Exception {
                super.doInit();
                Paths.warn(step, getRouteId(), paths);
            }

            @Override
            protected SegmentEvent change(SegmentEvent event, Exchange exchange) throws Exception {
                return change.apply(event);
            }
        };
    }

    /** Removes members, such as {@code context.ip}. */
    public static EventTransform drop(String... paths) {
        return dropAll("drop", Paths.read(paths));
    }

    /** Removes members of {@code properties}. */
    public static EventTransform dropProperties(String... properties) {
        return dropAll("dropProperties", Paths.in("properties", properties));
    }

    private static EventTransform dropAll(String step, List<EventPath> paths) {
        return change(step, paths, event -> {
            SegmentEvent changed = event;
            for (EventPath path : paths) {
                changed = changed.withoutAt(path);
            }
            return changed;
        });
    }

    /** Removes all members of {@code properties} but these. */
    public static EventTransform keepProperties(String... properties) {
        EventPath parent = EventPath.of("properties");
        Paths.in("properties", properties); // checks them
        List<EventPath> kept = Arrays.stream(properties).map(EventPath::of).toList();
        return change("keepProperties", event -> event.withOnlyAt(parent, kept));
    }

    /**
     * Removes all members but these from the objects that have them: {@code keep("properties.plan", "traits.email")}
     * leaves one property and one trait, and nothing else of both.
     *
     * @param paths of two names at least
     */
    public static EventTransform keep(String... paths) {
        Map<EventPath, List<EventPath>> kept = new LinkedHashMap<>();
        for (EventPath path : Paths.read(paths)) {
            List<String> names = path.names();
            if (names.size() == 1) {
                throw new IllegalArgumentException(
                        "expected members of an object, such as properties.plan, but was \"" + path + "\"");
            }
            String parent = EventPath.escaped(names.get(0));
            kept.computeIfAbsent(EventPath.of(parent), p -> new ArrayList<>())
                    .add(EventPath.of(path.toString().substring(parent.length() + 1)));
        }
        return change("keep", List.copyOf(kept.keySet()), event -> {
            SegmentEvent changed = event;
            for (Map.Entry<EventPath, List<EventPath>> object : kept.entrySet()) {
                changed = changed.withOnlyAt(object.getKey(), object.getValue());
            }
            return changed;
        });
    }

    /** Replaces values by {@value #MASK}; null stays, and so do booleans that say where an event may go. */
    public static EventTransform mask(String... paths) {
        return maskAll("mask", Paths.read(paths));
    }

    /** Replaces values in {@code traits} and {@code context.traits} by {@value #MASK}; null stays. */
    public static EventTransform maskTraits(String... traits) {
        List<EventPath> paths = new ArrayList<>(Paths.in("traits", traits));
        paths.addAll(Paths.in("context.traits", traits));
        return maskAll("maskTraits", paths);
    }

    private static EventTransform maskAll(String step, List<EventPath> paths) {
        return change(step, paths, event -> {
            SegmentEvent masked = event;
            for (EventPath path : paths) {
                masked = masked.withMappedAt(path, Consents.kept(path, value -> value == null ? null : MASK));
            }
            return masked;
        });
    }

    /** Replaces values by their hashes. */
    public static Hash hash(String... paths) {
        return new Hash(paths);
    }

    /** Gives the track events, pages and screens of a name, which {@link Rename#to} sets, another one. */
    public static Rename rename(String name) {
        return new Rename(name);
    }

    /** The first half of a step that renames events. */
    public static final class Rename {

        private final String name;

        private Rename(String name) {
            checkIsNoPath(name);
            this.name = name;
        }

        /** Returns the step. */
        public EventTransform to(String other) {
            if (other == null || other.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected the new name of \"" + name + "\", but it is " + (other == null ? "null" : "empty"));
            }
            checkIsNoPath(other);
            return change(
                    "rename",
                    event -> name.equals(event.event())
                            ? event.with(event.type() == EventType.TRACK ? "event" : "name", other)
                            : event);
        }
    }

    private static void checkIsNoPath(String name) {
        if (name == null) {
            throw new IllegalArgumentException("expected the name of an event, but was null");
        }
        if (name.matches("(?s)(\\$\\.)?(properties|traits|context)\\..*")) {
            throw new IllegalArgumentException("expected the name of an event, but was the path \"" + name
                    + "\": rename does not rename members, but a step of your own can");
        }
    }

    /**
     * Sets a member of {@code properties}, in events that have or may have properties: track events, pages, screens.
     *
     * @param value what Jackson can write; null for JSON's null
     */
    public static EventTransform setProperty(String property, Object value) {
        return setProperty(property, (Function<SegmentEvent, Object>) event -> value);
    }

    /**
     * Sets a member of {@code properties} to a value that depends on the event.
     *
     * @param value thread-safe; null, which Java takes for one of these, sets JSON's null
     */
    public static EventTransform setProperty(String property, Function<SegmentEvent, Object> value) {
        if (value == null) {
            return setProperty(property, event -> null);
        }
        EventPath path = Paths.in("properties", property).get(0);
        return change("setProperty", event -> switch (event.type()) {
            case TRACK, PAGE, SCREEN -> event.withAt(path, value.apply(event));
            case IDENTIFY, GROUP, ALIAS -> event;
        });
    }

    /**
     * Sets a member of every event.
     *
     * @param value what Jackson can write; null for JSON's null; in {@code integrations} true, false or an object
     */
    public static EventTransform set(String path, Object value) {
        List<EventPath> paths = Paths.read(path);
        EventPath place = paths.get(0);
        Integrations.check(place, value);
        return change("set", paths, event -> event.withAt(place, value));
    }

    /**
     * Keeps a share of the events.
     *
     * @param share from 0 to 1
     */
    public static Sample sample(double share) {
        return new Sample(share);
    }

    /**
     * Leaves out all events but these.
     *
     * @param names names of track events, pages and screens, or types; {@code *} stands for any characters
     */
    public static EventTransform allowEvents(String... names) {
        return allow("allowEvents", names);
    }

    static EventTransform allow(String step, String... names) {
        EventNames allowed = new EventNames(names);
        return change(step, event -> allowed.test(event) ? event : null);
    }

    /** Leaves out these events; see {@link #allowEvents}. */
    public static EventTransform blockEvents(String... names) {
        return block("blockEvents", names);
    }

    static EventTransform block(String step, String... names) {
        EventNames blocked = new EventNames(names);
        return change(step, event -> blocked.test(event) ? null : event);
    }

    /** Compares events with a tracking plan. */
    public static Validate validate(TrackingPlan plan) {
        return new Validate(plan);
    }

    /**
     * Sends each event to an endpoint, such as {@code direct:clean} or {@code bean:cleaner}, and goes on with the body
     * that comes back: an event, or what can be read as one. An event whose route ends with {@code stop()}, without a
     * body or in an error handler is left out. The step waits for each event; on the event loop it must not be.
     */
    public static EventTransform through(String uri) {
        return through(() -> uri);
    }

    /**
     * Sends each event to an endpoint; see {@link #through(String)}.
     *
     * @param uri called once, when Camel prepares the route and all routes are known
     */
    public static EventTransform through(Supplier<String> uri) {
        return new ThroughEndpoint(uri);
    }

    /**
     * Returns one step of several that need no start and no stop, as those of this class but {@link #through}.
     *
     * @param step its name in the metric and the log
     */
    static EventTransform all(String step, List<EventTransform> steps) {
        return new EventTransform(step) {
            @Override
            protected void doInit() throws Exception {
                super.doInit();
                for (EventTransform one : steps) {
                    one.setCamelContext(getCamelContext());
                    one.setRouteId(getRouteId());
                    one.doInit();
                }
            }

            @Override
            protected SegmentEvent change(SegmentEvent event, Exchange exchange) throws Exception {
                SegmentEvent changed = event;
                for (EventTransform one : steps) {
                    changed = changed == null ? null : one.change(changed, exchange);
                }
                return changed;
            }
        };
    }
}
