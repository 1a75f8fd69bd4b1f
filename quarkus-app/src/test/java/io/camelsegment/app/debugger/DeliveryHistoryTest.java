package io.camelsegment.app.debugger;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.Ledger;
import io.camelsegment.delivery.StreamHealth;
import io.camelsegment.sink.Senders.StreamStatus;
import io.camelsegment.sink.StreamName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveryHistoryTest {

    private static final StreamName NAME = new StreamName("kinesis", "us-west-2", "events");

    private Instant now = Instant.parse("2026-01-01T00:00:30Z");
    private final DeliveryHistory history = new DeliveryHistory(new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    });

    private void sample(long delivered) {
        Ledger ledger = new Ledger(delivered + 3, 1, delivered, 2, 4, 1);
        history.sample(List.of(new StreamStatus(
                NAME, StreamHealth.DELIVERING, null, null, ledger, 0, Duration.ZERO, Map.of("s1", 5L, "s2", 6L))));
    }

    private long delivered(int minutesAgo) {
        return history.of(NAME)[DeliveryHistory.MINUTES - 1 - minutesAgo].delivered();
    }

    @Test
    void eachMinuteHasWhatCameInIt() {
        sample(10);
        now = now.plusSeconds(20);
        sample(15);
        now = now.plusSeconds(60);
        sample(18);

        assertThat(delivered(1)).isEqualTo(15);
        assertThat(delivered(0)).isEqualTo(3);
        DeliveryHistory.Counts first = history.of(NAME)[DeliveryHistory.MINUTES - 2];
        assertThat(first).isEqualTo(new DeliveryHistory.Counts(18, 15, 4, 11, 3));
    }

    @Test
    void aStreamThatIsOpenedAnewCountsFromNothing() {
        sample(10);
        sample(2);

        assertThat(delivered(0)).isEqualTo(12);
    }

    @Test
    void anHourIsKept() {
        sample(10);
        now = now.plus(Duration.ofMinutes(59));
        assertThat(delivered(59)).isEqualTo(10);

        now = now.plus(Duration.ofMinutes(1));
        sample(11);

        assertThat(history.of(NAME))
                .extracting(DeliveryHistory.Counts::delivered)
                .containsOnlyOnce(1L);
        assertThat(history.of(NAME))
                .extracting(DeliveryHistory.Counts::delivered)
                .doesNotContain(10L);
    }
}
