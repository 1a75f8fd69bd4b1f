package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightLimitTest {

    private final InFlightLimit limit = new InFlightLimit(500, 2_500);

    /** Answers of whole windows, in requests of 500. */
    private void roundTrips(int count, double throttledShare) {
        for (int i = 0; i < count; i++) {
            int window = limit.records();
            for (int left = window; left > 0; left -= 500) {
                int records = Math.min(500, left);
                limit.answered(records, (int) (records * throttledShare), window);
            }
        }
    }

    @Test
    void startsWithAWholeBatchAndDoubles() {
        assertThat(limit.records()).isEqualTo(500);
        roundTrips(1, 0);
        assertThat(limit.records()).isEqualTo(1_000);
        roundTrips(1, 0);
        assertThat(limit.records()).isEqualTo(2_000);
        roundTrips(1, 0);
        assertThat(limit.records()).isEqualTo(2_500);
    }

    @Test
    void startsAtTheMostIfThatIsLess() {
        assertThat(new InFlightLimit(500, 40).records()).isEqualTo(40);
    }

    @Test
    void fallsByWhatWasThrottledAboveAQuarter() {
        limit.answered(500, 225, 500);

        assertThat(limit.records()).isEqualTo(400);
    }

    @Test
    void fallsByHalfAtMostAndNotBelowOne() {
        limit.answered(500, 500, 500);
        assertThat(limit.records()).isEqualTo(250);

        roundTrips(20, 1);
        assertThat(limit.records()).isEqualTo(1);
    }

    @Test
    void bearsAQuarter() {
        roundTrips(3, 0.25);

        assertThat(limit.records()).isEqualTo(2_500);
    }

    @Test
    void growsSlowlyAfterAThrottlingThenFaster() {
        roundTrips(20, 1);

        roundTrips(1, 0);
        assertThat(limit.records()).isEqualTo(2);
        roundTrips(9, 0);
        assertThat(limit.records()).isBetween(40, 60);
        roundTrips(62, 0);
        assertThat(limit.records()).isEqualTo(2_500);
    }

    @Test
    void growsOnlyWhileItIsMadeUseOf() {
        for (int i = 0; i < 100; i++) {
            limit.answered(100, 0, 100);
        }

        assertThat(limit.records()).isEqualTo(500);
    }

    @Test
    void isMeasuredFromWhatWasInFlight() {
        roundTrips(3, 0);

        limit.answered(500, 500, 1_500);

        assertThat(limit.records()).isEqualTo(1_250);
    }
}
