package io.camelsegment.routes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.camelsegment.event.EventPath;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Segment Engage sends: who entered or left which audience, as identify or as track events. Without state and
 * thread-safe.
 */
public final class Engage {

    private static final JsonFactory JSON = new JsonFactory();

    private static final EventPath TRAITS = EventPath.of("traits");
    private static final EventPath PROPERTIES = EventPath.of("properties");
    private static final EventPath COMPUTATION_CLASS = EventPath.of("context.personas.computation_class");
    private static final EventPath COMPUTATION_KEY = EventPath.of("context.personas.computation_key");
    private static final EventPath TIMESTAMP = EventPath.of("timestamp");
    private static final EventPath AUDIENCE_KEY = EventPath.of("properties.audience_key");

    private static final Set<String> AUDIENCE_CLASSES = Set.of("audience", "journey_step");
    private static final Set<String> AUDIENCE_EVENTS = Set.of("Audience Entered", "Audience Exited");

    /** How the key of a journey's step begins. */
    private static final String JOURNEY_STEP = "j_o_";

    private Engage() {}

    /**
     * Whether a user belongs to an audience since an event.
     *
     * @param user     userId, else anonymousId; null if the event has neither
     * @param audience its key
     * @param member   whether the user entered it, or was in it at its first sync
     * @param at       the time of the event with milliseconds, as in its JSON, so that the order of texts is that of
     *                 times
     */
    public record AudienceChange(String user, String audience, boolean member, String at) {

        /** Returns one line of JSON without its end. */
        public String toJson() {
            StringWriter text = new StringWriter();
            try (JsonGenerator out = JSON.createGenerator(text)) {
                out.writeStartObject();
                out.writeStringField("user", user);
                out.writeStringField("audience", audience);
                out.writeBooleanField("member", member);
                out.writeStringField("at", at);
                out.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return text.toString();
        }
    }

    /**
     * Returns the key that Engage makes of the name of an audience or a computed trait: {@code
     * order_completed_last_30days} of {@code Order Completed Last 30days}. Letters and digits stay, in lower case; what
     * is between them becomes one underscore. Segment does not document what it makes of signs and of letters beyond
     * ASCII.
     */
    public static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "_").replaceAll("^_+|_+$", "");
    }

    /**
     * Returns the change that an event tells of, in either form. An identify or group call without
     * {@code context.personas} tells of none: its traits may be any.
     *
     * @return empty for other events, and if the membership is no boolean
     */
    public static Optional<AudienceChange> audienceChange(SegmentEvent event) {
        return audienceOf(event).flatMap(audience -> membership(event, audience)
                .map(member -> new AudienceChange(
                        event.userId() != null ? event.userId() : event.anonymousId(),
                        audience,
                        member,
                        String.valueOf(event.at(TIMESTAMP)))));
    }

    /** Returns the key of the audience that an event is about; empty if it is about none. */
    private static Optional<String> audienceOf(SegmentEvent event) {
        if (isOfAnotherComputation(event)) {
            return Optional.empty();
        }
        if (event.at(COMPUTATION_CLASS) != null && event.at(COMPUTATION_KEY) instanceof String key) {
            return Optional.of(key);
        }
        if (event.type() != EventType.TRACK) {
            return Optional.empty();
        }
        return event.at(AUDIENCE_KEY) instanceof String key
                ? Optional.of(key)
                : onlyMembership(event).map(Map.Entry::getKey);
    }

    /** Returns whether an event is about a computed trait, for example. */
    private static boolean isOfAnotherComputation(SegmentEvent event) {
        Object kind = event.at(COMPUTATION_CLASS);
        return kind != null && !AUDIENCE_CLASSES.contains(kind.toString());
    }

    /** Returns whether an event says that its user is in an audience; empty if it says nothing of it. */
    static Optional<Boolean> membership(SegmentEvent event, String audience) {
        if (isOfAnotherComputation(event)) {
            return Optional.empty();
        }
        if (event.type() != EventType.TRACK) {
            return truth(audience, event.at(TRAITS.child(audience)));
        }
        Optional<String> about = audienceOf(event);
        if (about.isEmpty()) {
            return Optional.empty();
        }
        Map<?, ?> properties = properties(event);
        return properties.containsKey(audience) || !about.get().equals(audience)
                ? truth(audience, properties.get(audience))
                : onlyMembership(event).map(Map.Entry::getValue);
    }

    /**
     * Returns the membership of an event of Engage whose properties have one only: it may lack {@code audience_key}, or
     * name the step of a journey otherwise than there.
     */
    private static Optional<Map.Entry<String, Boolean>> onlyMembership(SegmentEvent event) {
        if (!AUDIENCE_EVENTS.contains(String.valueOf(event.event()))) {
            return Optional.empty();
        }
        Map<String, Boolean> memberships = new HashMap<>();
        properties(event).forEach((name, value) -> truth(name.toString(), value)
                .ifPresent(member -> memberships.put(name.toString(), member)));
        return memberships.size() == 1 ? memberships.entrySet().stream().findFirst() : Optional.empty();
    }

    private static Map<?, ?> properties(SegmentEvent event) {
        return event.at(PROPERTIES) instanceof Map<?, ?> properties ? properties : Map.of();
    }

    /** Reads a membership: a boolean, or for the step of a journey also its text, as Segment documents it. */
    private static Optional<Boolean> truth(String audience, Object value) {
        if (value instanceof Boolean member) {
            return Optional.of(member);
        }
        return audience.startsWith(JOURNEY_STEP) && ("true".equals(value) || "false".equals(value))
                ? Optional.of("true".equals(value))
                : Optional.empty();
    }
}
