package io.camelsegment.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Ordering;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.RetryPolicy;
import io.camelsegment.delivery.SenderRuntime;
import io.camelsegment.delivery.ServiceLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * Measures the engine's cost per event: from a record given to the sender, over the SDK's request object, back to the
 * record's callback, without the call itself. A single thread does it all; answers come when five requests are in
 * flight or no other work is left.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class AccumulatorBenchmark {
    private static final int EVENTS = 10_000;
    private static final int BATCH_RECORDS = 500;
    private static final int REQUESTS = 5;

    /** NONE, KEY, STRICT. */
    @Param({"NONE", "KEY", "STRICT"})
    Ordering ordering;

    /** Number of users among whom the events are spread evenly; each event has its own string. */
    @Param({"100", "100000"})
    int users;

    private final byte[] data = new byte[400];
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final ArrayDeque<Open> open = new ArrayDeque<>();
    private final List<byte[]> keys = new ArrayList<>();
    private final RecordCallback callback = records -> this.ended += records.size();
    private BatchSender sender;
    private long now;
    private long ended;
    private int entries;

    @Setup
    public void open() {
        Random random = new Random(1);
        for (int i = 0; i < EVENTS; i++) {
            keys.add(("user_" + random.nextInt(users)).getBytes(UTF_8));
        }
        SenderRuntime runtime = new SenderRuntime(
                tasks::add,
                tasks::add,
                (task, delay) -> new CompletableFuture<>(),
                () -> now,
                () -> 0.5,
                new MemoryBudget(Long.MAX_VALUE));
        BatchingSettings settings = new BatchingSettings(
                BATCH_RECORDS,
                10 << 20,
                Duration.ofMillis(1),
                false,
                REQUESTS,
                Duration.ofHours(1),
                Duration.ofHours(2),
                ordering);
        ServiceLimits limits = new ServiceLimits("Kinesis", BATCH_RECORDS, 10 << 20, 1 << 20);
        sender = new BatchSender("events", limits, settings, RetryPolicy.DEFAULT, transport(), runtime);
    }

    /** Builds requests as the Kinesis sink does. */
    private BatchTransport transport() {
        return records -> {
            List<PutRecordsRequestEntry> request = new ArrayList<>(records.size());
            for (PendingRecord record : records) {
                request.add(PutRecordsRequestEntry.builder()
                        .data(SdkBytes.fromByteArrayUnsafe(record.data()))
                        .partitionKey(record.partitionKey())
                        .build());
            }
            entries += PutRecordsRequest.builder()
                    .streamName("events")
                    .records(request)
                    .build()
                    .records()
                    .size();
            Open sent = new Open(records.size(), new CompletableFuture<>());
            open.add(sent);
            return sent.answer();
        };
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int putToRequestAndBack() {
        long before = ended;
        for (int i = 0; i < EVENTS; i++) {
            sender.send(new PendingRecord(data, new String(keys.get(i), UTF_8), data.length + 10, true, callback));
            now += 1_000;
            run();
            if (open.size() == REQUESTS) {
                answerFirst();
            }
        }
        while (ended - before < EVENTS) {
            now += 10_000_000;
            if (open.isEmpty()) {
                // No timer fires here, so a request must be in flight until all records have ended.
                throw new IllegalStateException("nothing in flight, " + (ended - before) + " of " + EVENTS + " ended");
            }
            answerFirst();
        }
        return entries;
    }

    private void answerFirst() {
        Open first = open.remove();
        first.answer().complete(Collections.nCopies(first.records(), RecordResult.delivered("shardId-0", "1")));
        run();
    }

    private void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private record Open(int records, CompletableFuture<List<RecordResult>> answer) {}
}
