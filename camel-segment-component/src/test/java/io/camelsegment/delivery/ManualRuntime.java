package io.camelsegment.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A {@link SenderRuntime} in which nothing happens by itself: the test runs the tasks and moves the time. */
final class ManualRuntime {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::at));
    private final MemoryBudget budget;
    private final Workload workload = new Workload();
    private double jitter = 0.5;
    private long now;
    private int alarmsSet;

    ManualRuntime() {
        this(MemoryBudget.DEFAULT_MAX_BYTES);
    }

    ManualRuntime(long maxBufferedBytes) {
        budget = new MemoryBudget(maxBufferedBytes);
    }

    SenderRuntime runtime() {
        return new SenderRuntime(tasks::add, tasks::add, this::schedule, () -> now, () -> jitter, budget, workload);
    }

    private Future<?> schedule(Runnable task, long delayNanos) {
        alarmsSet++;
        CompletableFuture<Void> future = new CompletableFuture<>();
        alarms.add(new Alarm(now + delayNanos, task, future));
        return future;
    }

    /** Runs all tasks that are due now, and those they cause. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Runs what is due now and what becomes due on the way to the later time, each at its own time. */
    void advance(Duration duration) {
        long end = now + duration.toNanos();
        run();
        while (!alarms.isEmpty() && alarms.peek().at() <= end) {
            Alarm alarm = alarms.poll();
            now = Math.max(now, alarm.at());
            if (!alarm.future().isCancelled()) {
                alarm.task().run();
                run();
            }
        }
        now = end;
    }

    /** Moves the time to the next alarm and runs it; answers false if there is none. */
    boolean advanceToNextAlarm() {
        run();
        while (!alarms.isEmpty()) {
            Alarm alarm = alarms.peek();
            if (!alarm.future().isCancelled()) {
                advance(Duration.ofNanos(Math.max(0, alarm.at() - now)));
                return true;
            }
            alarms.poll();
        }
        return false;
    }

    void jitter(double value) {
        jitter = value;
    }

    long nowMillis() {
        return Duration.ofNanos(now).toMillis();
    }

    int alarmsSet() {
        return alarmsSet;
    }

    Workload workload() {
        return workload;
    }

    MemoryBudget budget() {
        return budget;
    }

    private record Alarm(long at, Runnable task, CompletableFuture<Void> future) {}
}
