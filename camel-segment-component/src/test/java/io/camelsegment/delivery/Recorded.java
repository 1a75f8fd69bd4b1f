package io.camelsegment.delivery;

import java.nio.charset.StandardCharsets;

/** A record of a test and what its callback was told. */
final class Recorded implements RecordCallback {

    private final PendingRecord record;
    private int calls;
    private RecordResult result;
    private DeliveryException failure;

    private Recorded(String name, String key, int size, boolean admitted) {
        record = new PendingRecord(name.getBytes(StandardCharsets.UTF_8), key, size, admitted, this);
    }

    static Recorded record(String name) {
        return record(name, 10);
    }

    static Recorded record(String name, int size) {
        return new Recorded(name, name, size, false);
    }

    /** A record whose key is the first letter of its name. */
    static Recorded keyed(String name) {
        return new Recorded(name, name.substring(0, 1), 10, false);
    }

    /** A record as {@link io.camelsegment.testing.OrderLog} names it. */
    static Recorded numbered(String key, int number, int size) {
        return new Recorded(key + "-" + number, key, size, false);
    }

    static Recorded admitted(String name, int size) {
        return new Recorded(name, name, size, true);
    }

    static String name(PendingRecord record) {
        return new String(record.data(), StandardCharsets.UTF_8);
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
