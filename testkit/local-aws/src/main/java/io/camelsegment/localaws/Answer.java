package io.camelsegment.localaws;

/**
 * A successful answer.
 *
 * @param body the encoded body, possibly empty
 * @param refusedRecords number of records of a put that were not stored
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on uncopied, and not compared
record Answer(byte[] body, int refusedRecords) {
    /** The answer of actions without a result. */
    static final Answer EMPTY = new Answer(new byte[0]);

    Answer(byte[] body) {
        this(body, 0);
    }
}
