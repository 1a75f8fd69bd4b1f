package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecordSizeTest extends EngineTest {

    @Test
    void takesARecordAtTheLimit() {
        send(Recorded.record("a", 60));
        passMillis(100);

        assertThat(transport.sent()).containsExactly("a");
    }

    @Test
    void refusesARecordOverTheLimitAndNamesBothSizes() {
        assertThatThrownBy(() -> send(Recorded.record("a", 61)))
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessage("Kinesis stream events: record is 61 bytes, the limit is 60");
        assertThat(sender.ledger().refused()).isEqualTo(1);
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void sendsARecordThatIsLargerThanABatchAlone() {
        sender = sender(new BatchingSettings(
                3, 50, Duration.ZERO, true, 2, Duration.ofSeconds(10), Duration.ofSeconds(30), Ordering.NONE));

        send(Recorded.record("a", 20));
        send(Recorded.record("b", 51));
        send(Recorded.record("c", 20));
        time.run();

        assertThat(transport.sent()).startsWith("a", "b");
    }

    @Test
    void asksTheTransportAboutARecordOverTheUsualLimit() {
        transport.recordBytes(70);

        send(Recorded.record("a", 70));
        assertThatThrownBy(() -> send(Recorded.record("b", 71)))
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessage("Kinesis stream events: record is 71 bytes, the limit is 70");
        passMillis(100);

        assertThat(transport.sent()).containsExactly("a");
    }

    @Test
    void failsARecordThatTurnsOutTooLarge() {
        Recorded record = send(Recorded.record("a", 60));
        passMillis(100);

        transport.request(0).answerAll(RecordResult.tooLarge(60, 50));
        time.run();

        assertThat(record.failure())
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessage("Kinesis stream events: record is 60 bytes, the limit is 50");
    }
}
