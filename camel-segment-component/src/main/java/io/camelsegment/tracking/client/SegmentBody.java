package io.camelsegment.tracking.client;

/** What the message body of the {@code segment:} producer holds. */
public enum SegmentBody {
    /** The whole event; headers fill in missing members. */
    EVENT,
    /** The event's {@code properties}, or {@code traits} of an identify or group call; headers hold the rest. */
    PROPERTIES
}
