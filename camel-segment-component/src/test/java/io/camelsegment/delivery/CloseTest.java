package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CloseTest extends EngineTest {

    @Test
    void refusesRecordsAfterwards() {
        sender.close(Duration.ZERO);

        assertThatThrownBy(() -> send("a"))
                .isInstanceOf(DeliveryException.class)
                .hasMessageEndingWith("Stopped: the application is stopping");
    }

    @Test
    void givesUpWhatIsLeftWhenTheTimeIsOver() {
        Recorded inFlight = send("a", "b", "c").get(0);
        Recorded waiting = send("d").get(0);

        sender.close(Duration.ZERO);

        assertThat(inFlight.failure().getErrorCode()).isEqualTo("Stopped");
        assertThat(waiting.failure().getErrorCode()).isEqualTo("Stopped");
        assertThat(waiting.failure().isRetryable()).isTrue();
        assertThat(time.budget().heldBytes()).isZero();
        assertThat(time.workload().lackingRecords()).isZero();
        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();
        assertThat(inFlight.calls()).isEqualTo(1);
    }

    /** A request may consist of several calls, and no more of them are to be made. */
    @Test
    void cancelsTheRequestsThatItGivesUp() {
        send("a", "b", "c");

        sender.close(Duration.ZERO);
        time.run();

        assertThat(transport.request(0).answer()).isCancelled();
    }

    @Test
    void deliversWhatWaitsWithoutLingering() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try {
            MemoryBudget budget = new MemoryBudget(1000);
            SenderRuntime runtime = new SenderRuntime(
                    threads,
                    threads,
                    (task, nanos) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS),
                    System::nanoTime,
                    () -> 0.5,
                    budget);
            BatchTransport good = records -> CompletableFuture.completedFuture(
                    records.stream().map(record -> ScriptedTransport.DELIVERED).toList());
            BatchingSettings patient = new BatchingSettings(
                    3, 100, Duration.ofHours(1), true, 2, Duration.ofSeconds(10), Duration.ofHours(2), Ordering.NONE);
            sender = new BatchSender("events", LIMITS, patient, RetryPolicy.DEFAULT, good, runtime);
            Recorded record = send(Recorded.record("a"));

            sender.close(Duration.ofSeconds(30));

            assertThat(record.isDelivered()).isTrue();
            assertThat(sender.ledger().held()).isZero();
        } finally {
            threads.shutdownNow();
            timer.shutdownNow();
        }
    }
}
