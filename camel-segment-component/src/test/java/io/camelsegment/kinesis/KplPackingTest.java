package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.AwsHttp;
import io.camelsegment.testing.Bodies;
import io.camelsegment.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Packed records over HTTP to the stand-in, and back with AWS's code that takes them apart. */
@Execution(ExecutionMode.CONCURRENT)
class KplPackingTest {

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private static final int KEYS = 50;
    private static final AtomicInteger STREAMS = new AtomicInteger();

    /** Of no other test, so that its lines in the log are known. */
    private final String name = "packed-" + STREAMS.incrementAndGet();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;
    private KinesisStream stream;

    @BeforeEach
    void start(LocalAws localAws) throws Exception {
        aws = localAws;
        stream = aws.createStream(name, 4);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private List<Exchange> send(List<String> bodies, String... options) throws Exception {
        String uri = "segment-kinesis:" + name
                + "?packing=KPL&accessKey=A&secretKey=S&batchWhenIdle=true&requestTimeout=1m&deliveryTimeout=2m"
                + "&uriEndpointOverride=" + aws.endpoint() + (options.length == 0 ? "" : "&")
                + String.join("&", options);
        return Bodies.send(context, uri, SegmentKinesisConstants.PARTITION_KEY, bodies);
    }

    /** Until the shards are listed, for which nobody waits, events are packed by partition key alone. */
    private void warmUp() {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            stream.clear();
            send(events(0, KEYS));
            return stream.records().size() <= stream.shardCount();
        });
        stream.clear();
    }

    /** Events of 50 keys, each with its own running number. */
    private static List<String> events(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "user" + i % KEYS + ":" + i / KEYS)
                .toList();
    }

    private List<Shard> shards() {
        try (KinesisAsyncClient client = KinesisAsyncClient.builder()
                .region(Region.US_WEST_2)
                .endpointOverride(aws.endpoint())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("A", "S")))
                .httpClientBuilder(AwsHttp.builder())
                .build()) {
            return KplReader.shards(client, name);
        }
    }

    private List<KinesisClientRecord> found() {
        return KplReader.read(stream.records(), shards());
    }

    private List<String> foundTexts() {
        return found().stream().map(KplReader::text).toList();
    }

    private static void assertDelivered(List<Exchange> done) {
        assertThat(done).allMatch(exchange -> exchange.getException() == null);
    }

    @Test
    void aReaderFindsEveryEventWithItsKeyAndInOrder() throws Exception {
        warmUp();

        assertDelivered(send(events(0, 5_000)));

        assertThat(foundTexts()).containsExactlyInAnyOrderElementsOf(events(0, 5_000));
        assertThat(found())
                .allSatisfy(record -> assertThat(KplReader.text(record)).startsWith(record.partitionKey() + ":"));
        Map<String, List<Integer>> numbers = found().stream()
                .collect(Collectors.groupingBy(
                        KinesisClientRecord::partitionKey,
                        Collectors.mapping(
                                record -> Integer.valueOf(KplReader.text(record)
                                        .substring(record.partitionKey().length() + 1)),
                                Collectors.toList())));
        assertThat(numbers).hasSize(KEYS).allSatisfy((key, ofKey) -> assertThat(ofKey)
                .isSorted());
        assertThat(stream.records()).hasSizeLessThan(500);
    }

    @Test
    void tellsEachExchangeTheRecordThatItsEventIsIn() throws Exception {
        warmUp();

        List<Exchange> done = send(events(0, 500));

        Set<String> told = new TreeSet<>();
        for (Exchange exchange : done) {
            told.add(exchange.getMessage().getHeader(SegmentKinesisConstants.SHARD_ID) + " "
                    + exchange.getMessage().getHeader(SegmentKinesisConstants.SEQUENCE_NUMBER));
        }
        assertThat(stream.records())
                .extracting(record -> record.shardId() + " " + record.sequenceNumber())
                .containsExactlyInAnyOrderElementsOf(told);
    }

    @Test
    void losesAndDoublesNothingWhenPackedRecordsFail() throws Exception {
        warmUp();
        aws.faults().on("PutRecords").failRecords(0.3, "ProvisionedThroughputExceededException");

        assertDelivered(send(events(0, 5_000)));

        assertThat(foundTexts()).containsExactlyInAnyOrderElementsOf(events(0, 5_000));
    }

    @Test
    void aReaderFindsEveryEventOnceWhenTheStreamIsResharded() throws Exception {
        warmUp();
        assertDelivered(send(events(0, 1_000)));

        stream.updateShardCount(7);
        assertDelivered(send(events(1_000, 4_000)));
        stream.updateShardCount(3);
        assertDelivered(send(events(4_000, 6_000)));

        assertThat(foundTexts()).containsExactlyInAnyOrderElementsOf(events(0, 6_000));
    }

    @Test
    void packsByPartitionKeyWhereShardsMayNotBeListedAndSaysSoOnce() throws Exception {
        Fault denied = aws.faults().on("ListShards").fail("AccessDeniedException");

        List<String> log = CapturedLog.of(() -> {
            assertDelivered(send(events(0, 500)));
            assertDelivered(send(events(500, 1_000)));
        });
        denied.remove();

        assertThat(foundTexts()).containsExactlyInAnyOrderElementsOf(events(0, 1_000));
        assertThat(stream.records()).hasSizeBetween(2 * KEYS, 500);
        assertThat(found().stream()
                        .collect(Collectors.groupingBy(
                                KinesisClientRecord::sequenceNumber,
                                Collectors.mapping(KinesisClientRecord::partitionKey, Collectors.toSet()))))
                .allSatisfy((record, keys) -> assertThat(keys).hasSize(1));
        assertThat(log.stream().filter(line -> line.contains("allow kinesis:ListShards") && line.contains(name)))
                .hasSize(1);
    }

    @Test
    void sendsManyKeysInSeveralRequestsWhereShardsMayNotBeListed() throws Exception {
        Fault denied = aws.faults().on("ListShards").fail("AccessDeniedException");
        List<String> bodies =
                IntStream.range(0, 3_000).mapToObj(i -> "user" + i + ":x").toList();

        assertDelivered(send(bodies));
        denied.remove();

        assertThat(foundTexts()).containsExactlyInAnyOrderElementsOf(bodies);
        assertThat(aws.calls().of("PutRecords").callsByRecords().lastKey()).isLessThanOrEqualTo(500);
    }

    @Test
    void sendsALargeEventByItself() throws Exception {
        warmUp();
        String large = "user1:" + "x".repeat(200_000);
        List<String> bodies = new ArrayList<>(events(0, 100));
        bodies.add(50, large);

        assertDelivered(send(bodies));

        assertThat(foundTexts()).containsExactlyInAnyOrderElementsOf(bodies);
        assertThat(stream.records()).extracting(KinesisRecord::text).contains(large);
    }

    @Test
    void sendsPackedRecordsOneByOneWhereTheBatchCallIsDenied() throws Exception {
        warmUp();
        aws.faults().on("kinesis:PutRecords").fail("AccessDeniedException");

        assertDelivered(send(events(0, 5_000)));

        assertThat(foundTexts()).containsExactlyInAnyOrderElementsOf(events(0, 5_000));
        assertThat(aws.calls().of("kinesis:PutRecord").records()).isLessThan(500);
    }
}
