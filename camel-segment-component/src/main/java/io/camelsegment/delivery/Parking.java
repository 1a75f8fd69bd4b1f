package io.camelsegment.delivery;

import java.time.Duration;

/**
 * Circuit breaker of a stream that stores nothing until an operator mends it. While parked, records are refused at
 * once; after an interval one is admitted as a trial, and the interval doubles from 1 s to 60 s while trials fail. The
 * time is an argument, in nanoseconds. Not thread-safe: guarded by the sender's lock.
 */
final class Parking {

    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();

    private RecordResult cause;
    private long intervalNanos;
    private long trialAt;
    private boolean trialUnderWay;

    /** Returns why the stream is parked; null if it is not. */
    RecordResult cause() {
        return cause;
    }

    /** Returns whether a new record is admitted; while parked, that record is the trial. */
    boolean admits(long now) {
        if (cause == null) {
            return true;
        }
        if (trialUnderWay || now < trialAt) {
            return false;
        }
        trialUnderWay = true;
        return true;
    }

    /**
     * Parks the stream, for longer after a failed trial.
     *
     * @return whether it was not parked before
     */
    boolean park(RecordResult why, long now) {
        boolean first = cause == null;
        if (first) {
            intervalNanos = FIRST_NANOS;
        } else if (trialUnderWay) {
            intervalNanos = Math.min(2 * intervalNanos, LONGEST_NANOS);
        }
        cause = why;
        trialUnderWay = false;
        trialAt = now + intervalNanos;
        return first;
    }

    /** Ends the parking. */
    void heal() {
        cause = null;
        trialUnderWay = false;
    }

    /** Returns the time until the next trial, never negative. */
    Duration retryAfter(long now) {
        return Duration.ofNanos(Math.max(0, trialAt - now));
    }
}
