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
import java.util.Objects;

/**
 * A normalised event: its UTF-8 JSON and the few fields that routing needs. Jackson writes that JSON, also where the
 * event is part of something else. Immutable and thread-safe, as long as nobody changes the bytes.
 */
public final class SegmentEvent implements JsonSerializable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int NONE = -1;
    private static final int UNKNOWN = -2;

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
    private final int integrationsAt;
    private final boolean allIgnored;
    private final boolean unreadableTime;
    private final boolean ambiguousTime;

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
                false);
    }

    /**
     * @param sessionId      name of anonymousId in the oldest SDKs; used for the partition key only
     * @param timestamp      in milliseconds
     * @param integrationsAt offset in the JSON of the integrations; -1 if there are none
     * @param allIgnored     whether {@code All} among the integrations is ignored
     * @param unreadableTime see {@link #hasUnreadableTime}
     * @param ambiguousTime  see {@link #hasAmbiguousTime}
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
            boolean ambiguousTime) {
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
                UNKNOWN,
                allIgnored,
                unreadableTime,
                ambiguousTime);
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
     * {@code All} (in any case, with any punctuation) decides; without that, yes. Reads the JSON at each call.
     *
     * @param destination the destination's name in Segment's catalog, such as {@code Amazon Kinesis}
     */
    public boolean isEnabledFor(String destination) {
        int at = integrationsAt == UNKNOWN ? Integrations.find(json) : integrationsAt;
        return at == NONE || Integrations.enabled(json, at, destination, allIgnored);
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
