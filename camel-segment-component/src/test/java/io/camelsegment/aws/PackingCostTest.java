package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.Bodies;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What AWS would bill for a million events of 400 bytes, counted on a fiftieth of them from the records that the
 * stand-in got, by units of 25,000 bytes for Kinesis and of 5,120 for Firehose, the dearer reading of AWS's 25 KB and 5
 * KB. The pages print the numbers.
 *
 * @see <a href="https://aws.amazon.com/kinesis/data-streams/pricing/">Kinesis pricing</a>
 * @see <a href="https://aws.amazon.com/firehose/pricing/">Firehose pricing</a>, read 2026-11-21
 */
@ExtendWith(LocalAwsExtension.class)
class PackingCostTest {

    private static final int EVENTS = 20_000;
    private static final int PER_MILLION = 1_000_000 / EVENTS;
    private static final int EVENT_BYTES = 400;
    private static final int PUT_UNIT = 25_000;
    private static final int FIREHOSE_UNIT = 5 * 1024;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 4);
        aws.createDeliveryStream("events");
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** Until the shards are listed, for which nobody waits, events are packed by partition key alone. */
    private void warmUp() {
        KinesisStream stream = aws.stream("events");
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            stream.clear();
            send("segment-kinesis", "KPL", 100);
            return stream.records().size() <= stream.shardCount();
        });
        stream.clear();
    }

    private void send(String scheme, String packing, int count) throws Exception {
        List<String> events = IntStream.range(0, count)
                .mapToObj(i -> {
                    String key = "user-" + i % 1_000 + ":";
                    return key + "x".repeat(EVENT_BYTES - key.length());
                })
                .toList();
        String uri = scheme
                + ":events?accessKey=A&secretKey=S&requestTimeout=1m&deliveryTimeout=2m&batchWhenIdle=true&lingerTime=500ms&packing="
                + packing + "&uriEndpointOverride=" + aws.endpoint();
        assertThat(Bodies.send(context, uri, "CamelAwsKinesisPartitionKey", events))
                .allMatch(exchange -> exchange.getException() == null);
    }

    private static long units(LongStream sizes, int unit) {
        return sizes.map(size -> (size + unit - 1) / unit).sum();
    }

    private long putUnits() {
        return PER_MILLION
                * units(
                        aws.stream("events").records().stream()
                                .mapToLong(record -> record.data().length
                                        + record.partitionKey().length()),
                        PUT_UNIT);
    }

    private double billedShare() {
        List<byte[]> records = aws.deliveryStream("events").records();
        long data = records.stream().mapToLong(record -> record.length).sum();
        return (double) FIREHOSE_UNIT
                * units(records.stream().mapToLong(record -> record.length), FIREHOSE_UNIT)
                / data;
    }

    @Test
    void kinesisWithoutPackingCostsAUnitPerEvent() throws Exception {
        send("segment-kinesis", "NONE", EVENTS);

        assertThat(putUnits()).isEqualTo(1_000_000);
    }

    @Test
    void kinesisWithPackingCostsAFiftiethOfThat() throws Exception {
        warmUp();
        send("segment-kinesis", "KPL", EVENTS);

        assertThat(putUnits()).isLessThanOrEqualTo(20_000);
    }

    @Test
    void firehoseWithoutPackingBillsTwelveTimesTheData() throws Exception {
        send("segment-firehose", "NONE", EVENTS);

        assertThat(billedShare()).isBetween(12.7, 12.8);
    }

    @Test
    void firehoseWithPackingBillsTheData() throws Exception {
        send("segment-firehose", "NEWLINE", EVENTS);

        assertThat(billedShare()).isLessThanOrEqualTo(1.02);
    }
}
