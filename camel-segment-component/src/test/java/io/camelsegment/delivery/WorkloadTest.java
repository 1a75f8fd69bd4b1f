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
    void tellsAllSourcesOfRecordsThatATaskHasEnded() {
        Waiting one = new Waiting(0);
        Waiting other = new Waiting(0);
        workload.add(one);
        workload.add(other);

        workload.counted(Runnable::run)
                .execute(() -> assertThat(workload.waitingTasks()).isZero());

        assertThat(one.tasksEnded).isEqualTo(1);
        assertThat(other.tasksEnded).isEqualTo(1);
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

        assertThatThrownBy(() -> workload.counted(runsAndRefuses).execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> workload.counted(takesAndRefuses).execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        taken.forEach(Runnable::run);
        assertThatThrownBy(() -> workload.counted(Runnable::run).execute(fails))
                .isInstanceOf(IllegalStateException.class);

        assertThat(workload.waitingTasks()).isZero();
    }

    private static final class Waiting implements Workload.Inflow {
        private final long burstEnd;
        private int tasksEnded;

        Waiting(long burstEnd) {
            this.burstEnd = burstEnd;
        }

        @Override
        public void taskEnded() {
            tasksEnded++;
        }

        @Override
        public long burstEndsAt(long now, long oldest, long newest) {
            return burstEnd;
        }
    }
}
