package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where callbacks run: with what applies answers, or on the executor for those that may block. */
class CallbackPlacesTest extends EngineTest {

    private final List<String> ends = new ArrayList<>();
    private String place = "the caller";

    @BeforeEach
    void twoPlaces() {
        SenderRuntime one = time.runtime();
        SenderRuntime two = new SenderRuntime(
                at("executor", one.executor()),
                at("callbacks", one.callbacks()),
                one.timer(),
                one.clock(),
                one.jitter(),
                one.budget(),
                one.workload());
        sender = new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, transport, two);
    }

    private Executor at(String name, Executor executor) {
        return task -> executor.execute(() -> {
            String before = place;
            place = name;
            try {
                task.run();
            } finally {
                place = before;
            }
        });
    }

    /** A callback that notes the place, and the names of its records. */
    private final class Placed implements RecordCallback {

        private final boolean neverBlocks;

        Placed(boolean neverBlocks) {
            this.neverBlocks = neverBlocks;
        }

        @Override
        public void settled(List<Settled> records) {
            ends.add(place + ": "
                    + String.join(
                            " ",
                            records.stream()
                                    .map(one -> Recorded.name(one.record()))
                                    .toList()));
        }

        @Override
        public boolean neverBlocks() {
            return neverBlocks;
        }
    }

    private void send(RecordCallback callback, String... names) {
        List<PendingRecord> records = new ArrayList<>();
        for (String name : names) {
            records.add(Recorded.record(name).sharing(callback, records.size()).pending());
        }
        assertThat(sender.sendAll(records)).isEmpty();
    }

    @Test
    void thoseThatNeverBlockRunWhereTheAnswerIsApplied() {
        send(new Placed(true), "a", "b");
        send(new Placed(false), "c");
        passMillis(100);

        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(ends).containsExactly("executor: a b", "callbacks: c");
        assertThat(time.budget().heldBytes()).isZero();
        assertThat(sender.isIdle()).isTrue();
    }

    @Test
    void failuresAlwaysRunWhereTheyMayBlock() {
        send(new Placed(true), "a", "b", "c");
        passMillis(100);

        transport.request(0).answer(ScriptedTransport.INVALID, 1);
        time.run();

        assertThat(ends).containsExactly("executor: a c", "callbacks: b");
        assertThat(time.budget().heldBytes()).isZero();
        assertThat(sender.isIdle()).isTrue();
    }

    @Test
    void expiredRecordsEndWhereTheyMayBlock() {
        send(new Placed(true), "a", "b", "c");
        passMillis(100);
        transport.request(0).answerAll(ScriptedTransport.FAULT);
        time.run();

        time.advance(SETTINGS.deliveryTimeout().plus(SETTINGS.requestTimeout().multipliedBy(3)));

        assertThat(ends).isNotEmpty().allMatch(end -> end.startsWith("callbacks: "));
        assertThat(sender.isIdle()).isTrue();
    }

    @Test
    void recordsGivenUpAtTheEndEndWhereTheyMayBlock() {
        send(new Placed(true), "a", "b", "c");

        sender.close(Duration.ZERO);
        time.run();

        assertThat(ends).containsExactly("callbacks: a b c");
        assertThat(sender.isIdle()).isTrue();
    }
}
