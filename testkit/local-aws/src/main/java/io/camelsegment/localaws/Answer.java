package io.camelsegment.localaws;

/**
 * A successful answer.
 *
 * @param body the encoded body, possibly empty
 * @param refusedRecords how many records of a put were not stored
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on uncopied, and not compared
record Answer(byte[] body, int refusedRecords) {
    /** What actions without a result answer. */
    static final Answer EMPTY = new Answer(new byte[0]);

    Answer(byte[] body) {
        this(body, 0);
    }
}
