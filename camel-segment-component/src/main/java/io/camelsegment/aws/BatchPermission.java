package io.camelsegment.aws;

import java.time.Duration;

/**
 * Whether the batch call is worth trying. Once it was denied it is tried again at an interval that doubles from 1 s to 60 s,
 * so that a mended policy is noticed without a restart. Times are arguments, in nanoseconds. Thread-safe.
 */
final class BatchPermission {

    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();

    /** 0 while nothing was denied. */
    private long intervalNanos;

    private long trialAt;
    private boolean trialUnderWay;

    /** Returns whether to try the batch call now; when it was denied before, only one caller at a time is told so. */
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

    /** Returns whether this is news. */
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

    /** Lets the next request try the batch call. */
    synchronized void tryNext(long now) {
        trialAt = now;
    }

    /** Returns whether this is news. */
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
