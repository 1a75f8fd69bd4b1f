package io.camelsegment.delivery;

/** Which order records with the same partition key keep, among themselves, on their way to the stream. */
public enum Ordering {
    /** None: requests overlap, and a record that is sent again comes after later ones. */
    NONE,
    /**
     * At most one request in flight has records of a key, and a failed record goes again before later ones of its key. Within
     * one request a record may be taken although an earlier one of its key was not.
     */
    KEY,
    /** As {@link #KEY}, and a request has at most one record of a key: nothing is overtaken. */
    STRICT
}
