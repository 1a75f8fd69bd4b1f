package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

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
}
