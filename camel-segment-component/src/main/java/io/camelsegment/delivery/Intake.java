package io.camelsegment.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets new work in while nothing that is in waits for a thread, so that work on its way goes before new work. Otherwise an
 * application at its limit would make Exchanges of all requests at once, which then wait for each other: some fifty objects for each
 * event, which the garbage collector copies again and again, where a request that waits outside is one array of bytes.
 *
 * <p>It lets in more, one by one as they begin, as long as a stream that is in use has too few records for full batches and not half of the
 * memory is taken: an application with many streams would else spend its time on calls with a few records each, and so never come to
 * those that would fill them.
 *
 * <p>Thread-safe, lock-free. What waits outside comes in, first come, first served, when a task inside ends; if those inside take long
 * because they block, when {@link #letIn} is called.
 */
public final class Intake {

    /** Whether something waits to come in, and how much is inside. */
    enum Pressure {
        /** Nothing waits: what comes is let in at once. */
        NONE,
        /** Something waits. */
        SOME,
        /** Something waits, and so much is inside that a stream without a request in flight is one of many. */
        FULL
    }

    /** Of a stream: a full batch under way, and the next one. */
    private static final int ENOUGH_RECORDS = 2 * 500;

    private final Queue<Runnable> outside = new ConcurrentLinkedQueue<>();
    /** Tasks inside that have not begun. */
    private final AtomicInteger waiting = new AtomicInteger();
    /** Those of them that have just come in. */
    private final AtomicInteger entering = new AtomicInteger();

    /** Records that streams in use would need to have enough of them. */
    private final AtomicInteger lacking = new AtomicInteger();

    private final MemoryBudget budget;

    /** Makes an intake for work that is counted against this budget. */
    public Intake(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Takes note of how many records a stream has that are not over yet: of how many now, and how many by the note before. */
    void recordsChanged(long before, long now) {
        int more = lacking(now) - lacking(before);
        if (more != 0) {
            lacking.addAndGet(more);
        }
    }

    private static int lacking(long records) {
        return records == 0 || records >= ENOUGH_RECORDS ? 0 : ENOUGH_RECORDS - (int) records;
    }

    /** Returns how many records all streams in use lack. */
    int lacking() {
        return lacking.get();
    }

    /** Returns an executor whose tasks are inside. */
    public Executor inside(Executor executor) {
        return task -> handOver(executor, () -> run(task), waiting);
    }

    private void run(Runnable task) {
        waiting.decrementAndGet();
        try {
            task.run();
        } finally {
            letIn();
        }
    }

    /** Has an executor run a task from outside as soon as it is let in. */
    public void enter(Executor executor, Runnable task) {
        outside.add(() -> {
            Runnable begun = () -> {
                entering.decrementAndGet();
                task.run();
            };
            handOver(inside(executor), begun, entering);
        });
        letIn();
    }

    /** Counts a task, which takes itself off when it begins; one that is not taken is not counted. */
    private static void handOver(Executor executor, Runnable task, AtomicInteger count) {
        boolean taken = false;
        count.incrementAndGet();
        try {
            executor.execute(task);
            taken = true;
        } finally {
            if (!taken) {
                count.decrementAndGet();
            }
        }
    }

    /** Returns whether something waits outside. */
    public boolean isAwaited() {
        return !outside.isEmpty();
    }

    /** Returns how it is now. */
    Pressure pressure() {
        if (!isAwaited()) {
            return Pressure.NONE;
        }
        return budget.heldBytes() >= budget.maxBytes() / 4 ? Pressure.FULL : Pressure.SOME;
    }

    /** Lets in what may come in. */
    public void letIn() {
        while (waiting.get() == 0 || lacksRecords()) {
            Runnable next = outside.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    private boolean lacksRecords() {
        return entering.get() == 0 && lacking.get() > 0 && budget.heldBytes() < budget.maxBytes() / 2;
    }
}
