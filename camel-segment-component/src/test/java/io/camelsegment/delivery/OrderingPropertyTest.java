package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.OrderLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The orderings, on manual time and with a stream that fails in every way. */
class OrderingPropertyTest {

    @Property(tries = 1500)
    void keepsTheOrderLosesNothingAndDoublesOnlyAfterAnUnknownOutcome(
            @ForAll long seed,
            @ForAll Ordering ordering,
            @ForAll @IntRange(min = 1, max = 150) int count,
            @ForAll @IntRange(min = 1, max = 12) int keys,
            @ForAll @IntRange(min = 1, max = 20) int batchRecords,
            @ForAll @IntRange(min = 60, max = 300) int batchBytes,
            @ForAll @IntRange(min = 1, max = 4) int inFlight,
            @ForAll boolean batchWhenIdle) {
        Random random = new Random(seed);
        FailingStream stream = new FailingStream(random);
        ManualRuntime time = new ManualRuntime();
        BatchingSettings settings = new BatchingSettings(
                batchRecords,
                batchBytes,
                Duration.ofMillis(random.nextInt(50)),
                batchWhenIdle,
                inFlight,
                Duration.ofMillis(500),
                Duration.ofSeconds(1 + random.nextInt(5)),
                ordering);
        BatchSender sender =
                new BatchSender("events", EngineTest.LIMITS, settings, RetryPolicy.DEFAULT, stream, time.runtime());
        int[] numbers = new int[keys];
        List<Recorded> records = new ArrayList<>();
        List<Recorded> together = new ArrayList<>();

        for (int i = 0; i < count; i++) {
            int key = (int) (keys * Math.pow(random.nextDouble(), 2)); // the first are hot
            together.add(Recorded.numbered("k" + key, numbers[key]++, 1 + random.nextInt(60)));
            if (i + 1 == count || random.nextInt(3) == 0) {
                records.addAll(SharedCallback.send(sender, together, random));
                together.clear();
            }
            if (random.nextInt(4) == 0) {
                time.jitter(random.nextDouble());
                time.advance(Duration.ofNanos(random.nextInt(3_000_000)));
                stream.answerSome();
            }
        }
        do {
            time.run();
            stream.answerSome();
            time.run();
        } while (sender.ledger().held() > 0 && time.advanceToNextAlarm());

        assertThat(stream.log.breaches(ordering)).isEmpty();
        assertThat(stream.sharedAKey && ordering != Ordering.NONE).isFalse();
        assertThat(records).allMatch(record -> record.calls() == 1);
        assertThat(stream.log.stored())
                .containsAll(records.stream()
                        .filter(Recorded::isDelivered)
                        .map(record -> Recorded.name(record.pending()))
                        .toList());
        assertThat(sender.ledger().held()).isZero();
        assertThat(sender.ledger().accepted() - sender.ledger().refused()).isEqualTo(records.size());
        assertThat(time.budget().heldBytes()).isZero();
    }

    /** Fails in every way that a request or a record can fail. */
    private static final class FailingStream implements BatchTransport {

        private final OrderLog log = new OrderLog();
        private final List<Open> open = new ArrayList<>();
        private final Random random;
        /** Whether two requests at a time had records of the same key. */
        private boolean sharedAKey;

        FailingStream(Random random) {
            this.random = random;
        }

        @Override
        public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
            Open request = new Open(records, new CompletableFuture<>());
            if (open.stream().anyMatch(other -> !other.answer().isDone() && other.sharesKeysWith(request))) {
                sharedAKey = true;
            }
            open.add(request);
            return request.answer();
        }

        /**
         * Carries out some of the open requests, in any order, and answers them: well, in part, with an error, or not
         * at all.
         */
        void answerSome() {
            List<Open> waiting = new ArrayList<>(open);
            while (!waiting.isEmpty() && random.nextInt(5) > 0) {
                Open request = waiting.remove(random.nextInt(waiting.size()));
                if (!request.answer().isDone()) {
                    answer(request);
                }
            }
            open.removeIf(request -> request.answer().isDone());
        }

        private void answer(Open request) {
            int fault = random.nextInt(12);
            switch (fault) {
                case 0 -> end(request, new IllegalStateException("cut before storing"));
                case 1 -> end(request, ScriptedTransport.THROTTLED);
                case 2 -> end(request, ScriptedTransport.BAD_REQUEST);
                case 3 -> {
                    if (random.nextInt(8) == 0) {
                        end(request, ScriptedTransport.DENIED);
                    }
                }
                case 4 -> { // never answered, not stored
                }
                default -> {
                    log.request();
                    List<RecordResult> results = new ArrayList<>();
                    for (PendingRecord record : request.records()) {
                        RecordResult result =
                                switch (random.nextInt(6)) {
                                    case 0 -> ScriptedTransport.THROTTLED;
                                    case 1 ->
                                        random.nextInt(4) == 0
                                                ? ScriptedTransport.INVALID
                                                : ScriptedTransport.DELIVERED;
                                    case 2 ->
                                        random.nextInt(4) == 0
                                                ? RecordResult.unsent("held back")
                                                : ScriptedTransport.DELIVERED;
                                    default -> ScriptedTransport.DELIVERED;
                                };
                        log.record(Recorded.name(record), result.isDelivered());
                        results.add(result);
                    }
                    switch (fault) {
                        case 5 -> {
                            log.answerIsLost();
                            end(request, new IllegalStateException("cut after storing"));
                        }
                        case 6 -> {
                            log.answerIsLost();
                            request.answer().complete(List.of());
                        }
                        case 7 -> {
                            log.answerIsLost();
                            end(request, new CancellationException());
                        }
                        default -> request.answer().complete(results);
                    }
                }
            }
        }

        private static void end(Open request, Throwable error) {
            request.answer().completeExceptionally(error);
        }

        private static void end(Open request, RecordResult ofAll) {
            request.answer().complete(request.records().stream().map(r -> ofAll).toList());
        }
    }

    private record Open(List<PendingRecord> records, CompletableFuture<List<RecordResult>> answer) {

        boolean sharesKeysWith(Open other) {
            Set<String> keys = new HashSet<>();
            records.forEach(record -> keys.add(record.partitionKey()));
            return other.records().stream().anyMatch(record -> keys.contains(record.partitionKey()));
        }
    }
}
