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
    void refusesARecordThatFitsNoBatch() {
        sender = sender(new BatchingSettings(
                3, 50, Duration.ZERO, true, 2, Duration.ofSeconds(10), Duration.ofSeconds(30), Ordering.NONE));

        assertThatThrownBy(() -> send(Recorded.record("a", 51)))
                .hasMessage("Kinesis stream events: record is 51 bytes, the limit is 50");
    }
}
