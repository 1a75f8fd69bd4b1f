package io.camelsegment.delivery;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A request in flight: its records in order, and when it was sent. Not thread-safe: the pump owns the answer, the
 * sender's lock guards the rest.
 */
final class Batch {

    private final List<PendingRecord> records;
    private final long sentNanos;
    private final int recordsInFlight;
    private boolean overdue;
    private boolean callEnded;
    private boolean abandoned;
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

    /** Returns the number of records in flight when it was sent, its own included. */
    int recordsInFlight() {
        return recordsInFlight;
    }

    /** Returns whether the answer is overdue, so that the request is being cancelled. */
    boolean isOverdue() {
        return overdue;
    }

    void overdue() {
        overdue = true;
    }

    /** Returns whether its records were given up, so that nobody awaits the answer. */
    boolean isAbandoned() {
        return abandoned;
    }

    void abandon() {
        abandoned = true;
    }

    /** Ends its call; returns false if it was ended before. */
    boolean endCall() {
        boolean ends = !callEnded;
        callEnded = true;
        return ends;
    }

    /** Returns the future answer; null until the request is made. */
    CompletableFuture<List<RecordResult>> answer() {
        return answer;
    }

    void answeredBy(CompletableFuture<List<RecordResult>> future) {
        answer = future;
    }
}
