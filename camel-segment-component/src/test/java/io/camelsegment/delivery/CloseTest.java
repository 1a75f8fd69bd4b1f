package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
        time.run();

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

    /** Also a call that the transport goes on with, which others would wait for. */
    @Test
    void endsTheCallsThatItGivesUp() {
        CallLimit one = new CallLimit(1);
        BatchTransport deaf = records -> new Deaf();
        sender = new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, deaf, time.runtime(), one);
        send("a", "b", "c");
        AtomicBoolean turn = new AtomicBoolean();
        assertThat(one.begin(() -> turn.set(true))).isFalse();

        sender.close(Duration.ZERO);
        time.run();

        assertThat(turn).isTrue();
    }

    @Test
    void waitsForSlowCallbacksNoLongerThanItsTimeAndALittle() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        ExecutorService callbacks = Executors.newSingleThreadExecutor();
        CountDownLatch release = new CountDownLatch(1);
        Queue<Thread> callbackThreads = new ConcurrentLinkedQueue<>();
        try {
            SenderRuntime good = time.runtime();
            SenderRuntime runtime =
                    new SenderRuntime(threads, callbacks, good.timer(), good.clock(), good.jitter(), good.budget());
            BatchTransport deaf = records -> new Deaf();
            sender = new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, deaf, runtime);
            RecordCallback slow = records -> {
                try {
                    records.forEach(record -> callbackThreads.add(Thread.currentThread()));
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            };
            for (int i = 0; i < 7; i++) {
                sender.send(new PendingRecord(new byte[1], "a", 10, false, slow, i));
            }
            long before = System.nanoTime();

            sender.close(Duration.ofMillis(200));

            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .as("far less than the callbacks, which do not return")
                    .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
            release.countDown();
            callbacks.shutdown();
            assertThat(callbacks.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            assertThat(callbackThreads).hasSize(7).doesNotContain(Thread.currentThread());
            assertThat(time.budget().heldBytes()).isZero();
            assertThat(sender.ledger())
                    .isEqualTo(new Ledger(7, 0, 0, 7, 0, sender.ledger().requests()));
        } finally {
            release.countDown();
            threads.shutdownNow();
            callbacks.shutdownNow();
        }
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
