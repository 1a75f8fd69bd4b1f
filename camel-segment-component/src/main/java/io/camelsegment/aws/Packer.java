package io.camelsegment.aws;

import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Packs several events into one record of the service, which bills small records by a minimum. Thread-safe. */
public interface Packer {

    /**
     * Packs a batch. Within a partition key the order is kept.
     *
     * @param events the records of the batch, one per event
     */
    List<PackedRecord> pack(List<PendingRecord> events);

    /**
     * Tells what the result of a packed record means for the events in it, one result each, in their order.
     *
     * @param events the records of the batch, one per event
     */
    default CompletableFuture<List<RecordResult>> unpack(
            List<PendingRecord> events, PackedRecord packed, RecordResult result) {
        return CompletableFuture.completedFuture(Collections.nCopies(packed.members().length, result));
    }
}
