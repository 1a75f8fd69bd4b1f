package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The callback of several records, and the indexes that each of its calls had. */
final class SharedCallback implements RecordCallback {

    private final List<Recorded> records = new ArrayList<>();
    private final List<List<Integer>> calls = new ArrayList<>();

    SharedCallback(List<Recorded> records) {
        for (Recorded record : records) {
            this.records.add(record.sharing(this, this.records.size()));
        }
    }

    static SharedCallback of(String... names) {
        List<Recorded> records = new ArrayList<>();
        for (String name : names) {
            records.add(Recorded.record(name));
        }
        return new SharedCallback(records);
    }

    /**
     * Sends records one by one, or together with a shared callback.
     *
     * @return those that the stream did not refuse because it is parked
     */
    static List<Recorded> send(BatchSender sender, List<Recorded> records, Random random) {
        if (random.nextBoolean()) {
            SharedCallback callback = new SharedCallback(records);
            List<Recorded> taken = new ArrayList<>(callback.records());
            for (Settled refused : sender.sendAll(callback.pending())) {
                assertThat(refused.failure()).isInstanceOf(StreamParkedException.class);
                taken.remove(callback.records().get(refused.record().index()));
            }
            return taken;
        }
        List<Recorded> taken = new ArrayList<>();
        for (Recorded record : records) {
            try {
                sender.send(record.pending());
                taken.add(record);
            } catch (StreamParkedException e) {
                assertThat(e.isRetryable()).isTrue();
            }
        }
        return taken;
    }

    List<Recorded> records() {
        return records;
    }

    List<PendingRecord> pending() {
        return records.stream().map(Recorded::pending).toList();
    }

    @Override
    public void settled(List<Settled> settled) {
        calls.add(settled.stream().map(one -> one.record().index()).toList());
        settled.forEach(one -> records.get(one.record().index()).settle(one));
    }

    /** Returns the indexes of each call. */
    List<List<Integer>> calls() {
        return calls;
    }
}
