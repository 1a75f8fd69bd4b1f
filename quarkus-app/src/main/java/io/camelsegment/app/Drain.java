package io.camelsegment.app;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.tracking.SegmentComponent;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;

/**
 * The time between the order to stop and the stop. New requests are refused, those under way are delivered and
 * answered. When the time is over, their records are given up, so that their senders are told to come again while the
 * HTTP server still serves.
 *
 * @param requests for requests under way
 * @param others   after them, for what no request waits for, such as records of destinations that are not required
 */
record Drain(Duration requests, Duration others) {

    /** With the rest of a stop this fits the 30 s that Kubernetes gives, see the page on operation. */
    static final Drain DEFAULT = new Drain(Duration.ofSeconds(12), Duration.ofSeconds(3));

    /** For the answers to requests whose records were given up. */
    static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofMillis(20);

    /** Takes no longer than {@link #requests}, or {@link #LAST_ANSWERS} more when records had to be given up. */
    void run(CamelContext context) {
        long deadline = System.nanoTime() + requests.toNanos();
        if (context.hasComponent("segment") instanceof SegmentComponent segment) {
            segment.refuseRequests();
            if (!await(() -> !segment.hasRequests(), deadline)) {
                Senders.of(context).giveUp();
                boolean unused = await(() -> !segment.hasRequests(), System.nanoTime() + LAST_ANSWERS.toNanos());
                return;
            }
        }
        MemoryBudget budget = SharedBeans.memoryBudget(context);
        long soon = System.nanoTime() + others.toNanos();
        boolean unused = await(() -> budget.heldBytes() == 0, soon - deadline < 0 ? soon : deadline);
    }

    private static boolean await(BooleanSupplier end, long deadline) {
        while (!end.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }
}
