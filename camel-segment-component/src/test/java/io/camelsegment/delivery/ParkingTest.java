package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParkingTest extends EngineTest {

    @Test
    void failsWhatWaitsAndRefusesWhatComes() {
        List<Recorded> sent = send("a", "b", "c");
        Recorded waiting = send("d").get(0);

        transport.request(0).answerAll(ScriptedTransport.DENIED);
        time.run();

        assertThat(sent).allMatch(record -> record.failure() instanceof StreamParkedException);
        assertThat(waiting.failure())
                .isInstanceOf(StreamParkedException.class)
                .hasMessage("Kinesis stream events: takes no records until this is mended:"
                        + " AccessDeniedException: not authorized");
        assertThat(waiting.failure().isRetryable()).isTrue();
        assertThat(sender.health()).isEqualTo(StreamHealth.PARKED);
        assertThatThrownBy(() -> send("e"))
                .isInstanceOfSatisfying(StreamParkedException.class, refusal -> assertThat(refusal.getRetryAfter())
                        .isEqualTo(Duration.ofSeconds(1)));
        assertThat(sender.ledger()).isEqualTo(new Ledger(5, 1, 0, 4, 0, 1));
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void letsOneRecordThroughAsATrial() {
        park();
        passMillis(1000);

        Recorded trial = send("trial").get(0);
        assertThatThrownBy(() -> send("next")).isInstanceOf(StreamParkedException.class);
        passMillis(100);

        assertThat(transport.sent()).last().isEqualTo("trial");
        assertThat(trial.calls()).isZero();
    }

    @Test
    void takesRecordsAgainAfterAGoodTrial() {
        park();
        passMillis(1000);
        Recorded trial = send("trial").get(0);
        passMillis(100);

        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(trial.isDelivered()).isTrue();
        assertThat(sender.health()).isEqualTo(StreamHealth.DELIVERING);
        send("d", "e", "f");
        assertThat(transport.sent()).last().isEqualTo("d e f");
    }

    @Test
    void waitsTwiceAsLongAfterEachBadTrialUpToAMinute() {
        park();
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            passMillis(seconds * 1000 - 1);
            assertThatThrownBy(() -> send("early")).isInstanceOf(StreamParkedException.class);
            passMillis(1);

            send("trial");
            passMillis(100);
            transport.request(transport.requests().size() - 1).answerAll(ScriptedTransport.DENIED);
            time.run();
        }
        assertThat(sender.health()).isEqualTo(StreamHealth.PARKED);
    }

    private void park() {
        send("a", "b", "c");
        transport.request(0).answerAll(ScriptedTransport.DENIED);
        time.run();
    }
}
