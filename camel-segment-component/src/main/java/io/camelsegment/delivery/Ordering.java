package io.camelsegment.delivery;

/** Order kept among records with the same partition key on their way to the stream. */
public enum Ordering {
    /** No order: requests overlap, and a record that is sent again comes after later ones. */
    NONE,
    /**
     * One request at a time carries records of a key, and a failed record goes again before later ones of its key.
     * Within a request, the service may store a record and refuse an earlier one of its key.
     */
    KEY,
    /** As {@link #KEY}, with at most one record of a key in a request: nothing is overtaken. */
    STRICT
}
