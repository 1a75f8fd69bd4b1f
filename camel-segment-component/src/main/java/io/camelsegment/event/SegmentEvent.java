package io.camelsegment.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A normalised event: its UTF-8 JSON and the few fields that routing needs. Jackson writes that JSON, also where the
 * event is part of something else. Immutable and thread-safe, as long as nobody changes the bytes.
 *
 * <p>Members are read and changed by their {@linkplain EventPath path}. A change returns a new event: it has the same
 * bytes but for the members that the path names, and its ids, name, type, time and {@code integrations} are those of
 * its own JSON. A change that leaves no valid event, such as one without any id, throws an
 * {@link IllegalArgumentException} with the reason and without values.
 */
public final class SegmentEvent implements JsonSerializable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int NONE = -1;
    /** No value begins here; and what a thread sees that gets the event without any order. */
    private static final int UNKNOWN = 0;

    private static final EventPath PROPERTIES = EventPath.of(Member.PROPERTIES.specName());
    private static final EventPath TRAITS = EventPath.of(Member.TRAITS.specName());

    /** The largest Kinesis record, 10 MiB: an event may have grown since its source accepted it. */
    private static final int MAX_BYTES = 10 << 20;

    private static final EventParser CHANGED =
            new EventParser(new EventLimits(MAX_BYTES, MAX_BYTES, 1, EventLimits.DEFAULT.maxNestingDepth()));

    private final EventType type;
    private final String event;
    private final String userId;
    private final String anonymousId;
    private final String sessionId;
    private final String groupId;
    private final String messageId;
    private final long timestamp;
    private final Instant receivedAt;
    private final byte[] json;
    /** Found when it is needed; threads that come at once find the same. */
    private int integrationsAt;

    private final boolean allIgnored;
    private final boolean unreadableTime;
    private final boolean ambiguousTime;
    /** The event that this one was made of, if its integrations were others; null for none. */
    private final SegmentEvent madeOf;

    /**
     * Creates an event from normalised JSON.
     *
     * @param type        type of the call
     * @param event       the track event's, page's or screen's name; null if there is none
     * @param userId      null if absent
     * @param anonymousId null if absent
     * @param groupId     null if absent
     * @param messageId   never null
     * @param timestamp   when the event happened, corrected for the sender's clock; never null; truncated to
     *     milliseconds
     * @param receivedAt  when its request arrived; never null
     * @param json        the event's bytes, one JSON object; kept, must not change
     */
    public SegmentEvent(
            EventType type,
            String event,
            String userId,
            String anonymousId,
            String groupId,
            String messageId,
            Instant timestamp,
            Instant receivedAt,
            byte[] json) {
        this(
                type,
                event,
                userId,
                anonymousId,
                null,
                groupId,
                messageId,
                Objects.requireNonNull(timestamp, "timestamp").toEpochMilli(),
                receivedAt,
                json,
                UNKNOWN,
                false,
                false,
                false,
                null);
    }

    /**
     * @param sessionId      name of anonymousId in the oldest SDKs; used for the partition key only
     * @param timestamp      in milliseconds
     * @param integrationsAt offset in the JSON of the integrations; -1 if there are none
     * @param allIgnored     whether {@code All} among the integrations is ignored
     * @param unreadableTime see {@link #hasUnreadableTime}
     * @param ambiguousTime  see {@link #hasAmbiguousTime}
     * @param madeOf         what this event was made of, if its integrations were others; null for none
     */
    SegmentEvent(
            EventType type,
            String event,
            String userId,
            String anonymousId,
            String sessionId,
            String groupId,
            String messageId,
            long timestamp,
            Instant receivedAt,
            byte[] json,
            int integrationsAt,
            boolean allIgnored,
            boolean unreadableTime,
            boolean ambiguousTime,
            SegmentEvent madeOf) {
        this.type = Objects.requireNonNull(type, "type");
        this.event = event;
        this.userId = userId;
        this.anonymousId = anonymousId;
        this.sessionId = sessionId;
        this.groupId = groupId;
        this.messageId = Objects.requireNonNull(messageId, "messageId");
        this.timestamp = timestamp;
        this.receivedAt = Objects.requireNonNull(receivedAt, "receivedAt");
        this.json = Objects.requireNonNull(json, "json");
        this.integrationsAt = integrationsAt;
        this.allIgnored = allIgnored;
        this.unreadableTime = unreadableTime;
        this.ambiguousTime = ambiguousTime;
        this.madeOf = madeOf;
    }

    /** Returns the type of the call. */
    public EventType type() {
        return type;
    }

    /** Returns the track event's, page's or screen's name; null if there is none. */
    public String event() {
        return event;
    }

    /** Returns the user id; null if absent. */
    public String userId() {
        return userId;
    }

    /** Returns the anonymous id; null if absent. */
    public String anonymousId() {
        return anonymousId;
    }

    /** Returns the group id; null if absent. */
    public String groupId() {
        return groupId;
    }

    /** Returns the sender's id of the event, or the one assigned here; never null. */
    public String messageId() {
        return messageId;
    }

    /** Returns when the event happened, corrected for the sender's clock, in milliseconds; never null. */
    public Instant timestamp() {
        return Instant.ofEpochMilli(timestamp);
    }

    /** Returns when its request arrived, in milliseconds; never null. */
    public Instant receivedAt() {
        return receivedAt;
    }

    /** Returns the event's bytes; shared, not copied, so they must not be changed. */
    public byte[] json() {
        return json;
    }

    /**
     * Returns the event as one line of newline-delimited JSON: a new array with its bytes and one {@code \n} at the
     * end. Line breaks between tokens, which are legal in JSON, become spaces; strings contain none.
     */
    public byte[] jsonLine() {
        byte[] line = new byte[json.length + 1];
        for (int i = 0; i < json.length; i++) {
            byte b = json[i];
            line[i] = b == '\n' || b == '\r' ? (byte) ' ' : b;
        }
        line[json.length] = '\n';
        return line;
    }

    /**
     * Returns the same event with other bytes, whose {@code integrations} then count.
     *
     * @param other one JSON object in UTF-8, checked before; kept, must not change
     */
    public SegmentEvent withJson(byte[] other) {
        return with(other, UNKNOWN, madeOf);
    }

    private SegmentEvent with(byte[] other, int otherIntegrationsAt, SegmentEvent otherMadeOf) {
        return new SegmentEvent(
                type,
                event,
                userId,
                anonymousId,
                sessionId,
                groupId,
                messageId,
                timestamp,
                receivedAt,
                other,
                otherIntegrationsAt,
                allIgnored,
                unreadableTime,
                ambiguousTime,
                otherMadeOf);
    }

    /**
     * Returns this event as one that a route made of another one, whose {@link #consent} counts where the {@code
     * integrations} of this one do not lift it.
     *
     * @param other null for none
     */
    public SegmentEvent madeOf(SegmentEvent other) {
        if (other == null || other == this || (other.integrationsAt == NONE && other.madeOf == null)) {
            return this;
        }
        if (isMadeOf(other)) {
            return this;
        }
        SegmentEvent before;
        if (madeOf != null) {
            before = other.isMadeOf(madeOf) ? other : madeOf.madeOf(other);
        } else {
            before = Integrations.areSame(json, integrationsAt(), other.json, other.integrationsAt())
                    ? other.madeOf
                    : other;
        }
        return before == madeOf ? this : with(json, integrationsAt(), before);
    }

    private boolean isMadeOf(SegmentEvent other) {
        SegmentEvent before = madeOf;
        while (before != null && before != other) {
            before = before.madeOf;
        }
        return before != null;
    }

    /**
     * Returns the value of a member as Jackson reads it: String, Boolean, Integer, Long, BigInteger, BigDecimal, List
     * or Map; a number of more than 10,000 characters, or whose exponent is too large for Java, is its text. Nothing
     * but this value is parsed. Where the path goes through an array, returns the list of what its elements have.
     *
     * @return null if there is no such member, or it is null
     * @throws IllegalArgumentException if the path is none
     */
    public Object get(String path) {
        return at(EventPath.of(path));
    }

    /** Returns the value at a path that was read before; see {@link #get}. */
    // No overload, here and below: Camel's bean language would call either one for a text.
    public Object at(EventPath path) {
        return MemberEditor.get(json, path);
    }

    /** Returns a member of {@code properties}; see {@link #get}. */
    public Object property(String path) {
        return MemberEditor.get(json, PROPERTIES.resolve(EventPath.of(path)));
    }

    /** Returns a member of {@code traits}; see {@link #get}. */
    public Object trait(String path) {
        return MemberEditor.get(json, TRAITS.resolve(EventPath.of(path)));
    }

    /**
     * Returns {@code properties} as an object of a class, read by Jackson; members that the class does not have are
     * ignored.
     *
     * @return null if there are none
     * @throws IllegalArgumentException if they do not fit the class
     */
    public <T> T properties(Class<T> type) {
        return get(PROPERTIES, type);
    }

    /** Returns {@code traits} as an object of a class; see {@link #properties}. */
    public <T> T traits(Class<T> type) {
        return get(TRAITS, type);
    }

    private <T> T get(EventPath path, Class<T> type) {
        int[] range = MemberEditor.find(json, path);
        return range == null ? null : JsonValue.decode(json, range[0], range[1], type, path.toString());
    }

    /**
     * Returns this event with a member set. A member that is there keeps its place; a new one is appended, with the
     * objects that its path needs.
     *
     * @param value what Jackson can write; of {@code userId} and other ids a number becomes text; null for JSON's null;
     *     in {@code integrations} {@code true}, {@code false}, also as text, or an object
     * @throws IllegalArgumentException if the path is none or leads through another value than an object or array, if
     *     Jackson cannot write the value, or if this leaves no valid event
     */
    public SegmentEvent with(String path, Object value) {
        return withAt(EventPath.of(path), value);
    }

    /** Returns this event with a member set at a path that was read before; see {@link #with}. */
    public SegmentEvent withAt(EventPath path, Object value) {
        Member member = memberOf(path);
        boolean id = member == Member.USER_ID
                || member == Member.ANONYMOUS_ID
                || member == Member.GROUP_ID
                || member == Member.PREVIOUS_ID
                || member == Member.MESSAGE_ID;
        byte[] text = Integrations.encode(path, id && value instanceof Number ? value.toString() : value);
        return changed(MemberEditor.set(json, path, text), path);
    }

    /**
     * Returns this event without a member; itself if it has none.
     *
     * @throws IllegalArgumentException if the path is none, or if this leaves no valid event
     */
    public SegmentEvent without(String path) {
        return withoutAt(EventPath.of(path));
    }

    /** Returns this event without the member at a path that was read before; see {@link #without}. */
    public SegmentEvent withoutAt(EventPath path) {
        return changed(MemberEditor.remove(json, path), path);
    }

    /**
     * Returns this event with nothing in an object but some members, as an allow list; itself if that is so already.
     *
     * @param parent the object, such as {@code properties}
     * @param kept   paths below the object; where a path goes through an array, elements that are no objects become
     *     null
     * @throws IllegalArgumentException if a path is none
     */
    public SegmentEvent withOnly(String parent, Collection<String> kept) {
        return withOnlyAt(EventPath.of(parent), kept.stream().map(EventPath::of).toList());
    }

    /**
     * Returns this event with nothing in an object but some members, by paths that were read before; see {@link
     * #withOnly}.
     */
    public SegmentEvent withOnlyAt(EventPath parent, List<EventPath> kept) {
        byte[] edited = MemberEditor.keep(json, parent, kept);
        return edited == json ? this : made(withJson(edited), parent);
    }

    /**
     * Returns this event with another value of a member wherever its path leads: in each element of an array, and in
     * each repetition of the member. Without the member, the event stays as it is.
     *
     * @param mapping gets the value as {@link #get} returns it; a value that it returns itself keeps its bytes
     * @throws IllegalArgumentException if the path is none, or if this leaves no valid event
     */
    public SegmentEvent withMapped(String path, UnaryOperator<Object> mapping) {
        return withMappedAt(EventPath.of(path), mapping);
    }

    /** Returns this event with another value at a path that was read before; see {@link #withMapped}. */
    public SegmentEvent withMappedAt(EventPath path, UnaryOperator<Object> mapping) {
        return changed(MemberEditor.map(json, path, mapping), path);
    }

    /** Returns the member that is the whole path; null if it is longer, or a member that is not read here. */
    private static Member memberOf(EventPath path) {
        return path.names().size() == 1 ? Member.of(path.names().get(0)) : null;
    }

    private SegmentEvent changed(byte[] edited, EventPath path) {
        if (edited == json) {
            return this;
        }
        return made(memberOf(path) == null ? withJson(edited) : read(edited), path);
    }

    /** Notes what an event was made of whose integrations are others. */
    private SegmentEvent made(SegmentEvent changed, EventPath path) {
        boolean others = path.names().get(0).equals(Member.INTEGRATIONS.specName())
                && (integrationsAt() >= 0 || madeOf != null)
                && !Integrations.areSame(changed.json, changed.integrationsAt(), json, integrationsAt());
        return others ? changed.with(changed.json, changed.integrationsAt(), this) : changed;
    }

    /** Reads what this object knows of the JSON from another one, whose bytes stay as they are. */
    private SegmentEvent read(byte[] edited) {
        NormalizeOptions options = allIgnored ? NormalizeOptions.WEBHOOK : NormalizeOptions.NORMALIZED;
        SegmentEvent read;
        try {
            EventBatch batch = CHANGED.parseEvent(edited, null);
            try {
                read = batch.normalize(0, receivedAt, options.messageIds(() -> messageId));
            } finally {
                batch.release();
            }
        } catch (InvalidRequestException | InvalidEventException e) {
            throw new IllegalArgumentException("the change leaves no valid event: " + e.getMessage(), e);
        }
        if (read.unreadableTime && !unreadableTime) {
            throw new IllegalArgumentException("the change leaves no valid event: expected a time at $.timestamp, such"
                    + " as 2026-11-30T12:00:00.000Z");
        }
        return new SegmentEvent(
                read.type,
                read.event,
                read.userId,
                read.anonymousId,
                read.sessionId,
                read.groupId,
                read.messageId,
                read.timestamp,
                read.receivedAt,
                edited,
                UNKNOWN,
                allIgnored,
                unreadableTime,
                ambiguousTime,
                madeOf);
    }

    /**
     * Returns {@code userId}, else {@code anonymousId}, else {@code sessionId}, else {@code messageId}, as Segment's
     * Kinesis destination does; never null or empty.
     */
    public String partitionKey() {
        if (userId != null) {
            return userId;
        }
        if (anonymousId != null) {
            return anonymousId;
        }
        return sessionId != null ? sessionId : messageId;
    }

    /** Returns whether the sender's timestamp or sentAt was unreadable, so the timestamp is not the sender's. */
    public boolean hasUnreadableTime() {
        return unreadableTime;
    }

    /**
     * Returns whether the sender's timestamp or sentAt was read, but could be taken for another time: it has no zone, a
     * year of two digits, a day and a month that could be swapped, or a zone's name that other zones have, too.
     */
    public boolean hasAmbiguousTime() {
        return ambiguousTime;
    }

    /**
     * Returns whether the event came through a Segment webhook, so that {@code All} in its {@code integrations} does
     * not count.
     */
    public boolean isFromWebhook() {
        return allIgnored;
    }

    /**
     * Returns whether the event's {@code integrations} allow a destination, by the rules of Segment's facade: a boolean
     * under the destination's exact name decides, any other value there means yes; without one, a boolean under
     * {@code All} (in any case, with any punctuation) decides; without that, yes.
     *
     * @param destination the destination's name in Segment's catalog, such as {@code Amazon Kinesis}
     */
    public boolean isEnabledFor(String destination) {
        return integrations(destination).consent() != Consent.REFUSED;
    }

    /**
     * Returns what the event's {@code integrations} say about a destination, see {@link #isEnabledFor}. If they are not
     * those of the event that it was made of, a refusal of that one remains, unless {@code true} or an object of
     * options lifts it; one under the destination's name only under that name.
     */
    public Consent consent(String destination) {
        return integrations(destination).consent(madeOf, destination);
    }

    /** Returns whether this event or one before it refuses the destination by name, and none after that allows it. */
    boolean refusesByName(String destination) {
        Integrations own = integrations(destination);
        return own.refuseByName() || (!own.decideByName() && madeOf != null && madeOf.refusesByName(destination));
    }

    private Integrations integrations(String destination) {
        return Integrations.of(json, integrationsAt(), destination, allIgnored);
    }

    private int integrationsAt() {
        int at = integrationsAt;
        if (at == UNKNOWN) {
            at = Integrations.find(json);
            integrationsAt = at;
        }
        return at;
    }

    @Override
    public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
        if (!out.canWriteBinaryNatively()) {
            out.writeRawValue(new String(json, StandardCharsets.UTF_8));
            return;
        }
        // No text: a buffer for a tree, or a binary format.
        try (JsonParser in = JSON.createParser(json)) {
            in.nextToken();
            out.copyCurrentStructure(in);
        }
    }

    @Override
    public void serializeWithType(JsonGenerator out, SerializerProvider provider, TypeSerializer unused)
            throws IOException {
        serialize(out, provider);
    }

    /** Names the type, the messageId and the size, nothing of the contents. */
    @Override
    public String toString() {
        return "SegmentEvent[" + type.specName() + ", messageId=" + messageId + ", " + json.length + " bytes]";
    }
}
