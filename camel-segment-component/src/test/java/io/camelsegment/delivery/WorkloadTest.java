package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    private final Workload workload = new Workload();
    private final Workload.Tasks tasks = workload.newTasks();

    @Test
    void countsWhatStreamsInUseLack() {
        workload.recordsChanged(0, 1, 1_000);
        workload.recordsChanged(0, 2_000, 1_000);
        assertThat(workload.lackingRecords()).isEqualTo(999);
        workload.recordsChanged(2_000, 1_000, 1_000);
        workload.recordsChanged(1_000, 400, 1_000);
        assertThat(workload.lackingRecords()).isEqualTo(999 + 600);
        workload.recordsChanged(400, 0, 1_000);
        workload.recordsChanged(1, 0, 1_000);
        assertThat(workload.lackingRecords()).isZero();
    }

    @Test
    void asksEachStreamForAsManyRecordsAsItCanUse() {
        workload.recordsChanged(0, 4, 20);
        workload.recordsChanged(0, 4, 1_000);

        assertThat(workload.lackingRecords()).isEqualTo(16 + 996);
    }

    @Test
    void asksAllSourcesOfRecordsForTheEndOfABurstAndTakesTheLatest() {
        Waiting one = new Waiting(3_000_000);
        Waiting other = new Waiting(5_000_000);
        assertThat(workload.burstEndsAt(2_000_000, 0, 0)).isEqualTo(2_000_000);

        workload.add(one);
        workload.add(other);
        assertThat(workload.burstEndsAt(2_000_000, 0, 0)).isEqualTo(5_000_000);
        workload.remove(other);
        assertThat(workload.burstEndsAt(2_000_000, 0, 0)).isEqualTo(3_000_000);
        workload.remove(one);
        assertThat(workload.burstEndsAt(2_000_000, 0, 0)).isEqualTo(2_000_000);
    }

    @Test
    void tellsAllSourcesOfRecordsThatATaskBeginsAndThatItHasEnded() {
        Waiting one = new Waiting(0);
        Waiting other = new Waiting(0);
        workload.add(one);
        workload.add(other);

        tasks.execute(Runnable::run, () -> {
            assertThat(workload.waitingTasks()).isZero();
            assertThat(one.moves).isEqualTo(1);
        });

        assertThat(one.moves).isEqualTo(2);
        assertThat(other.moves).isEqualTo(2);
    }

    @Test
    void countsATaskOnceWhateverTheExecutorDoesWithIt() {
        List<Runnable> taken = new ArrayList<>();
        Executor runsAndRefuses = task -> {
            task.run();
            throw new RejectedExecutionException();
        };
        Executor takesAndRefuses = task -> {
            taken.add(task);
            throw new RejectedExecutionException();
        };
        Runnable fails = () -> {
            throw new IllegalStateException();
        };

        assertThatThrownBy(() -> tasks.execute(runsAndRefuses, () -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> tasks.execute(takesAndRefuses, () -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        taken.forEach(Runnable::run);
        assertThatThrownBy(() -> tasks.execute(Runnable::run, fails)).isInstanceOf(IllegalStateException.class);

        assertThat(workload.waitingTasks()).isZero();
    }

    @Test
    void countsForgottenTasksNoMoreAndTellsSo() {
        List<Runnable> neverRun = new ArrayList<>();
        Workload.Tasks others = workload.newTasks();
        tasks.execute(neverRun::add, () -> {});
        others.execute(neverRun::add, () -> {});
        Waiting one = new Waiting(0);
        workload.add(one);
        assertThat(workload.waitingTasks()).isEqualTo(2);

        tasks.forget();

        assertThat(workload.waitingTasks()).isEqualTo(1);
        assertThat(one.moves).isEqualTo(1);
        neverRun.forEach(Runnable::run);
        assertThat(workload.waitingTasks()).isZero();
    }

    private static final class Waiting implements Workload.Inflow {
        private final long burstEnd;
        private int moves;

        Waiting(long burstEnd) {
            this.burstEnd = burstEnd;
        }

        @Override
        public void tasksMoved() {
            moves++;
        }

        @Override
        public long burstEndsAt(long now, long oldest, long newest) {
            return burstEnd;
        }
    }
}
