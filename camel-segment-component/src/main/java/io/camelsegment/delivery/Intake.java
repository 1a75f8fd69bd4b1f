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
 * <p>Thread-safe, lock-free. What waits outside comes in, first come, first served, when a task inside ends; if those inside take long
 * because they block, when {@link #letIn} is called.
 */
public final class Intake {

    private final Queue<Runnable> outside = new ConcurrentLinkedQueue<>();
    /** Tasks inside that have not begun. */
    private final AtomicInteger waiting = new AtomicInteger();

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
        outside.add(() -> inside(executor).execute(task));
        letIn();
    }

    /** Returns whether something waits outside. */
    public boolean isAwaited() {
        return !outside.isEmpty();
    }

    /** Lets in what waits outside, if nothing inside waits for a thread. */
    public void letIn() {
        while (waiting.get() == 0) {
            Runnable next = outside.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }
}
