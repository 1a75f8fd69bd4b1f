package io.camelsegment.firehose;

/** How events share Firehose records. */
public enum FirehosePacking {
    /** Each event is a record. */
    NONE,
    /** A record holds as many events as fit, each with its newline. */
    NEWLINE
}
