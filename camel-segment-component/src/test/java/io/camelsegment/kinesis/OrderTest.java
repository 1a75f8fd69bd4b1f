package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentBatch;
import io.camelsegment.delivery.Ordering;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.FaultRule;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.PutEntry;
import io.camelsegment.testing.OrderLog;
import io.camelsegment.testing.OwnJvm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * The orderings over HTTP, with the real SDK client, against a stream that fails, is slow, loses answers and is
 * resharded.
 */
@Tag(OwnJvm.TAG) // as jqwik runs one class after the other, and this one waits
class OrderTest {

    private static LocalAws aws;
    private static DefaultCamelContext context;
    private static int streams;

    @BeforeContainer
    static void start() throws Exception {
        aws = LocalAws.start();
        context = new DefaultCamelContext();
        context.start();
        // Keeps the client that the tries share, which takes seconds to close.
        context.getEndpoint(uri("held")).createAsyncProducer().start();
    }

    @AfterContainer
    static void stop() {
        context.stop();
        aws.close();
    }

    private static String uri(String stream) {
        return "segment-kinesis:" + stream + "?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride="
                + aws.endpoint();
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void keepsTheOrderLosesNothingAndDoublesOnlyAfterAnUnknownOutcome(
            @ForAll long seed,
            @ForAll Ordering ordering,
            @ForAll @IntRange(min = 1, max = 80) int count,
            @ForAll @IntRange(min = 1, max = 10) int keys,
            @ForAll @IntRange(min = 1, max = 30) int batchRecords,
            @ForAll @IntRange(min = 1, max = 4) int maxInFlightRequests,
            @ForAll boolean together)
            throws Exception {
        Random random = new Random(seed);
        // A request that times out by mistake, on a machine that stands still, has an unknown outcome of which the log
        // does
        // not know; only those few tries that need it have a short time.
        boolean someNeverAnswered = random.nextInt(8) == 0;
        OrderLog log = new OrderLog();
        aws.reset();
        KinesisStream stream = aws.createStream("events" + streams++, 1 + random.nextInt(4));
        injectFaults(stream, log, someNeverAnswered, random);

        AsyncProducer producer = context.getEndpoint(uri(stream.name())
                        + "&ordering=" + ordering.name().toLowerCase(Locale.ROOT) + "&batchRecords=" + batchRecords
                        + "&maxInFlightRequests=" + maxInFlightRequests + "&lingerTime=" + random.nextInt(10)
                        + "ms&requestTimeout=" + (someNeverAnswered ? "1s" : "20s"))
                .createAsyncProducer();
        producer.start();
        List<Exchange> delivered = send(producer, count, keys, together ? 1 + random.nextInt(20) : 0, random);
        producer.stop();

        assertThat(delivered).allMatch(exchange -> exchange.getException() == null);
        assertThat(log.breaches(ordering)).isEmpty();
        assertThat(stream.records())
                .extracting(KinesisRecord::text)
                .as("what the log knows")
                .containsExactlyElementsOf(log.stored());
        if (!together) {
            assertThat(stream.records())
                    .as("what the sender was told")
                    .extracting(OrderTest::place)
                    .containsAll(delivered.stream().map(OrderTest::toldPlace).toList());
        }
    }

    /**
     * Numbers the records of each key, and sometimes waits until one is delivered.
     *
     * @param together how many events a batch has at most; 0 for single records
     */
    private static List<Exchange> send(AsyncProducer producer, int count, int keys, int together, Random random)
            throws Exception {
        int[] numbers = new int[keys];
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        List<SegmentEvent> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int key = (int) (keys * Math.pow(random.nextDouble(), 2)); // the first are hot
            String name = "k" + key + "-" + numbers[key]++;
            batch.add(event("k" + key, name));
            if (batch.size() < together && i < count - 1) {
                continue;
            }
            Exchange exchange = together > 0
                    ? ExchangeBuilder.anExchange(context)
                            .withBody(new SegmentBatch(batch))
                            .build()
                    : ExchangeBuilder.anExchange(context)
                            .withBody(name)
                            .withHeader(SegmentKinesisConstants.PARTITION_KEY, "k" + key)
                            .build();
            batch.clear();
            CompletableFuture<Exchange> done = new CompletableFuture<>();
            producer.process(exchange, doneSync -> done.complete(exchange));
            sent.add(done);
            if (random.nextInt(20) == 0) {
                sent.get(random.nextInt(sent.size())).get(60, TimeUnit.SECONDS);
            }
        }
        List<Exchange> delivered = new ArrayList<>();
        for (CompletableFuture<Exchange> done : sent) {
            delivered.add(done.get(60, TimeUnit.SECONDS));
        }
        return delivered;
    }

    private static SegmentEvent event(String user, String name) {
        byte[] json = name.getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(EventType.PAGE, null, user, null, null, name, Instant.EPOCH, Instant.EPOCH, json);
    }

    private static void injectFaults(KinesisStream stream, OrderLog log, boolean someNeverAnswered, Random random) {
        double refused = random.nextInt(3) * 0.1;
        aws.faults()
                .on("PutRecords")
                .failRecords(
                        entry -> logged(log, entry, random.nextDouble() < refused),
                        "ProvisionedThroughputExceededException");
        for (int call = 0; call < 40; call++) {
            switch (random.nextInt(24)) {
                case 0 -> on(call).fail("InternalFailure");
                case 1 -> on(call).cutConnection();
                case 2 -> on(call).htmlPage(502);
                case 3 -> losesAnswer(call, log).cutConnection();
                case 4 -> losesAnswer(call, log).fail("ServiceUnavailable");
                case 5 -> {
                    losesAnswer(call, log);
                    on(call).changeResultCount(random.nextBoolean() ? 1 : -1);
                }
                case 6 -> {
                    losesAnswer(call, log);
                    on(call).truncateAnswer();
                }
                case 7 -> {
                    if (someNeverAnswered && call < 10) {
                        losesAnswer(call, log).neverAnswer();
                    }
                }
                case 8, 9, 10 -> on(call).delay(Duration.ofMillis(1 + random.nextInt(15)));
                case 11 -> {
                    int shards = 1 + random.nextInt(6);
                    on(call).run(() -> stream.updateShardCount(shards));
                }
                default -> {}
            }
        }
    }

    private static boolean logged(OrderLog log, PutEntry entry, boolean refused) {
        if (entry.index() == 0) {
            log.request();
        }
        log.record(new String(entry.data(), StandardCharsets.UTF_8), !refused);
        return refused;
    }

    private static FaultRule on(int call) {
        return aws.faults().on("PutRecords").after(call).times(1);
    }

    private static FaultRule losesAnswer(int call, OrderLog log) {
        on(call).afterStoring().run(log::answerIsLost);
        return on(call).afterStoring();
    }

    private static String place(KinesisRecord record) {
        return record.text() + " " + record.shardId() + " " + record.sequenceNumber();
    }

    private static String toldPlace(Exchange exchange) {
        return exchange.getMessage().getBody(String.class) + " "
                + exchange.getMessage().getHeader(SegmentKinesisConstants.SHARD_ID) + " "
                + exchange.getMessage().getHeader(SegmentKinesisConstants.SEQUENCE_NUMBER);
    }
}
