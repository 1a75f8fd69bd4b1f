package io.camelsegment.kinesis;

import io.camelsegment.delivery.ServiceLimits;

/** Limits of Kinesis Data Streams. */
final class KinesisLimits {

    /**
     * 500 records and 10 MiB per request, partition keys included. 1 MiB per record, data and key, unless the stream
     * allows more; see {@link RecordLimit}.
     *
     * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
     * @see <a href="https://docs.aws.amazon.com/streams/latest/dev/large-records.html">Large records</a>, read
     *     2026-11-21
     */
    static final ServiceLimits LIMITS = new ServiceLimits("Kinesis", 500, 10 << 20, RecordLimit.SMALLEST);

    private KinesisLimits() {}
}
