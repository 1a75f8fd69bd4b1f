package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountResponse;

@ExtendWith(LocalAwsExtension.class)
class ReshardingTest {
    private static final BigInteger SPACE = BigInteger.ONE.shiftLeft(128);
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";
    private static final String THIRD = "shardId-000000000002";
    private static final String FOURTH = "shardId-000000000003";
    private static final String MIDDLE = "170141183460469231731687303715884105728";

    private final LocalAws aws;
    private KinesisClient kinesis;

    ReshardingTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void connect() {
        aws.reset();
        kinesis = AwsClients.kinesis(aws);
    }

    @AfterEach
    void disconnect() {
        kinesis.close();
    }

    @Test
    void splitsAShard() {
        KinesisStream events = aws.createStream("events", 1);
        put("0");
        kinesis.splitShard(r -> r.streamName("events").shardToSplit(FIRST).newStartingHashKey(MIDDLE));
        put("0");
        put(MIDDLE);

        assertThat(events.records()).extracting(KinesisRecord::shardId).containsExactly(FIRST, SECOND, THIRD);
        List<Shard> shards = shards();
        assertThat(shards).extracting(Shard::shardId).containsExactly(FIRST, SECOND, THIRD);
        assertThat(shards).extracting(Shard::parentShardId).containsExactly(null, FIRST, FIRST);
        assertThat(shards.get(0).sequenceNumberRange().endingSequenceNumber())
                .isGreaterThanOrEqualTo(events.records().get(0).sequenceNumber());
        assertThat(open()).extracting(Shard::shardId).containsExactly(SECOND, THIRD);
        assertThat(kinesis.describeStreamSummary(r -> r.streamName("events"))
                        .streamDescriptionSummary()
                        .openShardCount())
                .isEqualTo(2);
    }

    @Test
    void mergesTwoShards() {
        KinesisStream events = aws.createStream("events", 2);
        kinesis.mergeShards(r -> r.streamName("events").shardToMerge(FIRST).adjacentShardToMerge(SECOND));
        put("0");
        put(MIDDLE);

        assertThat(events.records()).extracting(KinesisRecord::shardId).containsExactly(THIRD, THIRD);
        Shard merged = shards().get(2);
        assertThat(merged.parentShardId()).isEqualTo(FIRST);
        assertThat(merged.adjacentParentShardId()).isEqualTo(SECOND);
        assertThat(events.shardCount()).isEqualTo(1);
    }

