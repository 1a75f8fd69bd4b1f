package io.camelsegment.kinesis;

/** How several events become one Kinesis record. */
public enum KinesisPacking {
    /** Each event is a record. */
    NONE,
    /** Events of the same shard share records in the format of the Kinesis Producer Library, which AWS's readers take apart. */
    KPL
}
