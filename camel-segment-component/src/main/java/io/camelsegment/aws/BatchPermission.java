package io.camelsegment.aws;

import java.time.Duration;

/**
 * Decides whether to try the batch call. After a denial it is tried again at an interval that doubles from 1 s to 60 s,
 * so that a mended policy takes effect without a restart. Times are arguments, in nanoseconds. Thread-safe.
 */
final class BatchPermission {

    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();

    /** 0 while the call is not denied. */
    private long intervalNanos;

    private long trialAt;
    private boolean trialUnderWay;

    /** Returns whether to try the batch call now. After a denial, true for one caller per interval. */
    synchronized boolean mayTry(long now) {
        if (intervalNanos == 0) {
            return true;
        }
        if (now - trialAt < 0) {
            return false;
        }
        trialUnderWay = true;
        trialAt = now + intervalNanos;
        return true;
    }

    /** Notes a denial. Returns whether the call was not denied before. */
    synchronized boolean denied(long now) {
        boolean first = intervalNanos == 0;
        if (first) {
            intervalNanos = FIRST_NANOS;
            trialAt = now + intervalNanos;
        } else if (trialUnderWay) {
            intervalNanos = Math.min(2 * intervalNanos, LONGEST_NANOS);
            trialAt = now + intervalNanos;
        }
        trialUnderWay = false;
        return first;
    }

    /** Allows the next request to try the batch call. */
    synchronized void tryNext(long now) {
        trialAt = now;
    }

    /** Notes a success. Returns whether the call was denied before. */
    synchronized boolean granted() {
        boolean news = intervalNanos != 0;
        intervalNanos = 0;
        trialUnderWay = false;
        return news;
    }

    synchronized boolean isDenied() {
        return intervalNanos != 0;
    }
}
