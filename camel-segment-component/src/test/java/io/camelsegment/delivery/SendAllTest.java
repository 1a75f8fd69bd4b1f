package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records given to a sender together. */
class SendAllTest extends EngineTest {

    private static final RecordCallback NEVER = records -> {
        throw new AssertionError("a refused record has no callback");
    };

    @Test
    void areSentInTheirOrder() {
        SharedCallback request = SharedCallback.of("a", "b", "c", "d", "e");

        assertThat(sender.sendAll(request.pending())).isEmpty();
        passMillis(100);

        assertThat(transport.sent()).containsExactly("a b c", "d e");
        assertThat(sender.ledger()).isEqualTo(new Ledger(5, 0, 0, 0, 0, 2));
        assertThat(time.budget().heldBytes()).isEqualTo(50);
    }

    @Test
    void areHeldFromTheirArrivalToTheirEnd() {
        sender.sendAll(SharedCallback.of("a", "b", "c", "d").pending());
        assertThat(sender.heldBytes()).isEqualTo(40);
        time.run();

        transport.request(0).answer(ScriptedTransport.THROTTLED, 1);
        time.run();

        assertThat(sender.heldBytes()).as("one waits, and one again").isEqualTo(20);
        sender.close(Duration.ZERO);
        time.run();
        assertThat(sender.heldBytes()).isZero();
    }

    @Test
    void callBackOnceForEachBatch() {
        SharedCallback request = SharedCallback.of("a", "b", "c", "d", "e");
        sender.sendAll(request.pending());
        passMillis(100);

        transport.request(0).answer(ScriptedTransport.INVALID, 1);
        time.run();
        assertThat(request.calls()).containsExactly(List.of(0, 1, 2));
        assertThat(time.budget().heldBytes()).isEqualTo(20);
        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(request.calls()).containsExactly(List.of(0, 1, 2), List.of(3, 4));
        assertThat(request.records()).extracting(Recorded::isDelivered).containsExactly(true, false, true, true, true);
        assertThat(request.records().get(1).failure().getErrorCode()).isEqualTo("ValidationException");
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void callBackOnceForEachBatchAlsoBetweenRecordsOfOthers() {
        sender = sender(new BatchingSettings(
                20, 1000, Duration.ZERO, true, 1, Duration.ofSeconds(10), Duration.ofSeconds(30), Ordering.KEY));
        send("first");
        SharedCallback one = SharedCallback.of("a", "b", "c");
        SharedCallback other = SharedCallback.of("a", "d");
        Recorded alone = Recorded.record("e");
        List<PendingRecord> mixed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            mixed.add(one.pending().get(i));
            if (i < 2) {
                mixed.add(other.pending().get(1 - i));
            }
        }
        mixed.add(1, alone.pending());
        sender.sendAll(mixed);
        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();
        assertThat(transport.sent()).last().isEqualTo("a e d b a c");

        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(one.calls()).containsExactly(List.of(0, 1, 2));
        assertThat(other.calls()).containsExactly(List.of(1, 0));
        assertThat(alone.isDelivered()).isTrue();
    }

