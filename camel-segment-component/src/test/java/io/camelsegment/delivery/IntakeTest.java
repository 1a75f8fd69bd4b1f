package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private final MemoryBudget budget = new MemoryBudget(100);
    private final Intake intake = new Intake(budget);
    /** Handed to threads that have not come to them. */
    private final Queue<Runnable> handedOver = new ArrayDeque<>();

    private final Executor threads = handedOver::add;
    private final List<String> done = new ArrayList<>();

    @Test
    void letsInAtOnceWhenNothingWaits() {
        intake.enter(threads, () -> done.add("new"));
        assertThat(intake.isAwaited()).isFalse();
        runNext();
        assertThat(done).containsExactly("new");
    }

    @Test
    void letsNewWorkWaitForWorkThatIsIn() {
        intake.inside(threads).execute(() -> done.add("inside 1"));
        intake.inside(threads).execute(() -> done.add("inside 2"));
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
        intake.recordsChanged(0, 999);
        intake.inside(threads).execute(() -> done.add("inside"));
        intake.enter(threads, () -> done.add("new 1"));
        intake.enter(threads, () -> {
            done.add("new 2");
            intake.recordsChanged(999, 1_000);
        });
        intake.enter(threads, () -> done.add("new 3"));
        assertThat(handedOver).as("one inside, and the first new one").hasSize(2);

        handedOver.add(handedOver.remove()); // the one inside goes on waiting
        runNext();
        assertThat(handedOver).as("one inside, and the second new one").hasSize(2);
        handedOver.add(handedOver.remove());
        runNext();
        assertThat(handedOver).as("one inside; now there are enough records").hasSize(1);
        assertThat(done).containsExactly("new 1", "new 2");

        intake.recordsChanged(0, 1);
        budget.acquire(50);
        intake.letIn();
        assertThat(handedOver)
                .as("another stream lacks records, but half of the memory is taken")
                .hasSize(1);
        budget.release(1);
        intake.letIn();
        assertThat(handedOver).hasSize(2);
    }

    @Test
    void countsWhatStreamsInUseLack() {
        intake.recordsChanged(0, 1);
        intake.recordsChanged(0, 2_000);
        assertThat(intake.lacking()).isEqualTo(999);
        intake.recordsChanged(2_000, 1_000);
        intake.recordsChanged(1_000, 400);
        assertThat(intake.lacking()).isEqualTo(999 + 600);
        intake.recordsChanged(400, 0);
        intake.recordsChanged(1, 0);
        assertThat(intake.lacking()).isZero();
    }

    @Test
    void letsInWhenAskedWhileATaskInsideTakesLong() {
        intake.inside(threads).execute(() -> {
            assertThat(intake.isAwaited()).isTrue();
            intake.letIn();
            assertThat(handedOver).hasSize(1);
            runNext();
            done.add("long");
        });
        intake.enter(threads, () -> done.add("new"));
        intake.letIn();
        assertThat(handedOver).as("only the one inside, which has not begun").hasSize(1);
        runNext();
        assertThat(done).containsExactly("new", "long");
    }

    @Test
    void goesOnAfterATaskThatThrows() {
        intake.inside(threads).execute(() -> {
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
        assertThatThrownBy(() -> intake.inside(stopped).execute(() -> done.add("never")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> intake.enter(stopped, () -> done.add("never")))
                .isInstanceOf(RejectedExecutionException.class);
        intake.recordsChanged(0, 1);
        intake.inside(threads).execute(() -> done.add("inside"));
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
                    intake.inside(pool).execute(left::countDown);
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

    private void runNext() {
        handedOver.remove().run();
    }
}
