package io.camelsegment.delivery;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends a batch to one stream of one service. All that differs between the services is behind it. Thread-safe. */
public interface BatchTransport {

    /**
     * Sends one request and does not wait for the answer. The transport does not retry: the sender does, record by record.
     *
     * @param records within the limits of the service, in order, not empty; not changed while the request is under way
     * @return one result per record, by index; {@link Verdict#UNSENT} for those that it left out. An answer of another length, or an exceptional one, makes the sender send
     *     all of the records again. Cancelled by the sender when the answer takes too long; a transport that knows the outcome
     *     of some records by then may still complete it.
     */
    CompletableFuture<List<RecordResult>> send(List<PendingRecord> records);

    /**
     * Returns the most bytes that a record may have, asked about one that is larger than the service usually takes.
     *
     * @param size  of the record
     * @param usual what the service usually takes
     */
    default int recordBytes(int size, int usual) {
        return usual;
    }

    /** Returns what an operator should mend although records are delivered, such as a missing permission; null if nothing. */
    default String warning() {
        return null;
    }
}
