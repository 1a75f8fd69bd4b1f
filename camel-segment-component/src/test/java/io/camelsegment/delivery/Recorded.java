package io.camelsegment.delivery;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A record of a test and what its callback was told. */
final class Recorded {

    private final PendingRecord record;
    private int calls;
    private RecordResult result;
    private DeliveryException failure;

    private Recorded(String name, String key, int size, boolean admitted) {
        record = new PendingRecord(name.getBytes(StandardCharsets.UTF_8), key, size, admitted, this::settledAlone);
    }

    private Recorded(PendingRecord original, RecordCallback callback, int index) {
        record = new PendingRecord(
                original.data(), original.partitionKey(), original.size(), original.isAdmitted(), callback, index);
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

    /** Returns this record with a callback that others share. */
    Recorded sharing(RecordCallback callback, int index) {
        return new Recorded(record, callback, index);
    }

    static String name(PendingRecord record) {
        return new String(record.data(), StandardCharsets.UTF_8);
    }

    PendingRecord pending() {
        return record;
    }

    private void settledAlone(List<Settled> records) {
        if (records.size() != 1) {
            throw new AssertionError("expected one record, got " + records.size());
        }
        settle(records.get(0));
    }

    void settle(Settled outcome) {
        if (outcome.record() != record) {
            throw new AssertionError("expected " + name(record) + ", got " + name(outcome.record()));
        }
        calls++;
        result = outcome.result();
        failure = outcome.failure();
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
