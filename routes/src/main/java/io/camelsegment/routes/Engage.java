package io.camelsegment.routes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.camelsegment.event.EventPath;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;

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
     * Returns the change that an event tells of, in either form.
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
        Object kind = event.at(COMPUTATION_CLASS);
        boolean isAudience = "audience".equals(kind) || "journey_step".equals(kind);
        if (isAudience && event.at(COMPUTATION_KEY) instanceof String key) {
            return Optional.of(key);
        }
        return event.type() == EventType.TRACK && event.at(AUDIENCE_KEY) instanceof String key
                ? Optional.of(key)
                : Optional.empty();
    }

    /** Returns whether an event says that its user is in an audience; empty if it says nothing of it. */
    static Optional<Boolean> membership(SegmentEvent event, String audience) {
        EventPath parent = event.type() == EventType.TRACK ? PROPERTIES : TRAITS;
        if (event.at(parent.child(audience)) instanceof Boolean member) {
            boolean isOther =
                    event.type() == EventType.TRACK && audienceOf(event).isEmpty();
            return isOther ? Optional.empty() : Optional.of(member);
        }
        return Optional.empty();
    }
}
