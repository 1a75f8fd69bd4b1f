package io.camelsegment.delivery;

/** What an answer of the service means for a record. */
public enum Verdict {
    /** The service has the record. */
    DELIVERED,
    /** A passing fault: send the record again. */
    RETRY,
    /** It was not sent with this request, which so was no attempt: send it with another. */
    UNSENT,
    /** The stream has no capacity now: send the record again, and all records more slowly. */
    THROTTLED,
    /** The request is at fault, perhaps because of one of its records: send the records again in two requests. */
    SPLIT,
    /** The record itself is at fault and will never be taken. */
    FAIL,
    /** The stream takes no record at all until an operator mends something: missing stream, access denied, disabled key. */
    PARK
}
