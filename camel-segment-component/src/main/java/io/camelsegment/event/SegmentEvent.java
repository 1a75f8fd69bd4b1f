package io.camelsegment.event;

import java.time.Instant;

/**
 * One normalised event: an immutable view over its UTF-8 JSON and the few fields that routing needs. Thread-safe.
 *
 * @param type        the call that made it
 * @param event       the track event's name, or the page's or screen's name; null when there is none
 * @param userId      null when absent
 * @param anonymousId null when absent
 * @param groupId     null when absent
 * @param messageId   never null
 * @param timestamp   when the event happened, corrected for the sender's clock; never null
 * @param receivedAt  when its request arrived; never null
 * @param json        the event's bytes, shared and not copied: they must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // one array per event, shared on purpose; see equals
public record SegmentEvent(
        EventType type,
        String event,
        String userId,
        String anonymousId,
        String groupId,
        String messageId,
        Instant timestamp,
        Instant receivedAt,
        byte[] json) {

    /** Returns {@code userId}, else {@code anonymousId}, else {@code messageId}, as Segment's Kinesis destination does. */
    public String partitionKey() {
        if (userId != null) {
            return userId;
        }
        return anonymousId != null ? anonymousId : messageId;
    }

    /** Two events are the same only if they are one object: comparing contents is the reader's business. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** Names the type, the messageId and the size, and none of the contents. */
    @Override
    public String toString() {
        return "SegmentEvent[" + type.specName() + ", messageId=" + messageId + ", " + json.length + " bytes]";
    }
}
