package io.camelsegment.delivery;

import java.time.Duration;

/**
 * How one stream's records are gathered and sent. The names are Kafka's where Kafka has one. Thread-safe.
 *
 * @param batchRecords        a batch is closed at this many records, 1 to the service's limit
 * @param batchBytes          a batch is closed before the record that would make it larger, 1 to the service's limit; a
 *                            larger record goes alone
 * @param lingerTime          how long the oldest record of an unfilled batch waits for company; zero sends at once
 * @param batchWhenIdle       whether a record waits for {@code lingerTime} even when no request is in flight
 * @param maxInFlightRequests most requests under way at a time, at least 1
 * @param requestTimeout      how long an answer is awaited; then the outcome is unknown and its records are sent again
 * @param deliveryTimeout     from a record's arrival to its last attempt: no later attempt is begun, and the record fails
 * @param ordering            which order records of the same partition key keep
 */
public record BatchingSettings(
        int batchRecords,
        int batchBytes,
        Duration lingerTime,
        boolean batchWhenIdle,
        int maxInFlightRequests,
        Duration requestTimeout,
        Duration deliveryTimeout,
        Ordering ordering) {

    /**
     * Checks what can be checked without the service.
     *
     * @throws IllegalArgumentException naming the setting, its value and the allowed range
     */
    public BatchingSettings {
        atLeastOne("batchRecords", batchRecords);
        atLeastOne("batchBytes", batchBytes);
        atLeastOne("maxInFlightRequests", maxInFlightRequests);
        positive("requestTimeout", requestTimeout);
        positive("deliveryTimeout", deliveryTimeout);
        if (lingerTime.isNegative()) {
            throw new IllegalArgumentException("lingerTime must be 0 or more, was " + millis(lingerTime));
        }
        if (lingerTime.compareTo(deliveryTimeout) >= 0) {
            throw new IllegalArgumentException("lingerTime (" + millis(lingerTime)
                    + ") must be shorter than deliveryTimeout (" + millis(deliveryTimeout) + ")");
        }
    }

    /**
     * Checks the sizes against what the service takes.
     *
     * @return this
     * @throws IllegalArgumentException naming the setting, its value and the allowed range
     */
    public BatchingSettings within(ServiceLimits limits) {
        atMost("batchRecords", batchRecords, limits.batchRecords(), limits.service());
        atMost("batchBytes", batchBytes, limits.batchBytes(), limits.service());
        return this;
    }

    /** Returns the same settings with another number of records in a batch. */
    public BatchingSettings withBatchRecords(int records) {
        return new BatchingSettings(
                records,
                batchBytes,
                lingerTime,
                batchWhenIdle,
                maxInFlightRequests,
                requestTimeout,
                deliveryTimeout,
                ordering);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }

    private static void atMost(String name, int value, int limit, String service) {
        if (value > limit) {
            throw new IllegalArgumentException(
                    name + " must be at most " + limit + ", the limit of " + service + ", was " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, was " + millis(value));
        }
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
