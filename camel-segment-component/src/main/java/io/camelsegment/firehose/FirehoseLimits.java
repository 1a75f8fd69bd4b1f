package io.camelsegment.firehose;

import io.camelsegment.delivery.ServiceLimits;

/** Limits of Amazon Data Firehose. */
final class FirehoseLimits {

    /**
     * 500 records and 4 MiB per request; 1,000 KiB per record before base64.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html">PutRecordBatch</a>
     * @see <a href="https://docs.aws.amazon.com/firehose/latest/dev/limits.html">Quotas</a>, read 2026-11-21
     */
    static final ServiceLimits LIMITS = new ServiceLimits("Firehose", 500, 4 << 20, 1_000 << 10);

    private FirehoseLimits() {}
}
