package io.camelsegment.delivery;

/**
 * What a service takes in one request. Numbers only; each service's values stand beside its transport. Thread-safe.
 *
 * @param service      the service's name for messages, such as {@code Kinesis}
 * @param batchRecords most records in one request
 * @param batchBytes   most bytes in one request, all records together, as the service counts them
 * @param recordBytes  most bytes of one record, as the service counts them
 */
public record ServiceLimits(String service, int batchRecords, int batchBytes, int recordBytes) {

    /** Returns the same limits with another number of records in a request. */
    public ServiceLimits withBatchRecords(int records) {
        return new ServiceLimits(service, records, batchBytes, recordBytes);
    }
}
