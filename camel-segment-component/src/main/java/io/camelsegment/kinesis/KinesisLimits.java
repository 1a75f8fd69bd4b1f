package io.camelsegment.kinesis;

import io.camelsegment.delivery.ServiceLimits;

/** What Kinesis Data Streams takes. */
final class KinesisLimits {

    /**
     * 500 records and 10 MiB a request with all partition keys. A record, its data and its key, may have 1 MiB unless the
     * stream is set to take more, see {@link RecordLimit}.
     *
     * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
     * @see <a href="https://docs.aws.amazon.com/streams/latest/dev/large-records.html">Large records</a>, read 2026-11-21
     */
    static final ServiceLimits LIMITS = new ServiceLimits("Kinesis", 500, 10 << 20, RecordLimit.SMALLEST);

    private KinesisLimits() {}
}
