package io.camelsegment.tracking;

/** What an Exchange of the {@code segment:} consumer has as its body. */
public enum SegmentExchange {
    /** One event. */
    EVENT,
    /** All events of a request: a {@link io.camelsegment.SegmentBatch}. */
    REQUEST
}
