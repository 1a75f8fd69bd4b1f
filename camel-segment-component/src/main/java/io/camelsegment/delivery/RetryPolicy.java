package io.camelsegment.delivery;

import java.time.Duration;

/**
 * Wait of a failed record before its next attempt: {@code jitter * min(maxBackoff, backoff * 2^(attempts - 1))}, known
 * as "full jitter". Attempts are unlimited; the record's age ends the retries. Thread-safe.
 *
 * @param backoff    upper bound of the wait after the first attempt, more than 0
 * @param maxBackoff upper bound of any wait
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and
 *     jitter</a>
 */
public record RetryPolicy(Duration backoff, Duration maxBackoff) {

    /** The default: 50 ms, doubling to 5 s. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(Duration.ofMillis(50), Duration.ofSeconds(5));

    /**
     * Returns the wait in nanoseconds.
     *
     * @param attempts attempts so far, at least 1
     * @param jitter   0 (inclusive) to 1 (exclusive), random
     */
    long delayNanos(int attempts, double jitter) {
        long cap = maxBackoff.toNanos();
        int doublings = attempts - 1;
        long first = backoff.toNanos();
        // Compared before the shift, which could overflow.
        long bound = doublings >= Long.numberOfLeadingZeros(first) - 1 ? cap : Math.min(cap, first << doublings);
        return (long) (jitter * bound);
    }
}
