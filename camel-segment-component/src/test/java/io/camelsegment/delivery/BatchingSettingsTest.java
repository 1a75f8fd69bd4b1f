package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchingSettingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 1 | 0 | 1 | 1 | 1 | batchRecords must be at least 1, was 0",
                "1 | 0 | 0 | 1 | 1 | 1 | batchBytes must be at least 1, was 0",
                "1 | 1 | -1 | 1 | 1 | 1 | lingerTime must be 0 or more, was -1 ms",
                "1 | 1 | 0 | 0 | 1 | 1 | maxInFlightRequests must be at least 1, was 0",
                "1 | 1 | 0 | 1 | 0 | 1 | requestTimeout must be more than 0, was 0 ms",
                "1 | 1 | 0 | 1 | 1 | 0 | deliveryTimeout must be more than 0, was 0 ms",
                "1 | 1 | 30000 | 1 | 1 | 20000 | lingerTime (30000 ms) must be shorter than deliveryTimeout (20000 ms)"
            })
    void refusesAValueOutOfRangeAndNamesIt(
            int records, int bytes, long linger, int inFlight, long request, long delivery, String message) {
        assertThatThrownBy(() -> new BatchingSettings(
                        records,
                        bytes,
                        Duration.ofMillis(linger),
                        false,
                        inFlight,
                        Duration.ofMillis(request),
                        Duration.ofMillis(delivery),
                        Ordering.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesMoreThanTheServiceTakes() {
        ServiceLimits limits = new ServiceLimits("Firehose", 500, 4_194_304, 1_024_000);
        BatchingSettings settings = new BatchingSettings(
                501, 1, Duration.ZERO, false, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), Ordering.NONE);

        assertThatThrownBy(() -> settings.within(limits))
                .hasMessage("batchRecords must be at most 500, the limit of Firehose, was 501");
    }
}
