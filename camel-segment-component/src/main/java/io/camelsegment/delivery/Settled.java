package io.camelsegment.delivery;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A record with its final result: either {@code result} or {@code failure} is null.
 *
 * @param result  the delivery; null if the record was refused or given up
 * @param failure why the record was refused or given up; null if delivered
 */
public record Settled(PendingRecord record, RecordResult result, DeliveryException failure) {

    /** Returns records in one list for each callback, in their order. */
    static List<List<Settled>> byCallback(List<Settled> all) {
        List<List<Settled>> runs = new ArrayList<>();
        boolean continues = false;
        for (int start = 0, end; start < all.size(); start = end) {
            PendingRecord first = all.get(start).record();
            end = start + 1;
            while (end < all.size() && all.get(end).record().callback() == first.callback()) {
                end++;
            }
            continues |= first.index() > 0;
            runs.add(all.subList(start, end));
        }
        // Of two runs with one callback at most one begins with its first record.
        return continues && runs.size() > 1 ? join(runs) : runs;
    }

    private static List<List<Settled>> join(List<List<Settled>> runs) {
        List<List<Settled>> joined = new ArrayList<>(runs.size());
        IdentityHashMap<RecordCallback, List<Settled>> ofCallback = new IdentityHashMap<>(runs.size());
        for (List<Settled> run : runs) {
            ofCallback
                    .computeIfAbsent(run.get(0).record().callback(), callback -> {
                        List<Settled> added = new ArrayList<>();
                        joined.add(added);
                        return added;
                    })
                    .addAll(run);
        }
        return joined;
    }
}
