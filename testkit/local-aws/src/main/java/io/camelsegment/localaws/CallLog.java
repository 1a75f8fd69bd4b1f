package io.camelsegment.localaws;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The calls made: exact counts of all, and the most recent ones. Calls are executed under this log's lock, so once a
 * record, stream or role of a call is visible, the call is in the log. Thread-safe.
 */
public final class CallLog {
    /** Most calls that {@link #recent} returns. */
    public static final int MOST_RECENT = 1000;

    private final ActionNames names;
    private final Map<String, Counts> countsByAction = new HashMap<>();
    private final ArrayDeque<Call> recent = new ArrayDeque<>();

    CallLog(ActionNames names) {
        this.names = names;
    }

    /**
     * Counts the calls of an action.
     *
     * @param action {@code kinesis:PutRecords}, {@code PutRecords}, {@code kinesis:*} or {@code *}
     * @throws IllegalArgumentException if no service has such an action
     */
    public synchronized CallStatistics of(String action) {
        ActionNames.Pattern pattern = names.pattern(action);
        Counts sum = new Counts();
        countsByAction.forEach((name, counts) -> {
            if (pattern.matches(name)) {
                sum.add(counts);
            }
        });
        return new CallStatistics(
                sum.calls,
                sum.failedCalls,
                sum.records,
                sum.refusedRecords,
                Collections.unmodifiableSortedMap(sum.callsByRecords));
    }

    /** The last calls, oldest first, {@value #MOST_RECENT} at most. */
    public synchronized List<Call> recent() {
        return new ArrayList<>(recent);
    }

    /** Forgets all calls. */
    public synchronized void clear() {
        countsByAction.clear();
        recent.clear();
    }

    synchronized void add(Call call) {
        countsByAction.computeIfAbsent(call.action(), action -> new Counts()).add(call);
        if (recent.size() == MOST_RECENT) {
            recent.removeFirst();
        }
        recent.addLast(call);
    }

    private static final class Counts {
        private long calls;
        private long failedCalls;
        private long records;
        private long refusedRecords;
        private final SortedMap<Integer, Long> callsByRecords = new TreeMap<>();

        void add(Call call) {
            calls++;
            if (call.failed()) {
                failedCalls++;
            } else {
                records += call.records();
                refusedRecords += call.refusedRecords();
                callsByRecords.merge(call.records(), 1L, Long::sum);
            }
        }

        void add(Counts other) {
            calls += other.calls;
            failedCalls += other.failedCalls;
            records += other.records;
            refusedRecords += other.refusedRecords;
            other.callsByRecords.forEach((size, count) -> callsByRecords.merge(size, count, Long::sum));
        }
    }
}
