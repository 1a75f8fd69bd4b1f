package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first letter of a record's name is its key. */
class OrderingTest extends EngineTest {

    private static BatchingSettings settings(Ordering ordering) {
        return new BatchingSettings(
                3, 100, Duration.ofMillis(100), true, 3, Duration.ofSeconds(10), Duration.ofSeconds(30), ordering);
    }

    private List<Recorded> sendKeyed(Ordering ordering, String... names) {
        sender = sender(settings(ordering));
        return sendKeyed(names);
    }

    private List<Recorded> sendKeyed(String... names) {
        List<Recorded> records = new ArrayList<>();
        for (String name : names) {
            records.add(send(Recorded.keyed(name)));
        }
        time.run();
        return records;
    }

    private void answerAll(int request, RecordResult result) {
        transport.request(request).answerAll(result);
        time.run();
    }

    @Test
    void putsRecordsOfAKeyIntoTheSameRequest() {
        sendKeyed(Ordering.KEY, "a1", "a2", "b1");

        assertThat(transport.sent()).containsExactly("a1 a2 b1");
    }

    @Test
    void strictPutsOneRecordOfAKeyIntoARequest() {
        sendKeyed(Ordering.STRICT, "a1", "a2", "b1", "c1");
        assertThat(transport.sent()).containsExactly("a1 b1 c1");

        answerAll(0, ScriptedTransport.DELIVERED);
        passMillis(100);

        assertThat(transport.sent()).containsExactly("a1 b1 c1", "a2");
    }

    @ParameterizedTest
    @EnumSource(names = {"KEY", "STRICT"})
    void letsOtherKeysPassOneThatIsInFlight(Ordering ordering) {
        sendKeyed(ordering, "a1", "b1", "c1", "a2", "d1", "e1", "f1");

        assertThat(transport.sent()).containsExactly("a1 b1 c1", "d1 e1 f1");

        answerAll(0, ScriptedTransport.DELIVERED);
        passMillis(100);
        assertThat(transport.sent()).last().isEqualTo("a2");
    }

    @Test
    void overtakesWithoutOrdering() {
        sendKeyed(Ordering.NONE, "a1", "b1", "c1", "a2", "b2", "c2");

        assertThat(transport.sent()).containsExactly("a1 b1 c1", "a2 b2 c2");
    }

    @ParameterizedTest
    @EnumSource(names = {"KEY", "STRICT"})
    void holdsBackLaterRecordsOfAFailedKeyAndOfNoOther(Ordering ordering) {
        sendKeyed(ordering, "a1", "b1", "c1");
        transport.request(0).answer(ScriptedTransport.FAULT, 0);
        time.run();

        sendKeyed("a2", "b2", "c2", "d2");
        assertThat(transport.sent()).containsExactly("a1 b1 c1", "b2 c2 d2");
        passMillis(25);
        assertThat(transport.sent()).last().isEqualTo(ordering == Ordering.KEY ? "a1 a2" : "a1");

        answerAll(2, ScriptedTransport.DELIVERED);
        passMillis(100);
        if (ordering == Ordering.STRICT) {
            assertThat(transport.sent()).last().isEqualTo("a2");
        }
    }

    @Test
    void sendsTheFailedOfAKeyInFrontAndInTheirOrder() {
        sendKeyed(Ordering.KEY, "a1", "a2", "a3", "a4");
        transport.request(0).answer(ScriptedTransport.FAULT, 0, 2);
        time.run();
        passMillis(25);

        assertThat(transport.sent()).containsExactly("a1 a2 a3", "a1 a3 a4");
    }

    @Test
    void sendsFailedRecordsTogetherAgainInTheirOrder() {
        sendKeyed(Ordering.KEY, "c1", "a1", "b1");
        answerAll(0, ScriptedTransport.FAULT);
        passMillis(25);

        assertThat(transport.sent()).containsExactly("c1 a1 b1", "c1 a1 b1");
    }

    @ParameterizedTest
    @EnumSource(names = {"KEY", "STRICT"})
    void keepsTheOrderWhileItLooksForTheRecordThatSpoilsARequest(Ordering ordering) {
        List<Recorded> records = sendKeyed(ordering, "a1", "a2", "a3", "b1", "c1", "bad", "a4");
        int answered = 0;
        while (sender.ledger().held() > 0) {
            while (answered < transport.requests().size()) {
                ScriptedTransport.Request request = transport.request(answered++);
                request.answerAll(
                        request.names().contains("bad") ? ScriptedTransport.BAD_REQUEST : ScriptedTransport.DELIVERED);
            }
            passMillis(100);
        }

        assertThat(String.join(" ", transport.sent())
                        .replaceAll("[bc]\\w+ ?", "")
                        .trim()
                        .split(" "))
                .containsSubsequence("a1", "a2", "a3", "a4");
        assertThat(records).filteredOn(record -> !record.isDelivered()).hasToString("[bad failed]");
    }

