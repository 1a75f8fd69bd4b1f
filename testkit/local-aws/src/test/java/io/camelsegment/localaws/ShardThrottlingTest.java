package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** Time stands still unless a test moves it. */
class ShardThrottlingTest {
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
    private static final String FIRST_SHARD = "0";
    private static final String SECOND_SHARD = "170141183460469231731687303715884105728";
    private static final int KIB = 1024;

    @RegisterExtension
    static final LocalAwsExtension LOCAL =
            new LocalAwsExtension(LocalAws.builder().clock(NOW::get));

    private final LocalAws aws = LOCAL.aws();
    private KinesisStream events;
    private KinesisClient kinesis;

    @BeforeEach
    void connect() {
        aws.reset();
        events = aws.createStream("events", 2);
        aws.faults().on("kinesis:*").resource("events").throttleShards();
        kinesis = AwsClients.kinesis(aws);
    }

    @AfterEach
    void disconnect() {
        kinesis.close();
    }

    @Test
    void takesAThousandRecordsASecond() {
        assertThat(put(500, FIRST_SHARD, 1).failedRecordCount()).isZero();
        assertThat(put(500, FIRST_SHARD, 1).failedRecordCount()).isZero();
        PutRecordsResponse beyond = put(500, FIRST_SHARD, 1);
        assertThat(beyond.failedRecordCount()).isEqualTo(500);
        assertThat(beyond.records()).allSatisfy(record -> {
            assertThat(record.errorCode()).isEqualTo("ProvisionedThroughputExceededException");
            assertThat(record.errorMessage())
                    .isEqualTo("Rate exceeded for shard shardId-000000000000 in stream events under account "
                            + "000000000000.");
        });

        pass(100);
        assertThat(put(500, FIRST_SHARD, 1).failedRecordCount()).isEqualTo(400);
        pass(60_000);
        put(500, FIRST_SHARD, 1);
        put(500, FIRST_SHARD, 1);
        assertThat(put(1, FIRST_SHARD, 1).failedRecordCount()).isEqualTo(1);
        assertThat(events.recordCount()).isEqualTo(2100);
    }

    @Test
    void takesAMebibyteASecondPartitionKeysIncluded() {
        // 16 records of 64 KiB with their partition keys fill a second to the byte.
        assertThat(put(16, FIRST_SHARD, 64 * KIB - 3).failedRecordCount()).isZero();
        assertThat(put(1, FIRST_SHARD, 1).failedRecordCount()).isEqualTo(1);

        pass(500);
        assertThat(put(16, FIRST_SHARD, 64 * KIB - 3).failedRecordCount()).isEqualTo(8);
    }

    @Test
    void throttlesOneShardAndNotTheOther() {
        put(500, FIRST_SHARD, 1);
        put(500, FIRST_SHARD, 1);

        assertThat(put(500, SECOND_SHARD, 1).failedRecordCount()).isZero();
        assertThat(put(1, FIRST_SHARD, 1).failedRecordCount()).isEqualTo(1);
    }

    @Test
    void failsASingleRecordAsACall() {
        put(500, FIRST_SHARD, 1);
        put(500, FIRST_SHARD, 1);

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> kinesis.putRecord(r -> r.streamName("events")
                        .partitionKey("key")
                        .explicitHashKey(FIRST_SHARD)
                        .data(SdkBytes.fromUtf8String("x"))))
                .withMessageContaining("Rate exceeded for shard shardId-000000000000 in stream events under account");
    }

    @Test
    void aShardOwesForARecordThatIsLargerThanASecondsWorth() {
        events.maxRecordSizeInKiB(4096);

        assertThat(put(1, FIRST_SHARD, 3 * 1024 * KIB).failedRecordCount()).isZero();
        List<Integer> refused = new ArrayList<>();
        for (int second = 1; second <= 3; second++) {
            pass(1000);
            refused.add(put(1, FIRST_SHARD, 1024).failedRecordCount());
        }
        assertThat(refused).containsExactly(1, 1, 0);
    }

    @Test
    void takesEverythingWithoutTheFault() {
        aws.faults().clear();

        for (int i = 0; i < 4; i++) {
            assertThat(put(500, FIRST_SHARD, 1).failedRecordCount()).isZero();
        }
    }

    private static void pass(long millis) {
        NOW.updateAndGet(now -> now.plusMillis(millis));
    }

    /** The partition key counts 3 bytes. */
    private PutRecordsResponse put(int count, String hashKey, int dataBytes) {
        PutRecordsRequestEntry entry = PutRecordsRequestEntry.builder()
                .partitionKey("key")
                .explicitHashKey(hashKey)
                .data(SdkBytes.fromByteArrayUnsafe(new byte[dataBytes]))
                .build();
        return kinesis.putRecords(r -> r.streamName("events").records(Collections.nCopies(count, entry)));
    }
}
