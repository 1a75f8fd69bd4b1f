package io.camelsegment.delivery;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Shared by all senders of an application: threads, clock, randomness and memory. Thread-safe if its parts are.
 *
 * @param executor  sends batches and applies answers, never blocked; runs no task in the thread that brings it
 * @param callbacks runs callbacks that continue users' routes and may block; needs an unbounded queue
 * @param timer     wakes senders up
 * @param clock     nanoseconds since some start, never negative and never going back
 * @param jitter    0 (inclusive) to 1 (exclusive), random
 * @param budget    limits the bytes held
 * @param workload  counts the records of all senders
 */
public record SenderRuntime(
        Executor executor,
        Executor callbacks,
        Timer timer,
        LongSupplier clock,
        DoubleSupplier jitter,
        MemoryBudget budget,
        Workload workload) {

    /** Creates a runtime with a workload of its own. */
    public SenderRuntime(
            Executor executor,
            Executor callbacks,
            Timer timer,
            LongSupplier clock,
            DoubleSupplier jitter,
            MemoryBudget budget) {
        this(executor, callbacks, timer, clock, jitter, budget, new Workload());
    }

    /** Schedules short tasks. */
    @FunctionalInterface
    public interface Timer {

        /** Runs the task once after the delay, unless the returned future is cancelled first. */
        Future<?> schedule(Runnable task, long delayNanos);
    }
}
