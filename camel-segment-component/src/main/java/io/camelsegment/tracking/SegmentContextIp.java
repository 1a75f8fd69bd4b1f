package io.camelsegment.tracking;

/** Which events without {@code context.ip} get their sender's address from the {@code segment:} consumer. */
public enum SegmentContextIp {
    /** Events of browser and mobile libraries, and events with {@code "direct": true} in their {@code context}. */
    CLIENT_SIDE,
    /** All events. */
    ALWAYS,
    /** No events. */
    NEVER
}
