package io.camelsegment.tracking.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.SenderRuntime;
import io.camelsegment.delivery.Verdict;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which thread compresses: not that of the sender, which may be an event loop. */
class CompressionTest {

    private static final PendingRecord RECORD =
            new PendingRecord("{}".getBytes(StandardCharsets.UTF_8), null, 2, false, records -> {});

    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();

    @Test
    void compressesOnTheThreadsOfTheClient() throws Exception {
        SenderRuntime runtime = new SenderRuntime(
                Runnable::run,
                Runnable::run,
                (task, nanos) -> new CompletableFuture<>(),
                () -> 0,
                () -> 0,
                new MemoryBudget(1));
        try (ScriptedApi api = new ScriptedApi(ScriptedApi.taken())) {
            TrackingApiTransport transport = new TrackingApiTransport(
                    URI.create(api.url() + "/batch"), "KEY", true, Duration.ofSeconds(20), runtime);

            List<RecordResult> results = transport.send(new NotedRecords()).get(30, TimeUnit.SECONDS);

            assertThat(results)
                    .singleElement()
                    .extracting(RecordResult::verdict)
                    .isEqualTo(Verdict.DELIVERED);
            assertThat(readers).isNotEmpty().doesNotContain(Thread.currentThread());
        }
    }

    /** One record, and who reads it. */
    private final class NotedRecords extends AbstractList<PendingRecord> {

        @Override
        public PendingRecord get(int index) {
            readers.add(Thread.currentThread());
            return RECORD;
        }

        @Override
        public int size() {
            return 1;
        }
    }
}
