package io.camelsegment.delivery;

import java.util.Set;

/**
 * A record on its way to a stream, from {@link BatchSender#send} to its callback. Any thread may read its contents; the
 * sender's lock guards its progress.
 */
public final class PendingRecord {

    private final byte[] data;
    private final String partitionKey;
    private final int size;
    private final boolean admitted;
    private final RecordCallback callback;
    private final int index;

    private long bornNanos;
    private int attempts;
    private short batchLimit = Short.MAX_VALUE; // more than any request holds
    private boolean waitsUnsent;
    private KeyLanes.Lane lane;
    /** Null for none. */
    private Set<String> traceParents;

    /** Creates a record with a callback of its own; see the other constructor. */
    public PendingRecord(byte[] data, String partitionKey, int size, boolean admitted, RecordCallback callback) {
        this(data, partitionKey, size, admitted, callback, 0);
    }

    /**
     * Creates a record. The data is shared, not copied, and must not change before the callback is called.
     *
     * @param data         the bytes to store
     * @param partitionKey the key that spreads records over partitions and defines their {@link Ordering}; null for
     *     none
     * @param size         bytes of data and key as the service counts them
     * @param admitted     whether the HTTP consumer has already acquired memory for the event, see {@link MemoryBudget}
     * @param callback     gets the result once, perhaps together with others
     * @param index        position among the records of its callback, each with its own; 0 for one alone
     */
    public PendingRecord(
            byte[] data, String partitionKey, int size, boolean admitted, RecordCallback callback, int index) {
        this.data = data;
        this.partitionKey = partitionKey;
        this.size = size;
        this.admitted = admitted;
        this.callback = callback;
        this.index = index;
    }

    /** Returns the bytes to store; the array itself, not a copy. */
    public byte[] data() {
        return data;
    }

    /** Returns the partition key; null if the record has none. */
    public String partitionKey() {
        return partitionKey;
    }

    /** Returns the bytes of data and key as the service counts them. */
    public int size() {
        return size;
    }

    /** Returns the position among the records of its callback. */
    public int index() {
        return index;
    }

    /** Returns what names the traces that it belongs to, for the transport; null for none. */
    public Set<String> traceParents() {
        return traceParents;
    }

    /**
     * Sets what names the traces that it belongs to. To be called before it is sent.
     *
     * @param names not changed later; null for none
     */
    public void setTraceParents(Set<String> names) {
        traceParents = names;
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

    /** Returns the most records in a request with this one. */
    int batchLimit() {
        return batchLimit;
    }

    void batchLimit(int records) {
        batchLimit = (short) records;
    }

    /** Returns the lane of its key while it is in flight or waits in it; saves a look-up. */
    KeyLanes.Lane lane() {
        return lane;
    }

    void lane(KeyLanes.Lane ofItsKey) {
        lane = ofItsKey;
    }

    /** Returns whether it waits in its lane and was never sent. */
    boolean waitsUnsent() {
        return waitsUnsent;
    }

    void waitsUnsent(boolean waits) {
        waitsUnsent = waits;
    }

    /** Names the size and the attempts, nothing of the contents. */
    @Override
    public String toString() {
        return "PendingRecord[" + size + " bytes, " + attempts + " attempts]";
    }
}
