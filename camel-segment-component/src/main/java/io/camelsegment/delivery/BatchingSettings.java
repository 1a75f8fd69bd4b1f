package io.camelsegment.delivery;

import java.time.Duration;

/**
 * How the records of a stream are batched and sent. Names are Kafka's where Kafka has one. Thread-safe.
 *
 * @param batchRecords        most records in a batch, 1 to the service's limit
 * @param batchBytes          most bytes in a batch, 1 to the service's limit; a larger record goes alone
 * @param lingerTime          how long the oldest record of an unfilled batch waits for more; zero sends at once
 * @param batchWhenIdle       whether a record waits for {@code lingerTime} even when no request is in flight
 * @param maxInFlightRequests most requests in flight at a time, at least 1
 * @param requestTimeout      how long to wait for an answer; the records are then sent again, their outcome unknown
 * @param deliveryTimeout     time from a record's arrival in which attempts may begin; afterwards the record fails
 * @param ordering            order kept among records with the same partition key
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
     * Checks the settings that need no service.
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
     * Checks the sizes against the service's limits.
     *
     * @return this
     * @throws IllegalArgumentException naming the setting, its value and the allowed range
     */
    public BatchingSettings within(ServiceLimits limits) {
        atMost("batchRecords", batchRecords, limits.batchRecords(), limits.service());
        atMost("batchBytes", batchBytes, limits.batchBytes(), limits.service());
        return this;
    }

    /** Returns these settings with another number of records in a batch. */
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
