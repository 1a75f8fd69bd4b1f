package io.camelsegment.delivery;

/**
 * Limits of a service's requests. Each service's values are in its own package. Thread-safe.
 *
 * @param service      the service's name in messages
 * @param requestRecords most records in a request
 * @param batchRecords most records in a batch: of a request, unless several are packed into one
 * @param batchBytes   most bytes in a request, all records together, as the service counts them
 * @param recordBytes  most bytes of a record, as the service counts them
 */
public record ServiceLimits(String service, int requestRecords, int batchRecords, int batchBytes, int recordBytes) {

    /** Creates limits whose batches are requests. */
    public ServiceLimits(String service, int batchRecords, int batchBytes, int recordBytes) {
        this(service, batchRecords, batchRecords, batchBytes, recordBytes);
    }

    /** Returns these limits with another number of records in a batch. */
    public ServiceLimits withBatchRecords(int records) {
        return new ServiceLimits(service, requestRecords, records, batchBytes, recordBytes);
    }
}
