package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest extends EngineTest {

    @ParameterizedTest
    @CsvSource({"1, 50", "2, 100", "3, 200", "7, 3200", "8, 5000", "9, 5000", "64, 5000", "2147483647, 5000"})
    void doublesTheBackoffUpToFiveSeconds(int attempts, long millis) {
        assertThat(RetryPolicy.DEFAULT.delayNanos(attempts, 0.5))
                .isEqualTo(Duration.ofMillis(millis).toNanos() / 2);
    }

    @Test
    void spreadsTheBackoffFromZero() {
        assertThat(RetryPolicy.DEFAULT.delayNanos(5, 0)).isZero();
    }

    @Test
    void waitsForTheBackoff() {
        send("a", "b", "c");
        transport.request(0).answer(ScriptedTransport.THROTTLED, 0);
        passMillis(24);
        assertThat(transport.sent()).containsExactly("a b c");

        passMillis(1);

        assertThat(transport.sent()).containsExactly("a b c", "a");
    }

    @Test
    void sendsNewRecordsWhileFailedOnesWait() {
        send("a", "b", "c");
        transport.request(0).answer(ScriptedTransport.THROTTLED, 0, 1, 2);
        time.run();

        send("d", "e", "f");

        assertThat(transport.sent()).containsExactly("a b c", "d e f");
    }

    @Test
    void givesUpWhenTheNextAttemptWouldComeTooLate() {
        Recorded record = send("a", "b", "c").get(0);

        for (int i = 0; record.calls() == 0; i++) {
            transport.request(i).answer(ScriptedTransport.THROTTLED, 0);
            passMillis(2500);
        }

        DeliveryException failure = record.failure();
        assertThat(failure.getErrorCode()).isEqualTo("ProvisionedThroughputExceededException");
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.getAttempts()).isEqualTo(transport.requests().size());
        assertThat(failure)
                .hasMessage("Kinesis stream events: not delivered within 30000 ms in " + failure.getAttempts()
                        + " attempts: ProvisionedThroughputExceededException: Rate exceeded");
        assertThat(time.nowMillis()).isBetween(25_000L, 32_500L);
    }

    @Test
    void failsARecordThatWaitsTooLongForAFreeRequest() {
        sender = sender(new BatchingSettings(
                3,
                100,
                Duration.ofMillis(100),
                true,
                1,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Ordering.NONE));
        send("a", "b", "c");
        Recorded waiting = send("d").get(0);
        passMillis(29_999);
        assertThat(waiting.calls()).isZero();

        passMillis(1);

        assertThat(waiting.failure())
                .hasMessage("Kinesis stream events: not delivered within 30000 ms in 0 attempts:"
                        + " NotSent: its turn did not come in time");
        assertThat(transport.sent()).containsExactly("a b c");
    }

    @Test
    void tellsWhatARecordFailedWithWhoseNextTurnDidNotComeInTime() {
        sender = sender(new BatchingSettings(
                3,
                100,
                Duration.ofMillis(100),
                true,
                1,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Ordering.NONE));
        Recorded record = send("a", "b", "c").get(0);
        send("d", "e", "f");
        transport.request(0).answerAll(ScriptedTransport.FAULT);
        passMillis(30_000);
        assertThat(transport.sent()).containsExactly("a b c", "d e f");

        transport.request(1).answerAll(ScriptedTransport.FAULT);
        time.run();

        assertThat(record.failure())
                .hasMessage("Kinesis stream events: not delivered within 30000 ms in 1 attempts: InternalFailure: "
                        + ScriptedTransport.FAULT.errorMessage());
    }

    @Test
    void sendsAgainWhatWasNotAnsweredInTime() {
        List<Recorded> records = send("a", "b", "c");

        passMillis(9_999);
        assertThat(transport.sent()).hasSize(1);
        passMillis(26);

        assertThat(transport.sent()).containsExactly("a b c", "a b c");
        assertThat(transport.request(0).answer()).isCancelled();
        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();
        assertThat(records).allMatch(Recorded::isDelivered);
    }

    @Test
    void completesARecordOnceWhenAnAnswerComesTooLate() {
        List<Recorded> records = send("a", "b", "c");
        passMillis(10_025);
        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(records).allMatch(record -> record.calls() == 1);
        assertThat(sender.ledger()).isEqualTo(new Ledger(3, 0, 3, 0, 3, 2));
    }

    @Test
    void isFailingAfterASecondWithoutADelivery() {
        send("a", "b", "c");
        int answered = 0;
        while (time.nowMillis() < 1500) {
            assertThat(sender.health())
                    .isEqualTo(time.nowMillis() < 1000 ? StreamHealth.DELIVERING : StreamHealth.FAILING);
            while (answered < transport.requests().size()) {
                transport.request(answered++).answerAll(ScriptedTransport.THROTTLED);
            }
            passMillis(50);
        }

        time.advance(Duration.ofSeconds(5));
        transport.request(answered).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(sender.health()).isEqualTo(StreamHealth.DELIVERING);
    }
}
