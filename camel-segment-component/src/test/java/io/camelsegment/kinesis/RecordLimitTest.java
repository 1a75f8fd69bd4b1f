package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordLimitTest {

    private static final int MIB = 1 << 20;

    private final Deque<CompletableFuture<Integer>> reads = new ArrayDeque<>();
    private long now;
    private final RecordLimit limit = new RecordLimit(
            "Kinesis stream events",
            () -> {
                reads.add(new CompletableFuture<>());
                return reads.getLast();
            },
            () -> now);

    private void passSeconds(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private void read(Integer bytes) {
        reads.remove().complete(bytes);
    }

    @Test
    void letsALargeRecordWaitUntilTheLimitIsKnown() {
        assertThat(limit.bytesFor(2 * MIB)).isEqualTo(10 * MIB);
        assertThat(limit.refusal(2 * MIB).verdict()).isEqualTo(Verdict.UNSENT);
        assertThat(reads).as("one question is enough").hasSize(1);

        read(3 * MIB);

        assertThat(limit.refusal(3 * MIB)).isNull();
        assertThat(limit.refusal(3 * MIB + 1)).isEqualTo(RecordResult.tooLarge(3 * MIB + 1, 3 * MIB));
    }

    @Test
    void assumesOneMibWhereTheLimitCannotBeRead() {
        limit.bytesFor(2 * MIB);
        reads.remove().completeExceptionally(new IllegalStateException("denied"));

        assertThat(limit.bytesFor(2 * MIB)).isEqualTo(MIB);
        assertThat(limit.refusal(2 * MIB)).isEqualTo(RecordResult.tooLarge(2 * MIB, MIB));
    }

    @Test
    void assumesOneMibWhereTheServiceDoesNotTell() {
        limit.bytesFor(2 * MIB);
        read(null);

        assertThat(limit.bytesFor(2 * MIB)).isEqualTo(MIB);
    }

    @Test
    void asksAgainAfterAMinute() {
        limit.bytesFor(2 * MIB);
        read(2 * MIB);

        passSeconds(59);
        assertThat(limit.bytesFor(2 * MIB)).isEqualTo(2 * MIB);
        assertThat(reads).isEmpty();
        passSeconds(1);
        assertThat(limit.bytesFor(2 * MIB)).isEqualTo(10 * MIB);
        assertThat(reads).hasSize(1);
    }

    @Test
    void asksAgainAfterASecondForARecordThatIsTooLarge() {
        limit.bytesFor(4 * MIB);
        read(2 * MIB);
        assertThat(limit.bytesFor(4 * MIB)).isEqualTo(2 * MIB);

        passSeconds(1);
        limit.bytesFor(4 * MIB);
        read(4 * MIB);

        assertThat(limit.bytesFor(4 * MIB)).isEqualTo(4 * MIB);
        assertThat(limit.refusal(4 * MIB)).isNull();
    }

    @Test
    void asksAgainWhenKinesisRefusedARecord() {
        limit.bytesFor(2 * MIB);
        read(2 * MIB);

        limit.doubt();

        assertThat(limit.refusal(2 * MIB).verdict()).isEqualTo(Verdict.UNSENT);
        read(MIB);
        assertThat(limit.refusal(2 * MIB)).isEqualTo(RecordResult.tooLarge(2 * MIB, MIB));
    }
}
