package io.camelsegment.delivery;

/** Consequence of the service's answer for a record. */
public enum Verdict {
    /** The service stored the record. */
    DELIVERED,
    /** A passing fault: send the record again. */
    RETRY,
    /** The request left the record out, so it counts as no attempt: send it with another request. */
    UNSENT,
    /** The stream has no capacity now: send the record again, and all records more slowly. */
    THROTTLED,
    /** The request is at fault, perhaps because of one record: send the records again in two requests. */
    SPLIT,
    /** A JVM error ended the request, so nobody knows what became of the record: give it up, do not send it again. */
    BROKEN,
    /** The record itself is at fault: give it up. */
    FAIL,
    /** The stream stores nothing until an operator mends it: missing stream, access denied, disabled key. */
    PARK
}
