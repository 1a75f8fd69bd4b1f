package io.camelsegment.delivery;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends batches to one stream of one service, and hides all that differs between services. Thread-safe. */
public interface BatchTransport {

    /**
     * Sends one request; does not wait for the answer and does not retry. The sender retries, record by record.
     *
     * @param records within the service's limits, in order, not empty; not changed while the request is in flight
     * @return one result per record, by index; {@link Verdict#UNSENT} for records left out. After an exception or an
     *     answer of another length the sender sends all records again, unless an {@link Error} is among the causes. The
     *     sender cancels the future when the answer takes too long; the transport may still complete it with the
     *     results known by then.
     */
    CompletableFuture<List<RecordResult>> send(List<PendingRecord> records);

    /**
     * Returns the most bytes of a record. Called for a record that exceeds the service's usual limit.
     *
     * @param size  the record's bytes
     * @param usual the service's usual limit
     */
    default int recordBytes(int size, int usual) {
        return usual;
    }

    /** Returns a fault to mend although records are delivered, such as a missing permission; null if there is none. */
    default String warning() {
        return null;
    }

    /**
     * Describes to operators a partition of the stream that throttles more than others, with the remedy.
     *
     * @param partition the service's name of the partition
     * @param facts     how much it throttled, such as {@code throttled 5 of the 7 records that were throttled}
     */
    default String hotPartition(String partition, String facts) {
        return partition + " " + facts;
    }
}
