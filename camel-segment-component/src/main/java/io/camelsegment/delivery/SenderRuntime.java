package io.camelsegment.delivery;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What all senders of one application share: threads, time, chance and memory. Thread-safe if its parts are.
 *
 * @param executor  sends batches and applies answers, which never blocks; at least two threads, no bound on waiting tasks
 * @param callbacks runs the callbacks, in which users' routes go on and may block; no bound on waiting tasks
 * @param timer    wakes senders up
 * @param clock    nanoseconds since some start, never negative and never going back
 * @param jitter   0 (inclusive) to 1 (exclusive), random
 * @param budget   the bytes that may be held
 * @param intake   learns how many records there are, to let in as many as fill the batches
 */
public record SenderRuntime(
        Executor executor,
        Executor callbacks,
        Timer timer,
        LongSupplier clock,
        DoubleSupplier jitter,
        MemoryBudget budget,
        Intake intake) {

    /** Makes one for senders whose records do not come through an intake. */
    public SenderRuntime(
            Executor executor,
            Executor callbacks,
            Timer timer,
            LongSupplier clock,
            DoubleSupplier jitter,
            MemoryBudget budget) {
        this(executor, callbacks, timer, clock, jitter, budget, new Intake(budget));
    }

    /** Runs a short task later. */
    @FunctionalInterface
    public interface Timer {

        /** Runs the task once after the delay, unless the answered future is cancelled first. */
        Future<?> schedule(Runnable task, long delayNanos);
    }
}
