package io.camelsegment.delivery;

/**
 * One record on its way to a stream, from {@link BatchSender#send} to its callback. What it is made of may be read by any
 * thread; how far it has come is guarded by the sender's lock.
 */
public final class PendingRecord {

    private final byte[] data;
    private final String partitionKey;
    private final int size;
    private final boolean admitted;
    private final RecordCallback callback;

    private long bornNanos;
    private int attempts;
    private short company = Short.MAX_VALUE; // more than any service takes in a request
    private KeyLanes.Lane lane;

    /**
     * Makes a record. The data is shared, not copied, and must not be changed before the callback is called.
     *
     * @param data             what the service is to store
     * @param partitionKey     what the service spreads records by, and what they keep an {@link Ordering} by; null for neither
     * @param size             bytes as the service counts them, data and key together
     * @param admitted         whether the memory is already counted by whoever took the event in, see {@link MemoryBudget}
     * @param callback         told once how it ended
     */
    public PendingRecord(byte[] data, String partitionKey, int size, boolean admitted, RecordCallback callback) {
        this.data = data;
        this.partitionKey = partitionKey;
        this.size = size;
        this.admitted = admitted;
        this.callback = callback;
    }

    /** Returns what the service is to store, the very array. */
    public byte[] data() {
        return data;
    }

    /** Returns the partition key, null if the record has none. */
    public String partitionKey() {
        return partitionKey;
    }

    /** Returns the bytes of data and key as the service counts them. */
    public int size() {
        return size;
    }

    boolean isAdmitted() {
        return admitted;
    }

    RecordCallback callback() {
        return callback;
    }

    void born(long nanos) {
        bornNanos = nanos;
    }

    long bornNanos() {
        return bornNanos;
    }

    int attempts() {
        return attempts;
    }

    void attempted() {
        attempts++;
    }

    /** Returns the most records of a request that has this one. */
    int company() {
        return company;
    }

    void company(int mostRecords) {
        company = (short) mostRecords;
    }

    /** Returns the lane of its key while it is in flight or waits in it, so that it need not be looked up. */
    KeyLanes.Lane lane() {
        return lane;
    }

    void lane(KeyLanes.Lane ofItsKey) {
        lane = ofItsKey;
    }

    /** Names the size and the attempts, and none of the contents. */
    @Override
    public String toString() {
        return "PendingRecord[" + size + " bytes, " + attempts + " attempts]";
    }
}
