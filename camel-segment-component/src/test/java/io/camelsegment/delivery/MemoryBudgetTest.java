package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest extends EngineTest {

    @Test
    void refusesARecordForWhichThereIsNoRoom() {
        ManualRuntime small = new ManualRuntime(25);
        sender = sender(SETTINGS, small);
        send("a", "b");

        assertThatThrownBy(() -> send("c"))
                .isInstanceOf(BufferFullException.class)
                .hasMessage("Kinesis stream events: no room for 10 bytes: 20 of 25 bytes are waiting for delivery;"
                        + " slow down, or raise maxBufferedBytes");
        assertThat(sender.ledger()).isEqualTo(new Ledger(3, 1, 0, 0, 0, 0));
    }

    @Test
    void givesTheRoomBackWhenARecordEnds() {
        send("a", "b", "c");
        assertThat(time.budget().heldBytes()).isEqualTo(30);

        transport.request(0).answer(ScriptedTransport.INVALID, 0);
        time.run();

        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void countsButNeverRefusesWhatWasAdmitted() {
        send(Recorded.admitted("a", 10));
        assertThat(time.budget().heldBytes()).isEqualTo(10);

        time.budget().acquire(time.budget().maxBytes());
        send(Recorded.admitted("b", 10));

        assertThat(time.budget().heldBytes()).isEqualTo(time.budget().maxBytes() + 20);
    }

    @Test
    void alwaysLetsOneRecordThrough() {
        MemoryBudget budget = new MemoryBudget(5);

        assertThat(budget.tryAcquire(10)).isTrue();
        assertThat(budget.tryAcquire(1)).isFalse();
    }

    @Test
    void refusesASizeBelowOne() {
        assertThatThrownBy(() -> new MemoryBudget(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBufferedBytes must be at least 1, was 0");
    }

    @Test
    void isExactUnderContention() throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(100);
        CountDownLatch done = new CountDownLatch(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int thread = 0; thread < 4; thread++) {
                threads.execute(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        if (budget.tryAcquire(40)) {
                            assertThat(budget.heldBytes()).isBetween(0L, 100L);
                            budget.release(40);
                        }
                    }
                    done.countDown();
                });
            }
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            threads.shutdownNow();
        }
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void theDefaultIsAtMostAQuarterOfTheHeap() {
        assertThat(MemoryBudget.defaultMaxBytes())
                .isPositive()
                .isLessThanOrEqualTo(MemoryBudget.DEFAULT_MAX_BYTES)
                .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 4);
    }
}
