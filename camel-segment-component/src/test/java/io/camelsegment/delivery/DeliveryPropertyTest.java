package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DeliveryPropertyTest {

    /** Whatever the sizes, arrivals and answers: limits are kept, and every record ends once. */
    @Property(tries = 300)
    void everyRecordEndsOnceAndNoRequestExceedsTheLimits(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 300) int count,
            @ForAll @IntRange(min = 1, max = 20) int batchRecords,
            @ForAll @IntRange(min = 60, max = 500) int batchBytes,
            @ForAll @IntRange(min = 1, max = 4) int inFlight,
            @ForAll boolean batchWhenIdle) {
        Random random = new Random(seed);
        ManualRuntime time = new ManualRuntime();
        ScriptedTransport transport = new ScriptedTransport();
        BatchingSettings settings = new BatchingSettings(
                batchRecords,
                batchBytes,
                Duration.ofMillis(random.nextInt(50)),
                batchWhenIdle,
                inFlight,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Ordering.NONE);
        BatchSender sender =
                new BatchSender("events", EngineTest.LIMITS, settings, RetryPolicy.DEFAULT, transport, time.runtime());
        List<Recorded> records = new ArrayList<>();
        List<Recorded> together = new ArrayList<>();
        int open = 0;
        int refused = 0;

        for (int i = 0; i < count; i++) {
            together.add(Recorded.record("r" + i, 1 + random.nextInt(60)));
            if (i + 1 == count || random.nextInt(3) == 0) {
                List<Recorded> taken = SharedCallback.send(sender, together, random);
                records.addAll(taken);
                refused += together.size() - taken.size();
                together.clear();
            }
            if (random.nextInt(4) == 0) {
                time.jitter(random.nextDouble());
                time.advance(Duration.ofNanos(random.nextInt(3_000_000)));
                open = answer(transport, open, random);
            }
            long underWay = transport.requests().stream()
                    .filter(request -> !request.answer().isDone())
                    .count();
            assertThat(underWay).isLessThanOrEqualTo(inFlight);
        }
        do {
            time.run();
            open = answer(transport, open, random);
            time.run();
        } while (sender.ledger().held() > 0 && time.advanceToNextAlarm());

        assertThat(records).allMatch(record -> record.calls() == 1);
        assertThat(sender.ledger().held()).isZero();
        assertThat(sender.ledger().accepted()).isEqualTo(records.size() + refused);
        assertThat(sender.ledger().refused()).isEqualTo(refused);
        assertThat(time.budget().heldBytes()).isZero();
        assertThat(time.workload().lackingRecords()).isZero();
        assertThat(transport.requests()).allSatisfy(request -> {
            assertThat(request.records()).hasSizeBetween(1, batchRecords);
            assertThat(request.records().stream().mapToInt(PendingRecord::size).sum())
                    .isLessThanOrEqualTo(batchBytes);
        });
    }

    /** Without failures, what arrives first is sent first. */
    @Property(tries = 100)
    void keepsTheOrderOfArrival(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int count) {
        Random random = new Random(seed);
        ManualRuntime time = new ManualRuntime();
        ScriptedTransport transport = new ScriptedTransport();
        BatchSender sender = new BatchSender(
                "events", EngineTest.LIMITS, EngineTest.SETTINGS, RetryPolicy.DEFAULT, transport, time.runtime());
        List<String> arrived = new ArrayList<>();
        int open = 0;

        for (int i = 0; i < count; i++) {
            arrived.add("r" + i);
            sender.send(Recorded.record("r" + i, 1 + random.nextInt(60)).pending());
            time.advance(Duration.ofMillis(random.nextInt(20)));
            while (open < transport.requests().size()) {
                transport.request(open++).answerAll(ScriptedTransport.DELIVERED);
                time.run();
            }
        }
        while (sender.ledger().held() > 0) {
            time.advance(EngineTest.SETTINGS.lingerTime());
            while (open < transport.requests().size()) {
                transport.request(open++).answerAll(ScriptedTransport.DELIVERED);
                time.run();
            }
        }

        assertThat(String.join(" ", transport.sent())).isEqualTo(String.join(" ", arrived));
    }

    /** Answers the open requests at random: well, in part, with an error, or not at all. */
    private static int answer(ScriptedTransport transport, int from, Random random) {
        int next = from;
        while (next < transport.requests().size()) {
            ScriptedTransport.Request request = transport.request(next++);
            switch (random.nextInt(9)) {
                case 0 -> request.answer().completeExceptionally(new IllegalStateException("cut"));
                case 1 -> request.answer().complete(List.of());
                case 2 -> request.answerAll(ScriptedTransport.BAD_REQUEST);
                case 3 -> { // never answered
                }
                case 4 ->
                    request.answerAll(random.nextInt(5) == 0 ? ScriptedTransport.DENIED : ScriptedTransport.THROTTLED);
                default ->
                    request.answer()
                            .complete(request.records().stream()
                                    .map(record -> switch (random.nextInt(5)) {
                                        case 0 -> ScriptedTransport.THROTTLED;
                                        case 1 -> ScriptedTransport.INVALID;
                                        default -> ScriptedTransport.DELIVERED;
                                    })
                                    .toList());
            }
        }
        return next;
    }
}
