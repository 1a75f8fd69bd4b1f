package io.camelsegment.delivery;

/** How a stream fares. */
public enum StreamHealth {
    /** Records are delivered, or none was sent yet. */
    DELIVERING,
    /** No record was delivered for a second or more; they are sent again. */
    FAILING,
    /** Records are refused until an operator mends the stream; a trial goes out from time to time. */
    PARKED
}
