package io.camelsegment.delivery;

import java.util.ArrayList;
import java.util.List;

/** A batch while it is filled. Not thread-safe: guarded by the sender's lock. */
final class BatchBuilder {

    private final List<PendingRecord> records;
    private final int maxBytes;
    private final long tooOldAt;
    private final List<PendingRecord> tooOld;
    private int maxRecords;
    private long bytes;

    /**
     * Makes an empty one.
     *
     * @param maxRecords   at least 1
     * @param maxBytes     of records that share a batch
     * @param expectedSize records that are likely to come
     * @param tooOldAt     records that were born then or before are not sent
     * @param tooOld       takes them
     */
    BatchBuilder(int maxRecords, int maxBytes, int expectedSize, long tooOldAt, List<PendingRecord> tooOld) {
        this.records = new ArrayList<>(Math.min(maxRecords, expectedSize));
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
        this.tooOldAt = tooOldAt;
        this.tooOld = tooOld;
    }

    /** Returns whether no record at all fits any more. */
    boolean isFull() {
        return records.size() >= maxRecords;
    }

    /** Returns whether the record may join; one that has more bytes than a batch may still go alone. */
    boolean fits(PendingRecord record) {
        return records.size() < Math.min(maxRecords, record.company())
                && (records.isEmpty() || bytes + record.size() <= maxBytes);
    }

    /**
     * Takes a record that fits.
     *
     * @return whether it is sent; false if it is too old
     */
    boolean take(PendingRecord record) {
        if (record.bornNanos() <= tooOldAt) {
            tooOld.add(record);
            return false;
        }
        records.add(record);
        bytes += record.size();
        maxRecords = Math.min(maxRecords, record.company());
        return true;
    }

    /** Returns the records in the order in which to send them. */
    List<PendingRecord> records() {
        return records;
    }
}
