package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private long nanos = -5;
    private Instant wall = Instant.parse("2026-11-21T12:00:00Z");
    private final SteadyClock clock = new SteadyClock(() -> nanos, () -> wall);

    private void pass(Duration time, Duration byWallClock) {
        nanos += time.toNanos();
        wall = wall.plus(byWallClock);
    }

    private Duration measured() {
        return Duration.ofNanos(clock.getAsLong());
    }

    @Test
    void measuresWhatPasses() {
        pass(Duration.ofSeconds(3), Duration.ofSeconds(3));

        assertThat(measured()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void goesOnAtItsPaceWhenTheWallClockIsSetBack() {
        pass(Duration.ofSeconds(1), Duration.ofHours(-1));
        assertThat(measured()).isEqualTo(Duration.ofSeconds(1));

        pass(Duration.ofSeconds(2), Duration.ofSeconds(2));

        assertThat(measured()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void countsTheTimeOfASuspension() {
        pass(Duration.ofSeconds(1), Duration.ofHours(1));

        assertThat(measured()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void countsASuspensionAfterTheWallClockWasSetBack() {
        pass(Duration.ofSeconds(1), Duration.ofHours(-5));
        assertThat(measured()).isEqualTo(Duration.ofSeconds(1));

        pass(Duration.ZERO, Duration.ofHours(1));

        assertThat(measured()).isEqualTo(Duration.ofHours(1).plusSeconds(1));
    }

    @Test
    void neverGoesBack() {
        pass(Duration.ofSeconds(1), Duration.ofHours(1));
        Duration before = measured();

        pass(Duration.ofSeconds(1), Duration.ofHours(-2));

        assertThat(measured()).isEqualTo(before.plusSeconds(1));
    }

    @Test
    void doesNotRunFastForAWallClockThatIsReadInMilliseconds() {
        for (int i = 0; i < 10_000; i++) {
            pass(Duration.ofNanos(100_000), i % 10 == 0 ? Duration.ofMillis(1) : Duration.ZERO);
            clock.getAsLong();
        }

        assertThat(measured()).isEqualTo(Duration.ofSeconds(1));
    }
}
