package io.camelsegment.delivery;

/** Health of a stream. */
public enum StreamHealth {
    /** Records are delivered, or none has been sent yet. */
    DELIVERING,
    /** No record has been delivered for a second or more; records are sent again. */
    FAILING,
    /** Records are refused until an operator mends the stream; a trial is sent from time to time. */
    PARKED
}
