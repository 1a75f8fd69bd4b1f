package io.camelsegment.tracking.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Workload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IntakeTest {

    /** Records that a stream can use. */
    private static final int ENOUGH = 1_000;

    private static final long MILLI = 1_000_000;

    private final MemoryBudget budget = new MemoryBudget(100);
    private final Workload workload = new Workload();
    private final Workload.Tasks inside = workload.newTasks();
    private final Intake intake = new Intake(budget, workload);
    /** Handed to threads that have not come to them. */
    private final Queue<Runnable> handedOver = new ArrayDeque<>();

    private final Executor threads = handedOver::add;
    private final List<String> done = new ArrayList<>();

    IntakeTest() {
        workload.add(intake);
    }

    @Test
    void letsInAtOnceWhenNothingWaits() {
        intake.enter(threads, () -> done.add("new"));
        assertThat(intake.isAwaited()).isFalse();
        runNext();
        assertThat(done).containsExactly("new");
    }

    @Test
    void letsNewWorkWaitForWorkThatIsIn() {
        inside.execute(threads, () -> done.add("inside 1"));
        inside.execute(threads, () -> done.add("inside 2"));
        intake.enter(threads, () -> done.add("new 1"));
        intake.enter(threads, () -> done.add("new 2"));
        assertThat(handedOver).hasSize(2);
        runNext();
        assertThat(handedOver).as("the other one that is in").hasSize(1);
        runNext();
        assertThat(handedOver).as("one new one, which waits itself now").hasSize(1);
        assertThat(intake.isAwaited()).isTrue();
        runNext();
        runNext();
        assertThat(done).containsExactly("inside 1", "inside 2", "new 1", "new 2");
        assertThat(intake.isAwaited()).isFalse();
    }

    @Test
    void letsInOneByOneAsLongAsAStreamLacksRecords() {
        workload.recordsChanged(0, 999, ENOUGH);
        inside.execute(threads, () -> done.add("inside"));
        intake.enter(threads, () -> done.add("new 1"));
        intake.enter(threads, () -> {
            done.add("new 2");
            workload.recordsChanged(999, 1_000, ENOUGH);
        });
        intake.enter(threads, () -> done.add("new 3"));
        intake.enter(threads, () -> done.add("new 4"));
        assertThat(handedOver).as("one inside, and the first new one").hasSize(2);

        handedOver.add(handedOver.remove()); // the one inside goes on waiting
        runNext();
        assertThat(handedOver).as("one inside, and the second new one").hasSize(2);
        handedOver.add(handedOver.remove());
        runNext();
        assertThat(handedOver)
                .as("one inside, and the third new one, let in when the second began")
                .hasSize(2);
        handedOver.add(handedOver.remove());
        runNext();
        assertThat(handedOver).as("one inside; now there are enough records").hasSize(1);
        assertThat(done).containsExactly("new 1", "new 2", "new 3");

        workload.recordsChanged(0, 1, ENOUGH);
        budget.acquire(50);
        intake.admit();
        assertThat(handedOver)
                .as("another stream lacks records, but half of the memory is taken")
                .hasSize(1);
        budget.release(1);
        intake.admit();
        assertThat(handedOver).hasSize(2);
    }

    @Test
    void letsInAsSoonAsTheLastOneInsideBeginsHoweverLongItTakes() {
        inside.execute(threads, () -> {
            assertThat(handedOver).as("new 1, while this one runs").hasSize(1);
            runNext();
            done.add("long");
        });
        intake.enter(threads, () -> {
            assertThat(handedOver).as("new 2, while new 1 runs").hasSize(1);
            done.add("new 1");
        });
        intake.enter(threads, () -> done.add("new 2"));
        assertThat(handedOver).as("only the one inside, which has not begun").hasSize(1);
        runNext();
        runNext();
        assertThat(done).containsExactly("new 1", "long", "new 2");
    }

    @Test
    void letsEverythingInWhileThoseInsideDoNotMove() {
        inside.execute(threads, () -> done.add("blocked"));
        intake.enter(threads, () -> done.add("new 1"));
        intake.enter(threads, () -> done.add("new 2"));
        intake.tasksMoved();

        intake.lookAgain();
        assertThat(handedOver).as("something moved since").hasSize(1);
        intake.lookAgain();
        assertThat(handedOver).hasSize(3);
        assertThat(intake.isAwaited()).isFalse();
    }

    @Test
    void goesOnAfterATaskThatThrows() {
        inside.execute(threads, () -> {
            throw new IllegalStateException("inside");
        });
        intake.enter(threads, () -> done.add("new"));
        assertThatThrownBy(this::runNext).hasMessage("inside");
        runNext();
        assertThat(done).containsExactly("new");
    }

    @Test
    void doesNotCountWhatAnExecutorRejects() {
        Executor stopped = task -> {
            throw new RejectedExecutionException("stopped");
        };
        assertThatThrownBy(() -> inside.execute(stopped, () -> done.add("never")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> intake.enter(stopped, () -> done.add("never")))
                .isInstanceOf(RejectedExecutionException.class);
        workload.recordsChanged(0, 1, ENOUGH);
        inside.execute(threads, () -> done.add("inside"));
        intake.enter(threads, () -> done.add("new"));
        runNext();
        runNext();
        assertThat(done).containsExactly("inside", "new");
    }

    @Test
    void runsEverythingOnceWhateverThreadsComeInBetween() throws Exception {
        int tasks = 20_000;
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            CountDownLatch left = new CountDownLatch(2 * tasks);
            AtomicInteger runs = new AtomicInteger();
            for (int i = 0; i < tasks; i++) {
                intake.enter(pool, () -> {
                    inside.execute(pool, left::countDown);
                    runs.incrementAndGet();
                    left.countDown();
                });
            }
            assertThat(left.await(30, TimeUnit.SECONDS)).as("all have run").isTrue();
            assertThat(runs).hasValue(tasks);
            assertThat(intake.isAwaited()).isFalse();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void admitsEverythingWhenItEnds() {
        inside.execute(threads, () -> done.add("inside"));
        intake.enter(threads, () -> done.add("new 1"));
        intake.enter(threads, () -> done.add("new 2"));

        workload.remove(intake);
        intake.close();

        assertThat(handedOver).hasSize(3);
        assertThat(intake.isAwaited()).isFalse();
        assertThat(workload.waitingTasks()).as("the one inside").isEqualTo(1);
    }

    @Test
    void endsABurstAtAPauseOrAtItsLongestTime() {
        assertThat(intake.burstEndsAt(10 * MILLI, 9 * MILLI, 9 * MILLI)).isEqualTo(10 * MILLI);
        assertThat(intake.burstEndsAt(10 * MILLI, 9 * MILLI, 10 * MILLI)).isEqualTo(11 * MILLI);
        assertThat(intake.burstEndsAt(16 * MILLI, 9 * MILLI, 16 * MILLI)).isEqualTo(17 * MILLI);
    }

    @Test
    void endsABurstOnlyAtAPauseWhileARequestWaits() {
        letARequestWait();

        assertThat(intake.burstEndsAt(10 * MILLI, 9 * MILLI, 9 * MILLI)).isEqualTo(10 * MILLI);
        assertThat(intake.burstEndsAt(16 * MILLI, 9 * MILLI, 16 * MILLI)).isEqualTo(23 * MILLI);
    }

    @Test
    void endsNoBurstWhileARequestWaitsAndAQuarterOfTheMemoryIsTaken() {
        letARequestWait();
        budget.acquire(25);

        assertThat(intake.burstEndsAt(10 * MILLI, 9 * MILLI, 9 * MILLI)).isEqualTo(11 * MILLI);
        budget.release(1);
        assertThat(intake.burstEndsAt(10 * MILLI, 9 * MILLI, 9 * MILLI)).isEqualTo(10 * MILLI);
    }

    private void letARequestWait() {
        inside.execute(threads, () -> done.add("inside"));
        intake.enter(threads, () -> done.add("new"));
        assertThat(intake.isAwaited()).isTrue();
    }

    private void runNext() {
        handedOver.remove().run();
    }
}
