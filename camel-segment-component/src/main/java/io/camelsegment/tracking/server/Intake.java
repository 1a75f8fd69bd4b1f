package io.camelsegment.tracking.server;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Workload;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Admits new requests only while no admitted task waits for a thread, so that work under way goes first. Otherwise an
 * application at its limit would create the Exchanges of all requests at once, which then wait for each other. Each
 * event would mean some fifty objects that the garbage collector copies again and again; a request that waits outside
 * is one array of bytes.
 *
 * <p>It admits more, one at a time as each begins, while a stream in use has too few records for full batches and less
 * than half of the memory is taken. Otherwise an application with many streams would spend its time on calls with few
 * records.
 *
 * <p>Requests are admitted in order of arrival, whenever an admitted task begins or ends. Where nothing has moved for a
 * while, those inside block, as a route may, and nobody gains by waiting for them: callers call {@link #lookAgain} from
 * time to time. Thread-safe, lock-free.
 */
final class Intake implements Workload.Inflow {

    private final Queue<Runnable> outside = new ConcurrentLinkedQueue<>();
    private final AtomicLong moves = new AtomicLong();
    private final MemoryBudget budget;
    private final Workload workload;
    /** Requests admitted that have not begun. */
    private final Workload.Tasks entering;

    /**
     * Creates an intake.
     *
     * @param budget   counts the bytes of requests
     * @param workload the work of the senders
     */
    Intake(MemoryBudget budget, Workload workload) {
        this.budget = budget;
        this.workload = workload;
        this.entering = workload.newTasks();
    }

    /** Runs a request's task on an executor as soon as it is admitted. */
    void enter(Executor executor, Runnable task) {
        outside.add(() -> entering.execute(executor, task));
        admit();
    }

    /** Returns whether a request waits for admission. */
    boolean isAwaited() {
        return !outside.isEmpty();
    }

    /** Admits all requests that may be admitted now; all of them if no task has moved since the last call. */
    void lookAgain() {
        if (moves.getAndSet(0) == 0) {
            admitAll();
        } else {
            admit();
        }
    }

    /** Admits all requests that may be admitted now. */
    void admit() {
        while (workload.waitingTasks() == 0 || lacksRecords()) {
            Runnable next = outside.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    /** Admits everything, since nothing that moves will do so any more. */
    void close() {
        admitAll();
        entering.forget();
    }

    private void admitAll() {
        for (Runnable next = outside.poll(); next != null; next = outside.poll()) {
            next.run();
        }
    }

    private boolean lacksRecords() {
        return entering.waiting() == 0 && workload.lackingRecords() > 0 && budget.heldBytes() < budget.maxBytes() / 2;
    }

    @Override
    public void tasksMoved() {
        moves.incrementAndGet();
        admit();
    }

    /**
     * Prefers larger batches to an early end while requests wait. With a quarter of the memory taken, a stream without
     * a request in flight is one of many: it waits for more records instead of making a call for a few.
     */
    @Override
    public long burstEndsAt(long now, long oldest, long newest) {
        if (!isAwaited()) {
            return Workload.endOfBurst(now, oldest, newest);
        }
        boolean oneOfMany = budget.heldBytes() >= budget.maxBytes() / 4;
        return Workload.isPaused(now, newest) && !oneOfMany ? now : Workload.nextLook(now, oldest);
    }
}
