package io.camelsegment;

/** What the body of a message is to the {@code segment:} producer. */
public enum SegmentBody {
    /** The whole event; headers fill in what it lacks. */
    EVENT,
    /** The event's {@code properties}, or {@code traits} of an identify or group call; all else comes from headers. */
    PROPERTIES
}
