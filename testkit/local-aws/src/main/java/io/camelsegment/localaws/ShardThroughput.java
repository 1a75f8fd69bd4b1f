package io.camelsegment.localaws;

import java.time.Instant;

/**
 * Throughput limit of a shard: 1,000 records and 1 MiB per second, with a burst of one second. An idle shard admits a
 * record larger than the burst, and owes for it. Guarded by the stream's lock.
 *
 * @see <a href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas and limits</a>
 */
final class ShardThroughput {
    /** One record in each millisecond. */
    private static final long RECORDS_PER_SECOND = 1000;

    private static final long BYTES_PER_SECOND = 1024 * 1024;
    private static final long MILLIS = 1000;

    private long records = RECORDS_PER_SECOND;
    private long thousandthsOfBytes = BYTES_PER_SECOND * MILLIS;
    private long filledAtMillis = Long.MIN_VALUE;

    /**
     * Admits a record if there is room.
     *
     * @param bytes data and partition key
     */
    boolean admit(int bytes, Instant now) {
        refill(now.toEpochMilli());
        if (records < 1 || thousandthsOfBytes < Math.min(bytes, BYTES_PER_SECOND) * MILLIS) {
            return false;
        }
        records--;
        thousandthsOfBytes -= bytes * MILLIS;
        return true;
    }

    private void refill(long nowMillis) {
        if (filledAtMillis == Long.MIN_VALUE) {
            filledAtMillis = nowMillis;
        }
        // A clock that was set back counts as standing still; a minute pays the debt of the largest record.
        long elapsed = Math.min(Math.max(nowMillis - filledAtMillis, 0), 60 * MILLIS);
        records = Math.min(records + elapsed, RECORDS_PER_SECOND);
        thousandthsOfBytes = Math.min(thousandthsOfBytes + elapsed * BYTES_PER_SECOND, BYTES_PER_SECOND * MILLIS);
        filledAtMillis = Math.max(filledAtMillis, nowMillis);
    }
}
