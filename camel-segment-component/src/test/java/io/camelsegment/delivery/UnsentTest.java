package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that a transport left out of a request, such as those behind a failed one of their key. */
class UnsentTest extends EngineTest {

    private static final RecordResult HELD_BACK = RecordResult.unsent("held back");

    @Test
    void areSentAgainWithoutHavingHadAnAttempt() {
        List<Recorded> records = send("a", "b", "c");

        transport.request(0).answer().complete(List.of(ScriptedTransport.FAULT, HELD_BACK, HELD_BACK));
        passMillis(50);

        assertThat(transport.sent()).containsExactly("a b c", "a b c");
        assertThat(sender.ledger().retried()).isEqualTo(1);
        transport.request(1).answerAll(ScriptedTransport.INVALID);
        time.run();
        assertThat(records).extracting(record -> record.failure().getAttempts()).containsExactly(2, 1, 1);
    }

    @Test
    void areNotWhatAilsTheStream() {
        send("a", "b", "c");

        transport.request(0).answer().complete(List.of(ScriptedTransport.FAULT, HELD_BACK, HELD_BACK));
        time.run();

        assertThat(sender.ailment()).isEqualTo("InternalFailure");
    }

    @Test
    void tellNothingOfTheCapacity() {
        sender = sender(new BatchingSettings(
                8, 100, Duration.ZERO, true, 1, Duration.ofSeconds(10), Duration.ofSeconds(30), Ordering.KEY));
        send("a", "b", "c", "d", "e", "f", "g", "h");
        assertThat(sender.inFlightLimit()).isEqualTo(8);

        RecordResult[] results = new RecordResult[8];
        Arrays.fill(results, HELD_BACK);
        results[0] = ScriptedTransport.THROTTLED;
        transport.request(0).answer().complete(List.of(results));
        time.run();

        assertThat(sender.inFlightLimit()).as("all that was sent was throttled").isEqualTo(4);
    }

    @Test
    void areGivenUpWhenTheyAreTooOld() {
        Recorded record = send("a", "b", "c").get(0);
        for (int i = 0; record.calls() == 0; i++) {
            passMillis(9_000);
            transport.request(i).answerAll(HELD_BACK);
            passMillis(50);
        }

        assertThat(transport.requests()).hasSize(4);
        assertThat(record.failure().getErrorCode()).isEqualTo("NotSent");
        assertThat(record.failure().getAttempts()).isZero();
        assertThat(record.failure().isRetryable()).isTrue();
    }
}
