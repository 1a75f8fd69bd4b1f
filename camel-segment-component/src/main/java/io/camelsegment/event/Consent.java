package io.camelsegment.event;

/** What the {@code integrations} of an event say about a destination. */
public enum Consent {
    /** There are {@code integrations}, and they allow the destination. */
    GIVEN,
    /** The {@code integrations} exclude the destination. */
    REFUSED,
    /** There are no {@code integrations}. */
    UNKNOWN
}
