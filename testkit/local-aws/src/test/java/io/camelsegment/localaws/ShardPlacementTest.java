package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.Shard;

@ExtendWith(LocalAwsExtension.class)
class ShardPlacementTest {
    private static final BigInteger LAST_HASH_KEY =
            BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private final LocalAws aws;

    ShardPlacementTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void clear() {
        aws.reset();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void rangesCoverTheHashKeySpaceWithoutGaps(int shardCount) {
        aws.createStream("events", shardCount);
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            BigInteger next = BigInteger.ZERO;
            List<Shard> shards = kinesis.listShards(r -> r.streamName("events")).shards();
            assertThat(shards).hasSize(shardCount);
            for (Shard shard : shards) {
                assertThat(new BigInteger(shard.hashKeyRange().startingHashKey()))
                        .isEqualTo(next);
                next = new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE);
            }
            assertThat(next.subtract(BigInteger.ONE)).isEqualTo(LAST_HASH_KEY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "user_1", "é😀", "0f6ea1f2-8ad8-4d51-9a41-4b2b3a1b2c3d"})
    void placesByTheMd5OfThePartitionKey(String partitionKey) throws NoSuchAlgorithmException {
        aws.createStream("events", 7);
        BigInteger hash = new BigInteger(
                1, MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            String shardId = kinesis.putRecord(r ->
                            r.streamName("events").partitionKey(partitionKey).data(SdkBytes.fromUtf8String("x")))
                    .shardId();

            assertThat(shardId).isEqualTo(shardHolding(kinesis, hash));
        }
    }

    @Test
    void explicitHashKeyOverridesThePartitionKey() {
        aws.createStream("events", 3);
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            for (Shard shard : kinesis.listShards(r -> r.streamName("events")).shards()) {
                for (String hashKey : List.of(
                        shard.hashKeyRange().startingHashKey(),
                        shard.hashKeyRange().endingHashKey())) {
                    assertThat(kinesis.putRecord(r -> r.streamName("events")
                                            .partitionKey("a")
                                            .explicitHashKey(hashKey)
                                            .data(SdkBytes.fromUtf8String("x")))
                                    .shardId())
                            .isEqualTo(shard.shardId());
                }
            }
            String tooLarge = LAST_HASH_KEY.add(BigInteger.ONE).toString();
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> kinesis.putRecord(r -> r.streamName("events")
                            .partitionKey("a")
                            .explicitHashKey(tooLarge)
                            .data(SdkBytes.fromUtf8String("x"))))
                    .withMessageContaining("must be in the range: [0, 2^128-1]. Specified value was " + tooLarge);
        }
    }

    @Test
    void sequenceNumbersGrowWithinAShard() {
        KinesisStream events = aws.createStream("events", 2);
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            for (int i = 0; i < 20; i++) {
                String key = "user_" + i;
                kinesis.putRecord(r -> r.streamName("events").partitionKey(key).data(SdkBytes.fromUtf8String("x")));
            }
            for (Shard shard : kinesis.listShards(r -> r.streamName("events")).shards()) {
                List<BigInteger> numbers = events.records().stream()
                        .filter(record -> record.shardId().equals(shard.shardId()))
                        .map(record -> new BigInteger(record.sequenceNumber()))
                        .toList();
                assertThat(numbers).hasSizeGreaterThan(1).isSorted().doesNotHaveDuplicates();
                assertThat(numbers.get(0))
                        .isGreaterThan(
                                new BigInteger(shard.sequenceNumberRange().startingSequenceNumber()));
            }
        }
    }

    private static String shardHolding(KinesisClient kinesis, BigInteger hash) {
        return kinesis.listShards(r -> r.streamName("events")).shards().stream()
                .filter(shard -> new BigInteger(shard.hashKeyRange().startingHashKey()).compareTo(hash) <= 0
                        && new BigInteger(shard.hashKeyRange().endingHashKey()).compareTo(hash) >= 0)
                .findFirst()
                .orElseThrow()
                .shardId();
    }
}
