package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class ShardReadingTest {
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));

    @RegisterExtension
    static final LocalAwsExtension LOCAL =
            new LocalAwsExtension(LocalAws.builder().clock(NOW::get));

    private final LocalAws aws = LOCAL.aws();
    private KinesisClient kinesis;

    @BeforeEach
    void connect() {
        aws.reset();
        aws.createStream("events", 1);
        kinesis = AwsClients.kinesis(aws);
    }

    @AfterEach
    void disconnect() {
        kinesis.close();
    }

    @Test
    void startsWhereTheIteratorSays() {
        put("one");
        String second = put("two");
        put("three");

        assertThat(read(r -> r.shardIteratorType(ShardIteratorType.TRIM_HORIZON)))
                .containsExactly("one", "two", "three");
        assertThat(read(r -> r.shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                        .startingSequenceNumber(second)))
                .containsExactly("two", "three");
        assertThat(read(r -> r.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .startingSequenceNumber(second)))
                .containsExactly("three");
        assertThat(read(r -> r.shardIteratorType(ShardIteratorType.LATEST))).isEmpty();
    }

    @Test
    void startsAtATime() {
        put("before");
        Instant later = NOW.updateAndGet(now -> now.plusMillis(1500));
        put("after");

        assertThat(read(r -> r.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(later)))
                .containsExactly("after");
    }

    @Test
    void goesOnWithTheNextIterator() {
        String latest = iterator(r -> r.shardIteratorType(ShardIteratorType.LATEST));
        for (int i = 0; i < 5; i++) {
            put(Integer.toString(i));
        }
        List<String> all = new ArrayList<>();
        String iterator = latest;
        for (int page = 0; page < 3; page++) {
            String current = iterator;
            GetRecordsResponse response =
                    kinesis.getRecords(r -> r.shardIterator(current).limit(2));
            response.records().forEach(record -> all.add(record.data().asUtf8String()));
            iterator = response.nextShardIterator();
        }
        assertThat(all).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void saysHowFarBehindTheReaderIs() {
        put("one");
        put("two");
        NOW.updateAndGet(now -> now.plusSeconds(3));
        String iterator = iterator(r -> r.shardIteratorType(ShardIteratorType.TRIM_HORIZON));

        assertThat(kinesis.getRecords(r -> r.shardIterator(iterator).limit(1)).millisBehindLatest())
                .isEqualTo(3000);
        assertThat(kinesis.getRecords(r -> r.shardIterator(iterator)).millisBehindLatest())
                .isZero();
    }

    @Test
    void refusesAnIteratorAfterFiveMinutes() {
        String iterator = iterator(r -> r.shardIteratorType(ShardIteratorType.TRIM_HORIZON));
        NOW.updateAndGet(now -> now.plus(Duration.ofMinutes(5)));
        assertThat(kinesis.getRecords(r -> r.shardIterator(iterator)).records()).isEmpty();

        NOW.updateAndGet(now -> now.plusMillis(1));
        assertThatExceptionOfType(ExpiredIteratorException.class)
                .isThrownBy(() -> kinesis.getRecords(r -> r.shardIterator(iterator)))
                .withMessageContaining("tolerated delay of 300000 milliseconds");
    }

    @Test
    void refusesWhatIsNotOfThisStream() {
        String sequenceNumber = put("one");
        String iterator = iterator(r -> r.shardIteratorType(ShardIteratorType.TRIM_HORIZON));
        aws.defaultRegion().deleteStream("events");
        NOW.updateAndGet(now -> now.plusSeconds(1));
        aws.createStream("events", 1);

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> iterator(r -> r.shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                        .startingSequenceNumber(sequenceNumber)))
                .withMessageContaining("is invalid because it did not come from this stream");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.getRecords(r -> r.shardIterator(iterator)))
                .withMessageContaining("does not exist");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> kinesis.getRecords(r -> r.shardIterator("bm9uc2Vuc2U=")))
                .withMessageContaining("Invalid ShardIterator.");
    }

    private String put(String data) {
        return kinesis.putRecord(r -> r.streamName("events").partitionKey("key").data(SdkBytes.fromUtf8String(data)))
                .sequenceNumber();
    }

    private List<String> read(Consumer<GetShardIteratorRequest.Builder> from) {
        String iterator = iterator(from);
        return kinesis.getRecords(r -> r.shardIterator(iterator)).records().stream()
                .map(record -> record.data().asUtf8String())
                .toList();
    }

    private String iterator(Consumer<GetShardIteratorRequest.Builder> from) {
        return kinesis.getShardIterator(from.andThen(r -> r.streamName("events").shardId("shardId-000000000000")))
                .shardIterator();
    }
}
