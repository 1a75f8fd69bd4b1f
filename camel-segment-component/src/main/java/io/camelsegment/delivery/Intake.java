package io.camelsegment.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets new work in only while nothing that is in waits for a thread, so that work on its way goes before new work. Otherwise an
 * application at its limit would make Exchanges of all requests at once, which then wait for each other: some fifty objects for each
 * event, which the garbage collector copies again and again, where a request that waits outside is one array of bytes.
 *
 * <p>It lets in more, one at a time, as long as there are too few records for full batches: an application with many streams would else
 * spend its time on calls with a few records each, and so have no time to let in those that would fill them.
 *
 * <p>Thread-safe, lock-free. What waits outside comes in, first come, first served, when a task inside ends; if those inside take long
 * because they block, when {@link #letIn} is called.
 */
public final class Intake {

    /** For each stream a full batch under way, and the next one. */
    private static final int ENOUGH_RECORDS = 2 * 500;

    private final Queue<Runnable> outside = new ConcurrentLinkedQueue<>();
    /** Tasks inside that have not begun. */
    private final AtomicInteger waiting = new AtomicInteger();
    /** Those of them that have just come in. */
    private final AtomicInteger entering = new AtomicInteger();

    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger records = new AtomicInteger();

    /** Counts a stream, by 1 when it is opened and by -1 when it is closed. */
    public void addStreams(int more) {
        streams.addAndGet(more);
    }

    /** Returns the count of records that streams have taken and not yet ended, which is the streams' to keep. */
    public AtomicInteger records() {
        return records;
    }

    /** Returns an executor whose tasks are inside. */
    public Executor inside(Executor executor) {
        return task -> {
            waiting.incrementAndGet();
            try {
                executor.execute(() -> run(task));
            } catch (RuntimeException e) {
                waiting.decrementAndGet();
                throw e;
            }
        };
    }

    private void run(Runnable task) {
        waiting.decrementAndGet();
        try {
            task.run();
        } finally {
            letIn();
        }
    }

    /** Has an executor run a task from outside as soon as nothing inside waits for a thread. */
    public void enter(Executor executor, Runnable task) {
        outside.add(() -> {
            entering.incrementAndGet();
            try {
                inside(executor).execute(() -> {
                    entering.decrementAndGet();
                    task.run();
                });
            } catch (RuntimeException e) {
                entering.decrementAndGet();
                throw e;
            }
        });
        letIn();
    }

    /** Returns whether something waits outside. */
    public boolean isAwaited() {
        return !outside.isEmpty();
    }

    /** Lets in what waits outside, if nothing inside waits for a thread, or one if batches lack records. */
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
        return entering.get() == 0 && records.get() < ENOUGH_RECORDS * streams.get();
    }
}