    @Test
    void callBackOnceWhenTheyAreGivenUpTogether() {
        SharedCallback request = SharedCallback.of("a", "b", "c", "d", "e", "f", "g", "h");
        sender.sendAll(request.pending());
        time.run();

        sender.close(Duration.ZERO);
        time.run();

        assertThat(request.calls()).hasSize(1);
        assertThat(request.records())
                .extracting(record -> record.failure().getErrorCode())
                .containsOnly("Stopped");
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void callBackForTheOthersWhenOneCallbackThrows() {
        SharedCallback request = SharedCallback.of("b", "c");
        List<PendingRecord> records = new ArrayList<>(request.pending());
        records.add(0, new PendingRecord(new byte[] {'a'}, "a", 10, false, ended -> {
            throw new NoSuchFieldError("x");
        }));
        sender.sendAll(records);
        time.run();

        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(request.records()).allMatch(Recorded::isDelivered);
        assertThat(time.budget().heldBytes()).isZero();
        assertThat(sender.isIdle()).isTrue();
    }

    @Test
    void refuseTheTooLargeOnesAndTakeTheOthers() {
        PendingRecord large = new PendingRecord(new byte[61], "a", 61, true, NEVER);
        Recorded small = Recorded.admitted("b", 60);

        List<Settled> refused = sender.sendAll(List.of(large, small.pending()));
        passMillis(100);

        assertThat(refused).extracting(Settled::record).containsExactly(large);
        assertThat(refused.get(0).result()).isNull();
        assertThat(refused.get(0).failure())
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessage("Kinesis stream events: record is 61 bytes, the limit is 60");
        assertThat(transport.sent()).containsExactly("b");
        assertThat(sender.ledger()).isEqualTo(new Ledger(2, 1, 0, 0, 0, 1));
        assertThat(time.budget().heldBytes()).isEqualTo(60);
    }

    @Test
    void askTheTransportAboutRecordsOverTheUsualLimit() {
        transport.recordBytes(70);
        PendingRecord large = new PendingRecord(new byte[71], "a", 71, true, NEVER);
        Recorded allowed = Recorded.admitted("b", 70);

        List<Settled> refused = sender.sendAll(List.of(allowed.pending(), large));

        assertThat(refused).extracting(Settled::record).containsExactly(large);
        assertThat(refused.get(0).failure()).hasMessageEndingWith("record is 71 bytes, the limit is 70");
    }

    @Test
    void refuseThoseForWhichThereIsNoRoom() {
        ManualRuntime small = new ManualRuntime(25);
        sender = sender(SETTINGS, small);
        List<PendingRecord> records =
                new ArrayList<>(SharedCallback.of("a", "b").pending());
        records.add(new PendingRecord(new byte[10], "c", 10, false, NEVER));
        records.add(Recorded.record("d", 5).pending());

        List<Settled> refused = sender.sendAll(records);

        assertThat(refused).extracting(Settled::record).containsExactly(records.get(2));
        assertThat(refused.get(0).failure()).isInstanceOf(BufferFullException.class);
        assertThat(small.budget().heldBytes()).isEqualTo(25);
    }

    @Test
    void refuseNoneThatWasAdmitted() {
        ManualRuntime small = new ManualRuntime(5);
        sender = sender(SETTINGS, small);

        List<Settled> refused = sender.sendAll(List.of(
                Recorded.admitted("a", 10).pending(), Recorded.admitted("b", 20).pending()));

        assertThat(refused).isEmpty();
        assertThat(small.budget().heldBytes()).isEqualTo(30);
    }

    @Test
    void giveAParkedStreamOneAsATrial() {
        send("a", "b", "c");
        transport.request(0).answerAll(ScriptedTransport.DENIED);
        time.run();
        SharedCallback early = SharedCallback.of("d", "e");
        assertThat(sender.sendAll(early.pending()))
                .hasSize(2)
                .allMatch(one -> one.failure() instanceof StreamParkedException);
        passMillis(1_000);

        SharedCallback request = SharedCallback.of("trial", "f", "g");
        List<Settled> refused = sender.sendAll(request.pending());
        passMillis(100);

        assertThat(transport.sent()).last().isEqualTo("trial");
        assertThat(refused)
                .extracting(Settled::record)
                .containsExactlyElementsOf(request.pending().subList(1, 3));
        assertThat(time.budget().heldBytes()).isEqualTo(10);
        assertThat(request.calls()).isEmpty();
    }

    @Test
    void areRefusedWhileItStops() {
        sender.close(Duration.ZERO);

        List<Settled> refused = sender.sendAll(List.of(
                new PendingRecord(new byte[1], "a", 10, false, NEVER),
                new PendingRecord(new byte[1], "b", 10, true, NEVER)));

        assertThat(refused).extracting(one -> one.failure().getErrorCode()).containsExactly("Stopped", "Stopped");
        assertThat(time.budget().heldBytes()).isZero();
        assertThat(sender.ledger()).isEqualTo(new Ledger(2, 2, 0, 0, 0, 0));
        assertThatThrownBy(() -> send("c")).isInstanceOf(DeliveryException.class);
    }

    @Test
    void wakeTheSenderUpOnce() {
        sender.sendAll(SharedCallback.of("a", "b").pending());
        assertThat(time.alarmsSet()).isEqualTo(1);

        sender.sendAll(SharedCallback.of("c", "d", "e", "f", "g").pending());
        time.run();

        assertThat(transport.sent()).containsExactly("a b c", "d e f");
        assertThat(time.alarmsSet()).isEqualTo(1);
    }

    @Test
    void mayBeNone() {
        assertThat(sender.sendAll(List.of())).isEmpty();
        assertThat(time.alarmsSet()).isZero();
    }
}
