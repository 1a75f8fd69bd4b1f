package io.camelsegment;

/** Which events without a {@code context.ip} the {@code segment:} consumer gives the address that they came from. */
public enum SegmentContextIp {
    /** Those of libraries for browsers and mobile apps, and those with {@code "direct": true} in their {@code context}. */
    CLIENT_SIDE,
    /** All. */
    ALWAYS,
    /** None. */
    NEVER
}
