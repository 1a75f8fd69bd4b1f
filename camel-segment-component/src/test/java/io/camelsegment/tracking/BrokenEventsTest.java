package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.OwnJvm;
import io.camelsegment.testing.SegmentServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** The log tells of broken events without an invalidUri, once a minute for each reason. */
@OwnJvm("the log")
class BrokenEventsTest {

    @Test
    void theFirstOfEachReasonIsToldWithoutWhatItHolds() throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB_KEY&maxEventBytes=100").process(exchange -> {});
            }
        })) {
            List<String> log = CapturedLog.of(() -> {
                String nobody = "{\"type\":\"track\",\"event\":\"HIDDEN\"}";
                server.post("/v1/batch", "WEB_KEY", "{\"batch\":[" + nobody + "," + nobody + "]}");
                server.post("/v1/track", "WEB_KEY", nobody);
                server.post(
                        "/v1/track", "WEB_KEY", "{\"userId\":\"HIDDEN\",\"event\":\"" + "HIDDEN".repeat(20) + "\"}");
            });

            assertThat(log)
                    .filteredOn(line -> line.contains("an event was refused"))
                    .hasSize(2)
                    .allMatch(line -> line.contains("WARN") && line.contains("Source web:"))
                    .noneMatch(line -> line.contains("HIDDEN") || line.contains("KEY"));
        }
    }

    @Test
    void theyAreToldAgainAfterAMinuteWithTheirNumber() throws Exception {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE);
        BrokenEvents broken = new BrokenEvents("web", now::get);

        List<String> log = CapturedLog.of(() -> {
            broken.refused("missing_user");
            broken.refused("missing_user");
            broken.refused("invalid_type");
            now.addAndGet(Duration.ofMinutes(1).toNanos());
            broken.refused("missing_user");
        });

        assertThat(log).hasSize(3);
        assertThat(log.get(0))
                .endsWith("Source web: an event was refused with missing_user; its sender does not repeat it");
        assertThat(log.get(2))
                .endsWith("Source web: an event was refused with missing_user, as 1 more since the last such line; its"
                        + " sender does not repeat it");
    }
}
