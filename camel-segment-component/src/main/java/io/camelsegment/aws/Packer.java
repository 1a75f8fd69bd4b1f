package io.camelsegment.aws;

import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Packs several events into one record, since the service bills a minimum per record. Thread-safe. */
public interface Packer {

    /**
     * Packs a batch. Keeps the order of events with the same partition key.
     *
     * @param events the records of the batch, one per event
     */
    List<PackedRecord> pack(List<PendingRecord> events);

    /**
     * Derives the results of the events in a packed record, one each, in their order.
     *
     * @param events the records of the batch, one per event
     */
    default CompletableFuture<List<RecordResult>> unpack(
            List<PendingRecord> events, PackedRecord packed, RecordResult result) {
        return CompletableFuture.completedFuture(Collections.nCopies(packed.members().length, result));
    }
}
