package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A stream whose shards take 1,000 records a second, with a second's worth to spend at once, and answer after 20 ms; on
 * manual time.
 */
class ThrottlingTest {

    private static final int OFFERED_SECONDS = 10;

    private final ManualRuntime time = new ManualRuntime();
    private final Random random = new Random(1);
    private final BatchSender sender = new BatchSender(
            "events",
            new ServiceLimits("Kinesis", 500, 1 << 20, 1 << 10),
            new BatchingSettings(
                    500,
                    1 << 20,
                    Duration.ofMillis(100),
                    false,
                    5,
                    Duration.ofSeconds(10),
                    Duration.ofHours(1),
                    Ordering.NONE),
            RetryPolicy.DEFAULT,
            this::send,
            time.runtime());

    private double[] tokens = new double[0];
    private double refusedAtRandom;
    private long attempts;
    private long throttled;
    private long accepted;
    private long requests;

    private CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        CompletableFuture<List<RecordResult>> answer = new CompletableFuture<>();
        requests++;
        var unused = time.runtime()
                .timer()
                .schedule(
                        () -> answer.complete(records.stream().map(this::store).toList()),
                        Duration.ofMillis(20).toNanos());
        return answer;
    }

    private RecordResult store(PendingRecord record) {
        attempts++;
        int shard = Integer.parseInt(record.partitionKey());
        if (shard < tokens.length) {
            if (tokens[shard] < 1) {
                throttled++;
                return RecordResult.throttled(
                        "shardId-" + shard, "ProvisionedThroughputExceededException", "Rate exceeded");
            }
            tokens[shard]--;
        }
        if (random.nextDouble() < refusedAtRandom) {
            return ScriptedTransport.THROTTLED;
        }
        accepted++;
        return ScriptedTransport.DELIVERED;
    }

    private void offer(int perMilli, int shards) {
        for (int i = 0; i < perMilli; i++) {
            String shard = String.valueOf(random.nextInt(shards));
            sender.send(new PendingRecord(new byte[1], shard, 1, false, ended -> {}));
        }
        passOneMilli();
    }

    private void passOneMilli() {
        time.jitter(random.nextDouble());
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = Math.min(1_000, tokens[i] + 1);
        }
        time.advance(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "4, 12", "10, 30"})
    void neitherHammersNorStarvesAThrottledStreamAndRecoversByItself(int shards, int perMilli) {
        tokens = new double[shards];
        Arrays.fill(tokens, 1_000);

        for (int milli = 0; milli < 1_000 * OFFERED_SECONDS; milli++) {
            offer(perMilli, shards);
        }
        assertThat((double) throttled / attempts).isLessThan(0.25);
        assertThat(accepted).isGreaterThan((long) (0.9 * shards * 1_000 * OFFERED_SECONDS));
        assertThat(sender.throttledByPartition().values().stream()
                        .mapToLong(n -> n)
                        .sum())
                .isEqualTo(throttled);

        tokens = new double[0];
        for (int milli = 0; milli < 5_000 && sender.inFlightLimit() < 2_500; milli++) {
            offer(100, shards);
        }
        assertThat(sender.inFlightLimit()).isEqualTo(2_500);

        for (int milli = 0; milli < 10_000 && sender.ledger().held() > 0; milli++) {
            passOneMilli();
        }
        assertThat(sender.ledger().held()).isZero();
        assertThat(sender.ledger().delivered()).isEqualTo(sender.ledger().accepted());
    }

    /** As a stand-in does, or a fault of the service's own. */
    @Test
    void isNotSlowedDownByRefusalsThatDoNotDependOnTheLoad() {
        refusedAtRandom = 0.2;
        for (int milli = 0; milli < 3_000; milli++) {
            offer(30, 10);
        }

        assertThat(sender.inFlightLimit()).isGreaterThan(300);
        assertThat(accepted).isGreaterThan(80_000);
    }

    @Test
    void isAtFullSpeedAfterThreeRoundTrips() {
        for (int i = 0; i < 10_000; i++) {
            sender.send(new PendingRecord(new byte[1], "0", 1, false, ended -> {}));
        }
        for (int milli = 0; milli < 61; milli++) {
            passOneMilli();
        }

        assertThat(sender.inFlightLimit()).isEqualTo(2_500);
        assertThat(requests).isEqualTo(1 + 2 + 4 + 5);
    }
}
