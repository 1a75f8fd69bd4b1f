package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

@Isolated("sets a system property that all Kinesis clients read")
@ExtendWith(LocalAwsExtension.class)
class JavaSdkTest {
    private final LocalAws aws;

    JavaSdkTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void clear() {
        aws.reset();
    }

    @AfterEach
    void speakCborAgain() {
        System.clearProperty(SdkSystemSetting.CBOR_ENABLED.property());
    }

    @ParameterizedTest
    @CsvSource({"HTTP2, true", "HTTP2, false", "HTTP1_1, true", "HTTP1_1, false"})
    void putsAndReadsBackWithTheAsyncClient(Protocol protocol, boolean cbor) {
        System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), Boolean.toString(cbor));
        try (KinesisAsyncClient kinesis = AwsClients.kinesisAsync(aws, protocol)) {
            kinesis.createStream(r -> r.streamName("events").shardCount(3)).join();
            List<PutRecordsRequestEntry> entries = IntStream.range(0, 500)
                    .mapToObj(i -> entry("user_" + i % 50, "{\"n\":" + i + ",\"text\":\"é😀\"}"))
                    .toList();
            var response = kinesis.putRecords(r -> r.streamName("events").records(entries))
                    .join();

            assertThat(response.failedRecordCount()).isZero();
            assertThat(response.records()).hasSize(500).allSatisfy(result -> {
                assertThat(result.shardId()).startsWith("shardId-00000000000");
                assertThat(result.sequenceNumber()).hasSize(56);
                assertThat(result.errorCode()).isNull();
            });
            List<String> read = new ArrayList<>();
            for (Shard shard :
                    kinesis.listShards(r -> r.streamName("events")).join().shards()) {
                for (Record record : read(kinesis, shard)) {
                    assertThat(record.approximateArrivalTimestamp())
                            .isBetween(Instant.now().minusSeconds(60), Instant.now());
                    read.add(record.partitionKey() + record.data().asUtf8String());
                }
            }
            assertThat(read)
                    .containsExactlyInAnyOrderElementsOf(entries.stream()
                            .map(entry -> entry.partitionKey() + entry.data().asUtf8String())
                            .toList());
        }
    }

    private static List<Record> read(KinesisAsyncClient kinesis, Shard shard) {
        String iterator = kinesis.getShardIterator(r -> r.streamName("events")
                        .shardId(shard.shardId())
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .join()
                .shardIterator();
        return kinesis.getRecords(r -> r.shardIterator(iterator)).join().records();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void managesStreamsWithTheSyncClient(boolean cbor) {
        System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), Boolean.toString(cbor));
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            kinesis.createStream(r -> r.streamName("events").shardCount(2).maxRecordSizeInKiB(2048));
            kinesis.createStream(r -> r.streamName("other").streamModeDetails(m -> m.streamMode("ON_DEMAND")));

            var summary =
                    kinesis.describeStreamSummary(r -> r.streamName("events")).streamDescriptionSummary();
            assertThat(summary.streamARN()).isEqualTo("arn:aws:kinesis:us-west-2:000000000000:stream/events");
            assertThat(summary.streamStatusAsString()).isEqualTo("ACTIVE");
            assertThat(summary.openShardCount()).isEqualTo(2);
            assertThat(summary.maxRecordSizeInKiB()).isEqualTo(2048);
            assertThat(summary.encryptionTypeAsString()).isEqualTo("NONE");
            assertThat(summary.streamModeDetails().streamModeAsString()).isEqualTo("PROVISIONED");
            assertThat(summary.streamCreationTimestamp())
                    .isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(kinesis.describeStream(r -> r.streamARN(summary.streamARN()))
                            .streamDescription()
                            .shards())
                    .hasSize(2);
            assertThat(kinesis.listStreams().streamNames()).containsExactly("events", "other");

            kinesis.updateMaxRecordSize(r -> r.streamARN(summary.streamARN()).maxRecordSizeInKiB(4096));
            assertThat(aws.stream("events").maxRecordSizeInKiB()).isEqualTo(4096);
            kinesis.deleteStream(r -> r.streamName("events"));
            assertThat(kinesis.listStreams().streamNames()).containsExactly("other");
        }
    }

    @Test
    void pagesThroughStreamsAndShards() {
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            aws.createStream("a", 5);
            aws.createStream("b", 1);
            aws.createStream("c", 1);

            assertThat(kinesis.listStreamsPaginator(r -> r.limit(2)).streamNames())
                    .containsExactly("a", "b", "c");
            var first = kinesis.listShards(r -> r.streamName("a").maxResults(3));
            var second = kinesis.listShards(r -> r.nextToken(first.nextToken()));
            assertThat(first.shards()).hasSize(3);
            assertThat(second.shards())
                    .extracting(Shard::shardId)
                    .containsExactly("shardId-000000000003", "shardId-000000000004");
            assertThat(second.nextToken()).isNull();
        }
    }

    @Test
    void keepsFirehoseRecordsAsSentAndJoined() {
        try (FirehoseClient firehose = AwsClients.firehose(aws)) {
            firehose.createDeliveryStream(r -> r.deliveryStreamName("lake")
                    .extendedS3DestinationConfiguration(s3 -> s3.roleARN("arn:aws:iam::000000000000:role/firehose")
                            .bucketARN("arn:aws:s3:::bucket")));
            String id = firehose.putRecord(r -> r.deliveryStreamName("lake")
                            .record(record -> record.data(SdkBytes.fromUtf8String("{\"n\":1}\n"))))
                    .recordId();
            var batch = firehose.putRecordBatch(r ->
                    r.deliveryStreamName("lake").records(firehoseRecord("{\"n\":2}\n"), firehoseRecord("{\"n\":3}\n")));

            assertThat(batch.failedPutCount()).isZero();
            assertThat(batch.requestResponses()).hasSize(2).allSatisfy(result -> assertThat(result.recordId())
                    .isNotEqualTo(id));
            DeliveryStream lake = aws.deliveryStream("lake");
            assertThat(new String(lake.content(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
            assertThat(lake.records()).hasSize(3);
            assertThat(firehose.describeDeliveryStream(r -> r.deliveryStreamName("lake"))
                            .deliveryStreamDescription()
                            .deliveryStreamARN())
                    .isEqualTo(lake.arn());

            firehose.deleteDeliveryStream(r -> r.deliveryStreamName("lake"));
            assertThat(firehose.listDeliveryStreams().deliveryStreamNames()).isEmpty();
        }
    }

    private static software.amazon.awssdk.services.firehose.model.Record firehoseRecord(String data) {
        return software.amazon.awssdk.services.firehose.model.Record.builder()
                .data(SdkBytes.fromUtf8String(data))
                .build();
    }

    private static PutRecordsRequestEntry entry(String partitionKey, String data) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(partitionKey)
                .data(SdkBytes.fromUtf8String(data))
                .build();
    }
}
