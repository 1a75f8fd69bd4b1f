package io.camelsegment.firehose;

/** How several events become one Firehose record. */
public enum FirehosePacking {
    /** Each event is a record. */
    NONE,
    /** A record holds as many events, each with its newline, as it takes. */
    NEWLINE
}
