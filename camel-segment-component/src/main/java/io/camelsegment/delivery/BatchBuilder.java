package io.camelsegment.delivery;

import java.util.ArrayList;
import java.util.List;

/** Fills a batch. Not thread-safe: guarded by the sender's lock. */
final class BatchBuilder {

    private final List<PendingRecord> records;
    private final int maxBytes;
    private final long tooOldAt;
    private final List<PendingRecord> tooOld;
    private int maxRecords;
    private long bytes;

    /**
     * Creates an empty batch.
     *
     * @param maxRecords   at least 1
     * @param maxBytes     most bytes of records that share the batch
     * @param expectedSize likely number of records
     * @param tooOldAt     records born at this time or before are not sent
     * @param tooOld       receives those records
     */
    BatchBuilder(int maxRecords, int maxBytes, int expectedSize, long tooOldAt, List<PendingRecord> tooOld) {
        this.records = new ArrayList<>(Math.min(maxRecords, expectedSize));
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
        this.tooOldAt = tooOldAt;
        this.tooOld = tooOld;
    }

    /** Returns whether no more records fit. */
    boolean isFull() {
        return records.size() >= maxRecords;
    }

    /** Returns whether the record fits; a record larger than a batch fits alone. */
    boolean fits(PendingRecord record) {
        return records.size() < Math.min(maxRecords, record.batchLimit())
                && (records.isEmpty() || bytes + record.size() <= maxBytes);
    }

    /**
     * Takes a record that fits.
     *
     * @return false if it is too old to be sent
     */
    boolean take(PendingRecord record) {
        if (record.bornNanos() <= tooOldAt) {
            tooOld.add(record);
            return false;
        }
        records.add(record);
        bytes += record.size();
        maxRecords = Math.min(maxRecords, record.batchLimit());
        return true;
    }

    /** Returns the records in sending order. */
    List<PendingRecord> records() {
        return records;
    }
}
