package io.camelsegment.delivery;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Workload of an application's senders: tasks that wait for a thread, and records that active streams lack for full
 * batches. A source of records checks it before it admits more. Thread-safe, lock-free.
 */
public final class Workload {

    /** A source of records. Implementations are thread-safe and do not block. */
    public interface Inflow {

        /**
         * Called when a {@linkplain Tasks counted} task begins and when it has ended, on its thread, and when such
         * tasks are forgotten.
         */
        void tasksMoved();

        /**
         * Returns when an idle stream stops waiting for the rest of a burst of records. Called again at that time,
         * unless a record has come since. Times are in nanoseconds.
         *
         * @param oldest when the oldest waiting record was accepted
         * @param newest when the last record was accepted
         * @return not after {@code now} to send at once
         */
        long burstEndsAt(long now, long oldest, long newest);
    }

    /** Pause after the last record that ends a burst. */
    private static final long BURST_PAUSE_NANOS = 1_000_000;

    /** Longest wait of a record for the end of a burst. */
    private static final long LONGEST_BURST_NANOS = 8_000_000;

    private final List<Tasks> tasks = new CopyOnWriteArrayList<>();
    private final AtomicInteger lackingRecords = new AtomicInteger();
    private final List<Inflow> inflows = new CopyOnWriteArrayList<>();

    /**
     * Returns when a burst ends by default: at a pause of 1 ms, or when its oldest record is 8 ms old. Without the
     * pause the first event of a request would be sent alone, ahead of those parsed with it.
     */
    public static long endOfBurst(long now, long oldest, long newest) {
        return isPaused(now, newest) ? now : Math.min(nextLook(now, oldest), oldest + LONGEST_BURST_NANOS);
    }

    /** Returns whether the pause since the last record has ended the burst. */
    public static boolean isPaused(long now, long newest) {
        return now - newest >= BURST_PAUSE_NANOS;
    }

    /** Returns when to check a burst again: at doubling ages, so that a long burst costs a handful of wake-ups. */
    public static long nextLook(long now, long oldest) {
        return now + Math.max(BURST_PAUSE_NANOS, now - oldest);
    }

    /** Adds a source of new records. */
    public void add(Inflow inflow) {
        inflows.add(inflow);
    }

    /** Removes a source that brings no more records. */
    public void remove(Inflow inflow) {
        inflows.remove(inflow);
    }

    /** Returns a new group of tasks, to be {@linkplain Tasks#forget forgotten} with its threads. */
    public Tasks newTasks() {
        Tasks group = new Tasks();
        tasks.add(group);
        return group;
    }

    /** Returns the number of counted tasks that wait for a thread. */
    public int waitingTasks() {
        int waiting = 0;
        for (Tasks group : tasks) {
            waiting += group.waiting();
        }
        return waiting;
    }

    /** Returns the number of records that all active streams lack to have enough. */
    public int lackingRecords() {
        return lackingRecords.get();
    }

    /**
     * Updates the number of unfinished records of a stream.
     *
     * @param before the number at the last update
     * @param now    the number now
     * @param enough the number that the stream can use
     */
    public void recordsChanged(long before, long now, int enough) {
        int more = lacking(now, enough) - lacking(before, enough);
        if (more != 0) {
            lackingRecords.addAndGet(more);
        }
    }

    private static int lacking(long records, int enough) {
        return records == 0 || records >= enough ? 0 : enough - (int) records;
    }

    /** Returns the latest end that a source of records tells; by default {@link #endOfBurst}. */
    long burstEndsAt(long now, long oldest, long newest) {
        long end = inflows.isEmpty() ? endOfBurst(now, oldest, newest) : Long.MIN_VALUE;
        for (Inflow inflow : inflows) {
            end = Math.max(end, inflow.burstEndsAt(now, oldest, newest));
        }
        return end;
    }

    /** Counts tasks until they begin. Thread-safe, lock-free. */
    public final class Tasks {

        private final AtomicInteger waiting = new AtomicInteger();

        private Tasks() {}

        /** Returns the number of these tasks that wait for a thread. */
        public int waiting() {
            return waiting.get();
        }

        /** Returns an executor whose tasks are counted. */
        public Executor on(Executor executor) {
            return task -> execute(executor, task);
        }

        /** Runs a task on an executor, and counts it until it begins or is refused. */
        public void execute(Executor executor, Runnable task) {
            AtomicBoolean waits = new AtomicBoolean(true); // an executor may run a task, or take it, and still throw
            boolean taken = false;
            waiting.incrementAndGet();
            try {
                executor.execute(() -> run(task, waits));
                taken = true;
            } finally {
                if (!taken) {
                    begun(waits);
                }
            }
        }

        private void begun(AtomicBoolean waits) {
            if (waits.getAndSet(false)) {
                waiting.decrementAndGet();
            }
        }

        private void run(Runnable task, AtomicBoolean waits) {
            begun(waits);
            inflows.forEach(Inflow::tasksMoved);
            try {
                task.run();
            } finally {
                inflows.forEach(Inflow::tasksMoved);
            }
        }

        /** Counts these tasks no more: threads that have stopped begin none, and blocked ones begin them late. */
        public void forget() {
            tasks.remove(this);
            inflows.forEach(Inflow::tasksMoved);
        }
    }
}
