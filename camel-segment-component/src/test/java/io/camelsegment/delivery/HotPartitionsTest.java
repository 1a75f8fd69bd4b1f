package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HotPartitionsTest extends EngineTest {

    private final HotPartitions partitions = new HotPartitions();

    private void throttle(String partition, int records) {
        for (int i = 0; i < records; i++) {
            partitions.throttled(partition);
        }
    }

    private HotPartitions.Report reportAtSecond(long second) {
        return partitions.report(Duration.ofSeconds(second).toNanos());
    }

    @Test
    void namesTheHottestPartitionAtOnceThenOnceAMinute() {
        throttle("shardId-1", 2);
        throttle("shardId-2", 5);
        assertThat(reportAtSecond(100))
                .isEqualTo(new HotPartitions.Report("shardId-2", "throttled 5 of the 7 records that were throttled"));

        throttle("shardId-1", 3);
        assertThat(reportAtSecond(159)).isNull();
        assertThat(reportAtSecond(160))
                .isEqualTo(new HotPartitions.Report(
                        "shardId-1", "throttled 3 of the 3 records that were throttled in 60 s"));
    }

    @Test
    void saysNothingWithoutNews() {
        assertThat(reportAtSecond(0)).isNull();
        throttle("shardId-1", 1);
        assertThat(reportAtSecond(0)).isNotNull();

        assertThat(reportAtSecond(1000)).isNull();
    }

    @Test
    void countsForEver() {
        throttle("shardId-1", 2);
        reportAtSecond(0);
        throttle("shardId-1", 1);

        assertThat(partitions.counts()).isEqualTo(Map.of("shardId-1", 3L));
    }

    @Test
    void boundsThePartitionsItKnows() {
        for (int i = 0; i < 1_500; i++) {
            throttle("shardId-" + i, 2);
        }

        assertThat(partitions.counts()).hasSize(1_001).containsEntry("others", 1_000L);
    }

    @Test
    void aSenderCountsWhatItsAnswersTell() {
        send("a", "b", "c");
        RecordResult throttled = RecordResult.throttled("shardId-000000000007", "Slow", "down");
        transport.request(0).answer(throttled, 0, 2);
        time.run();
        passMillis(25);
        transport.request(1).answer(throttled, 0);
        time.run();

        assertThat(sender.throttledByPartition()).isEqualTo(Map.of("shardId-000000000007", 3L));
    }
}
