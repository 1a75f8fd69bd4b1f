package io.camelsegment.kinesis;

/** How events share Kinesis records. */
public enum KinesisPacking {
    /** Each event is a record. */
    NONE,
    /** Events of a shard share records in the format of the Kinesis Producer Library, which AWS's readers unpack. */
    KPL
}