    @Test
    void leadsAReaderFromAParentToItsChildren() {
        aws.createStream("events", 1);
        put("0");
        kinesis.splitShard(r -> r.streamName("events").shardToSplit(FIRST).newStartingHashKey(MIDDLE));
        put("1");

        GetRecordsResponse parent = read(FIRST);
        assertThat(parent.records()).hasSize(1);
        assertThat(parent.nextShardIterator()).isNull();
        assertThat(parent.childShards()).extracting(ChildShard::shardId).containsExactly(SECOND, THIRD);
        assertThat(parent.childShards().get(0).parentShards()).containsExactly(FIRST);
        GetRecordsResponse child = read(SECOND);
        assertThat(child.records()).hasSize(1);
        assertThat(child.nextShardIterator()).isNotNull();
        assertThat(child.childShards()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,2", "2,4", "3,5", "4,2", "5,3", "7,4", "4,4", "100,137"})
    void updatesTheShardCount(int before, int after) {
        KinesisStream events = aws.createStream("events", before);
        UpdateShardCountResponse response = kinesis.updateShardCount(
                r -> r.streamName("events").targetShardCount(after).scalingType(ScalingType.UNIFORM_SCALING));

        assertThat(response.currentShardCount()).isEqualTo(before);
        assertThat(response.targetShardCount()).isEqualTo(after);
        assertThat(response.streamARN()).isEqualTo(events.arn());
        List<Shard> open = open();
        assertThat(open).hasSize(after);
        BigInteger next = BigInteger.ZERO;
        for (Shard shard : open) {
            assertThat(first(shard)).isEqualTo(next);
            next = last(shard).add(BigInteger.ONE);
            assertThat(next.subtract(first(shard)).subtract(SPACE.divide(BigInteger.valueOf(after))))
                    .isBetween(BigInteger.ZERO, BigInteger.valueOf(after));
        }
        assertThat(next).isEqualTo(SPACE);
    }

    @Test
    void everyRecordIsReadOnceAcrossManyChanges() {
        KinesisStream events = aws.createStream("events", 1);
        Fault script = aws.faults().on("PutRecords").after(1).times(1).run(() -> events.updateShardCount(8));
        script.then().after(1).times(1).run(() -> events.updateShardCount(3));
        for (int call = 0; call < 6; call++) {
            kinesis.putRecords(r -> r.streamName("events")
                    .records(IntStream.range(0, 50)
                            .mapToObj(i -> PutRecordsRequestEntry.builder()
                                    .partitionKey("user_" + i)
                                    .data(SdkBytes.fromUtf8String("{}"))
                                    .build())
                            .toList()));
        }

        assertThat(events.shardCount()).isEqualTo(3);
        Set<String> usedShards = new HashSet<>();
        List<String> read = new ArrayList<>();
        for (Shard shard : shards()) {
            List<String> numbers = new ArrayList<>();
            read(shard.shardId()).records().forEach(record -> numbers.add(record.sequenceNumber()));
            assertThat(numbers).isSorted();
            read.addAll(numbers);
            if (!numbers.isEmpty()) {
                usedShards.add(shard.shardId());
            }
        }
        assertThat(usedShards).hasSize(1 + 8 + 3);
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(events.records().stream()
                        .map(KinesisRecord::sequenceNumber)
                        .toList());
        assertThat(read).hasSize(300).doesNotHaveDuplicates();
    }

    @Test
    void sequenceNumbersGrowFromParentToChild() {
        KinesisStream events = aws.createStream("events", 2);
        put("0");
        events.updateShardCount(4);
        put("0");
        events.updateShardCount(1);
        put("0");

        assertThat(events.records()).extracting(KinesisRecord::sequenceNumber).isSorted();
    }

    @Test
    void refusesChangesInTheWordsOfAws() {
        aws.createStream("events", 3);
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> split("shardId-000000000009", MIDDLE))
                .withMessageContaining(
                        "Could not find shard shardId-000000000009 in stream events under account 000000000000.");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> split(FIRST, "1"))
                .withMessageContaining("is not both greater than one plus the shard's StartingHashKey 0 and less than "
                        + "the shard's EndingHashKey 113427455640312821154458202477256070484.");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> kinesis.mergeShards(
                        r -> r.streamName("events").shardToMerge(FIRST).adjacentShardToMerge(THIRD)))
                .withMessageContaining("are not an adjacent pair of shards eligible for merging");
        split(FIRST, "1000");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> split(FIRST, "1000"))
                .withMessageContaining("has already been merged or split");
        for (int target : new int[] {1, 9}) {
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> kinesis.updateShardCount(r ->
                            r.streamName("events").targetShardCount(target).scalingType(ScalingType.UNIFORM_SCALING)))
                    .withMessageContaining("Current open shard count: 4, Target shard count: " + target);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aws.stream("events").updateShardCount(0))
                .withMessage("expected 1 to 10000 shards for stream events, was 0");
        assertThat(open()).extracting(Shard::shardId).contains(SECOND, THIRD, FOURTH);
    }

    private void split(String shardId, String at) {
        kinesis.splitShard(r -> r.streamName("events").shardToSplit(shardId).newStartingHashKey(at));
    }

    private void put(String hashKey) {
        kinesis.putRecord(r -> r.streamName("events")
                .partitionKey("key")
                .explicitHashKey(hashKey)
                .data(SdkBytes.fromUtf8String("{}")));
    }

    private GetRecordsResponse read(String shardId) {
        String iterator = kinesis.getShardIterator(
                        r -> r.streamName("events").shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        return kinesis.getRecords(r -> r.shardIterator(iterator));
    }

    private List<Shard> shards() {
        return kinesis.listShards(r -> r.streamName("events")).shards();
    }

    private List<Shard> open() {
        return shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .sorted(Comparator.comparing(ReshardingTest::first))
                .toList();
    }

    private static BigInteger first(Shard shard) {
        return new BigInteger(shard.hashKeyRange().startingHashKey());
    }

    private static BigInteger last(Shard shard) {
        return new BigInteger(shard.hashKeyRange().endingHashKey());
    }
}
