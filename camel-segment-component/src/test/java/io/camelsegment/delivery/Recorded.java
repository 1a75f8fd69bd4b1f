package io.camelsegment.delivery;

import java.nio.charset.StandardCharsets;

/** A record of a test and what its callback was told. */
final class Recorded implements RecordCallback {

    private final PendingRecord record;
    private int calls;
    private RecordResult result;
    private DeliveryException failure;

    private Recorded(String name, int size, boolean admitted) {
        record = new PendingRecord(name.getBytes(StandardCharsets.UTF_8), name, size, admitted, this);
    }

    static Recorded record(String name) {
        return record(name, 10);
    }

    static Recorded record(String name, int size) {
        return new Recorded(name, size, false);
    }

    static Recorded admitted(String name, int size) {
        return new Recorded(name, size, true);
    }

    static String name(PendingRecord record) {
        return record.partitionKey();
    }

    PendingRecord pending() {
        return record;
    }

    @Override
    public void delivered(RecordResult where) {
        calls++;
        result = where;
    }

    @Override
    public void failed(DeliveryException reason) {
        calls++;
        failure = reason;
    }

    int calls() {
        return calls;
    }

    boolean isDelivered() {
        return calls == 1 && result != null && failure == null;
    }

    RecordResult result() {
        return result;
    }

    DeliveryException failure() {
        return failure;
    }

    @Override
    public String toString() {
        return name(record) + (calls == 0 ? " open" : isDelivered() ? " delivered" : " failed");
    }
}
