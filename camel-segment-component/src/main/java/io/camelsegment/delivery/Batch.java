package io.camelsegment.delivery;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One request under way: its records in order, and when it was sent. The answer belongs to the pump, the rest to the lock. */
final class Batch {

    private final List<PendingRecord> records;
    private final long sentNanos;
    private final int recordsInFlight;
    private boolean overdue;
    private CompletableFuture<List<RecordResult>> answer;

    Batch(List<PendingRecord> records, long sentNanos, int recordsInFlight) {
        this.records = records;
        this.sentNanos = sentNanos;
        this.recordsInFlight = recordsInFlight;
    }

    List<PendingRecord> records() {
        return records;
    }

    long sentNanos() {
        return sentNanos;
    }

    /** Returns how many records were in flight when it was sent, its own among them. */
    int recordsInFlight() {
        return recordsInFlight;
    }

    /** Returns whether the answer was awaited for too long and the request is being cancelled. */
    boolean isOverdue() {
        return overdue;
    }

    void overdue() {
        overdue = true;
    }

    /** Returns the answer to come, null while the request is being made. */
    CompletableFuture<List<RecordResult>> answer() {
        return answer;
    }

    void answeredBy(CompletableFuture<List<RecordResult>> future) {
        answer = future;
    }
}
