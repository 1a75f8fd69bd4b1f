package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record ends once, whatever those do whom the sender relies on. */
class EndsOnceTest extends EngineTest {

    /** What an executor does wrong. */
    private enum Wrong {
        REFUSES {
            @Override
            void execute(Executor executor, Runnable task) {
                throw new RejectedExecutionException("full");
            }
        },
        HAS_NO_THREAD {
            @Override
            void execute(Executor executor, Runnable task) {
                throw new OutOfMemoryError("unable to create native thread");
            }
        },
        RUNS_AND_REFUSES {
            @Override
            void execute(Executor executor, Runnable task) {
                task.run();
                throw new RejectedExecutionException("full");
            }
        },
        TAKES_AND_REFUSES {
            @Override
            void execute(Executor executor, Runnable task) {
                executor.execute(task);
                throw new RejectedExecutionException("full");
            }
        };

        abstract void execute(Executor executor, Runnable task);
    }

    /** Does something wrong with one of its tasks, or with all. */
    private static Executor wrong(Executor executor, Wrong how, int which) {
        AtomicInteger tasks = new AtomicInteger();
        return task -> {
            int number = tasks.getAndIncrement();
            if (which == number || which < 0) {
                how.execute(executor, task);
            } else {
                executor.execute(task);
            }
        };
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(Wrong.values())
                .flatMap(how -> IntStream.range(-1, 6).mapToObj(which -> Arguments.of(how, which)));
    }

    private SenderRuntime with(Executor executor, Executor callbacks) {
        SenderRuntime good = time.runtime();
        return new SenderRuntime(
                executor == null ? good.executor() : executor,
                callbacks == null ? good.callbacks() : callbacks,
                good.timer(),
                good.clock(),
                good.jitter(),
                good.budget(),
                good.workload());
    }

    private void sendsAndEndsAll(SenderRuntime runtime) {
        sender = new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, transport, runtime);
        List<Recorded> first = send("a", "b", "c", "d");
        passMillis(100);
        transport.request(0).answer(ScriptedTransport.FAULT, 1);
        time.run();
        passMillis(100);
        List<Recorded> second = send("e", "f", "g");
        for (int i = 1; i < transport.requests().size(); i++) {
            transport.request(i).answerAll(ScriptedTransport.DELIVERED);
            passMillis(100);
        }

        assertThat(first).allMatch(Recorded::isDelivered);
        assertThat(second).allMatch(Recorded::isDelivered);
        assertThat(sender.ledger().held()).isZero();
        assertThat(time.budget().heldBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void whateverTheExecutorDoesWithATask(Wrong how, int which) {
        sendsAndEndsAll(with(wrong(time.runtime().executor(), how, which), null));
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void whateverTheExecutorOfCallbacksDoesWithATask(Wrong how, int which) {
        sendsAndEndsAll(with(null, wrong(time.runtime().callbacks(), how, which)));
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void whateverBothExecutorsDo(Wrong how, int which) {
        sendsAndEndsAll(with(
                wrong(time.runtime().executor(), how, which),
                wrong(time.runtime().callbacks(), how, which)));
    }

    @Test
    void whateverTheTimerDoes() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            AtomicInteger alarms = new AtomicInteger();
            MemoryBudget budget = new MemoryBudget(1000);
            SenderRuntime runtime = new SenderRuntime(
                    threads,
                    threads,
                    (task, nanos) -> {
                        if (alarms.getAndIncrement() % 2 == 0) {
                            throw new RejectedExecutionException("shut down");
                        }
                        throw new OutOfMemoryError("unable to create native thread");
                    },
                    System::nanoTime,
                    () -> 0.5,
                    budget);
            BatchTransport good = records -> CompletableFuture.completedFuture(
                    records.stream().map(record -> ScriptedTransport.DELIVERED).toList());
            sender = new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, good, runtime);

            send("a");
            await().atMost(Duration.ofSeconds(30)).until(() -> sender.ledger().delivered() == 1);
            send("b");
            await().atMost(Duration.ofSeconds(30)).until(() -> sender.ledger().delivered() == 2);

            assertThat(alarms).hasPositiveValue();
            await().atMost(Duration.ofSeconds(30)).until(() -> budget.heldBytes() == 0);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whateverACallbackThrows() {
        AtomicInteger told = new AtomicInteger();
        RecordCallback broken = records -> {
            told.incrementAndGet();
            throw new NoSuchFieldError("x");
        };
        sender.send(new PendingRecord(new byte[1], "a", 10, false, broken));
        Recorded next = send("b", "c").get(0);

        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(told).hasValue(1);
        assertThat(next.isDelivered()).isTrue();
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void whateverTheTransportThrowsAboutAHotPartition() {
        AtomicInteger asked = new AtomicInteger();
        BatchTransport wordless = new BatchTransport() {
            @Override
            public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
                return transport.send(records);
            }

            @Override
            public String hotPartition(String partition, String facts) {
                asked.incrementAndGet();
                throw new IllegalStateException("no words");
            }
        };
        sender = new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, wordless, time.runtime());
        List<Recorded> sent = send("a", "b", "c");
        for (int i = 0; i < 100 && sender.ledger().held() > 0; i++) {
            for (ScriptedTransport.Request request : transport.requests()) {
                request.answerAll(RecordResult.throttled("shard", "Throttled", null));
            }
            passMillis(1_000);
        }

        assertThat(asked).hasPositiveValue();
        assertThat(sent).allMatch(record -> record.calls() == 1);
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void aRefusingExecutorIsToldAgainAfterAMinute() throws Exception {
        Executor refusing = task -> {
            throw new RejectedExecutionException("full");
        };
        BatchTransport good = records -> CompletableFuture.completedFuture(
                records.stream().map(record -> ScriptedTransport.DELIVERED).toList());
        sender =
                new BatchSender("refused-again", LIMITS, SETTINGS, RetryPolicy.DEFAULT, good, with(refusing, refusing));

        List<String> log = CapturedLog.of(() -> {
            send("a", "b", "c");
            passMillis(59_000);
            send("d", "e", "f");
            passMillis(1_000);
            send("g", "h", "i");
            send("j", "k", "l");
        });

        assertThat(sender.ledger().delivered()).isEqualTo(12);
        assertThat(log)
                .filteredOn(line -> line.contains("refused-again") && line.contains("no thread takes its work"))
                .hasSize(2);
    }

    @Test
    void onePumpRunsWhateverATurnOfAnotherStreamThrows() {
        Queue<Runnable> pumps = new ArrayDeque<>();
        CallLimit one = new CallLimit(1);
        assertThat(one.begin(() -> {})).isTrue();
        sender = new BatchSender(
                "events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, transport, with(pumps::add, null), one);
        Recorded late = send("a").get(0);
        for (int second = 0; second < 60; second++) { // it expires while it waits for its turn
            passMillis(1_000);
            for (Runnable pump = pumps.poll(); pump != null; pump = pumps.poll()) {
                pump.run();
            }
        }
        time.run();
        assertThat(late.calls()).isEqualTo(1);
        assertThat(one.begin(() -> {
                    sendWithoutRunning("b", "c", "d"); // enough for a request
                    throw new StackOverflowError();
                }))
                .isFalse();

        one.end(); // the turn of the first one, whose pump has no use for it and passes it on
        pumps.remove().run();
        sendWithoutRunning("e", "f", "g");

        assertThat(pumps).as("one for all six").hasSize(1);
    }

    private void sendWithoutRunning(String... names) {
        for (String name : names) {
            send(Recorded.record(name));
        }
    }
}