    @Test
    void holdsBackAKeyWhoseAnswerIsOverdueUntilItIsGivenUp() {
        sendKeyed(Ordering.KEY, "a1", "b1", "c1");
        sendKeyed("a2");
        passMillis(9_999);
        assertThat(transport.sent()).containsExactly("a1 b1 c1");

        passMillis(26);

        assertThat(transport.sent()).containsExactly("a1 b1 c1", "a1 a2 b1", "c1");
    }

    @ParameterizedTest
    @EnumSource(names = {"KEY", "STRICT"})
    void failsWhatWaitsForItsKeyWhenItIsTooOld(Ordering ordering) {
        sender = sender(new BatchingSettings(
                3, 100, Duration.ofMillis(100), true, 3, Duration.ofSeconds(60), Duration.ofSeconds(30), ordering));
        sendKeyed("a1", "b1", "c1");
        passMillis(1_000);
        List<Recorded> waiting = sendKeyed("a2", "a3");
        passMillis(29_999);
        assertThat(waiting).allMatch(record -> record.calls() == 0);

        passMillis(1);

        assertThat(waiting)
                .extracting(record -> record.failure().getErrorCode())
                .containsOnly("NotSent");
        answerAll(0, ScriptedTransport.DELIVERED);
        sendKeyed("a4", "a5", "d1");
        assertThat(transport.sent()).last().isEqualTo(ordering == Ordering.KEY ? "a4 a5 d1" : "a4 d1");
    }

    @Test
    void givesUpWhatWaitsForItsKeyWhenTheStreamIsParked() {
        sendKeyed(Ordering.KEY, "a1", "b1", "c1");
        List<Recorded> waiting = sendKeyed("a2", "a3");

        answerAll(0, ScriptedTransport.DENIED);

        assertThat(waiting).allMatch(record -> record.failure() instanceof StreamParkedException);
        passMillis(1_000);
        sendKeyed("a4");
        passMillis(100);
        answerAll(1, ScriptedTransport.DELIVERED);
        assertThat(transport.sent()).containsExactly("a1 b1 c1", "a4");
        assertThat(sender.ledger().held()).isZero();
    }

    @Test
    void givesUpWhatWaitsForItsKeyWhenTheTimeToStopIsOver() {
        sendKeyed(Ordering.STRICT, "a1", "b1", "c1");
        List<Recorded> waiting = sendKeyed("a2", "a3");

        sender.close(Duration.ZERO);
        time.run();

        assertThat(waiting)
                .extracting(record -> record.failure().getErrorCode())
                .containsOnly("Stopped");
        assertThat(sender.ledger().held()).isZero();
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void recordsWithoutAKeyKeepNoOrder() {
        sender = sender(settings(Ordering.STRICT));
        for (int i = 0; i < 6; i++) {
            sender.send(new PendingRecord(new byte[] {'x'}, null, 1, false, ended -> {}));
        }
        time.run();

        assertThat(transport.sent()).containsExactly("x x x", "x x x");
    }

    /** Fails by its running time if the backlog of a hot key is looked at again and again. */
    @ParameterizedTest
    @EnumSource(names = {"KEY", "STRICT"})
    void aLongBacklogOfOneKeyHoldsUpNoOther(Ordering ordering) {
        sender = sender(new BatchingSettings(
                100, 1000, Duration.ofMillis(1), true, 5, Duration.ofSeconds(60), Duration.ofHours(1), ordering));
        sendKeyed("h");
        passMillis(1);
        for (int i = 0; i < 200_000; i++) {
            send(Recorded.keyed("hot"));
        }
        time.run();
        for (int i = 0; i < 1_000; i++) {
            sender.send(new PendingRecord(new byte[1], "other" + i, 1, false, ended -> {}));
            passMillis(1);
            transport.request(i + 1).answerAll(ScriptedTransport.DELIVERED);
            time.run();
        }

        assertThat(transport.requests()).hasSize(1_001);
        assertThat(sender.ledger().delivered()).isEqualTo(1_000);
    }
}
