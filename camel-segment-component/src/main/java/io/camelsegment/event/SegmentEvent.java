package io.camelsegment.event;

import java.time.Instant;
import java.util.Objects;

/**
 * One normalised event: an immutable view over its UTF-8 JSON and the few fields that routing needs. Thread-safe, as long as nobody
 * changes the bytes.
 */
public final class SegmentEvent {
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
    private final DeliveryLog deliveries;

    /**
     * Makes an event of JSON that has been normalised before.
     *
     * @param type        the call that made it
     * @param event       the track event's name, or the page's or screen's name; null when there is none
     * @param userId      null when absent
     * @param anonymousId null when absent
     * @param groupId     null when absent
     * @param messageId   never null
     * @param timestamp   when the event happened, corrected for the sender's clock; never null; what is finer than milliseconds is cut off
     * @param receivedAt  when its request arrived; never null
     * @param json        the event's bytes, one JSON object; kept, must not be changed
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
                null);
    }

    /**
     * @param sessionId      anonymousId's name in the oldest SDKs, good for the partition key only
     * @param timestamp      in milliseconds
     * @param integrationsAt where in the JSON the value of that member begins; -1 when there is none
     * @param deliveries     of the event's request; null when they are not remembered
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
            DeliveryLog deliveries) {
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
        this.deliveries = deliveries;
    }

    /** Returns the call that made it. */
    public EventType type() {
        return type;
    }

    /** Returns the track event's name, or the page's or screen's name; null when there is none. */
    public String event() {
        return event;
    }

    /** Returns null when absent. */
    public String userId() {
        return userId;
    }

    /** Returns null when absent. */
    public String anonymousId() {
        return anonymousId;
    }

    /** Returns null when absent. */
    public String groupId() {
        return groupId;
    }

    /** Returns the sender's id of the event, or the one it was given here; never null. */
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

    /** Returns the event's bytes, shared and not copied: they must not be changed. */
    public byte[] json() {
        return json;
    }

    /**
     * Returns the event as one line of newline-delimited JSON: a new array with its bytes and one {@code \n} at the end. Line
     * breaks between tokens, which are legal in JSON and would tear the line, become spaces; there are none inside strings.
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
     * Returns {@code userId}, else {@code anonymousId}, else {@code sessionId}, else {@code messageId}, as Segment's Kinesis
     * destination does; never null or empty.
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

    /** Tells whether the sender's timestamp or sentAt was there but could not be read, so that the timestamp is not the sender's. */
    public boolean hasUnreadableTime() {
        return unreadableTime;
    }

    /**
     * Tells whether the event's {@code integrations} let it go to a destination, by the rules of Segment's facade: a boolean under the
     * destination's exact name decides, any other value there means yes; without one, a boolean under {@code All} (in any case,
     * with any punctuation) decides; without that, yes. The JSON is read at each call.
     *
     * @param destination the name as Segment's catalog writes it, such as {@code Amazon Kinesis}
     */
    public boolean isEnabledFor(String destination) {
        int at = integrationsAt == UNKNOWN ? Integrations.find(json) : integrationsAt;
        return at == NONE || Integrations.enabled(json, at, destination, allIgnored);
    }

    /**
     * Tells whether the event arrived at a stream before, in a request that its sender had to repeat, so that it must not be sent
     * there again.
     *
     * @param stream what tells the stream from all others
     */
    public boolean hasArrivedAt(String stream) {
        return deliveries != null && deliveries.hasArrived(stream, messageId);
    }

    /** Takes note that the event has arrived at a stream, in case that its sender has to repeat it. */
    public void arrivedAt(String stream) {
        if (deliveries != null) {
            deliveries.arrived(stream, messageId);
        }
    }

    /** Names the type, the messageId and the size, and none of the contents. */
    @Override
    public String toString() {
        return "SegmentEvent[" + type.specName() + ", messageId=" + messageId + ", " + json.length + " bytes]";
    }
}
