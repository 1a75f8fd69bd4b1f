package io.camelsegment.tracking.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.testing.SegmentServer;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final AtomicLong now = new AtomicLong();

    @Test
    void takesABurstAndThenTheRate() {
        RateLimit limit = new RateLimit(10, 100, now::get);

        assertThat(limit.secondsUntilTaken("KEY", 60)).isZero();
        assertThat(limit.secondsUntilTaken("KEY", 40)).isZero();
        assertThat(limit.secondsUntilTaken("KEY", 1)).isEqualTo(1);
        assertThat(limit.secondsUntilTaken("KEY", 100)).isEqualTo(10);

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(2_500));
        assertThat(limit.secondsUntilTaken("KEY", 25)).isZero();
        assertThat(limit.secondsUntilTaken("KEY", 1)).isEqualTo(1);
    }

    @Test
    void takesARequestAfterTheTimeItToldToWait() {
        RateLimit limit = new RateLimit(3, 10, now::get);
        assertThat(limit.secondsUntilTaken("KEY", 10)).isZero();

        long wait = limit.secondsUntilTaken("KEY", 10);

        assertThat(wait).isEqualTo(4);
        now.addAndGet(TimeUnit.SECONDS.toNanos(wait - 1));
        assertThat(limit.secondsUntilTaken("KEY", 10)).isEqualTo(1);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(limit.secondsUntilTaken("KEY", 10)).isZero();
    }

    @Test
    void savesUpNoMoreThanABurst() {
        RateLimit limit = new RateLimit(10, 20, now::get);
        assertThat(limit.secondsUntilTaken("KEY", 20)).isZero();

        now.addAndGet(TimeUnit.DAYS.toNanos(1));

        assertThat(limit.secondsUntilTaken("KEY", 20)).isZero();
        assertThat(limit.secondsUntilTaken("KEY", 20)).isEqualTo(2);
    }

    @Test
    void asksTheSendersOfAKeyThatIsOverItToComeAgainAndTakesTheOtherKeys() throws Exception {
        AtomicInteger delivered = new AtomicInteger();
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=KEY,OTHER&maxEventsPerSecond=1").process(e -> delivered.incrementAndGet());
            }
        })) {
            // The largest request that the source takes is its burst too: otherwise it would come again for ever.
            String largest = batch(2_500);
            assertThat(server.post("/v1/batch", "KEY", largest).statusCode()).isEqualTo(200);

            HttpResponse<String> answer = server.post("/v1/batch", "KEY", largest);

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(new ObjectMapper().readTree(answer.body()).get("code").asText())
                    .isEqualTo("rate_limited");
            int seconds =
                    Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
            assertThat(seconds).isBetween(2_000, 2_500);
            assertThat(answer.headers().firstValue("X-RateLimit-Reset")).hasValue(Integer.toString(seconds));
            assertThat(delivered).hasValue(2_500);

            assertThat(server.post("/v1/batch", "OTHER", batch(1)).statusCode()).isEqualTo(200);
            assertThat(delivered).hasValue(2_501);
        }
    }

    @Test
    void limitsAWebhook() throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:workspace?webhook=true&maxEventsPerSecond=1").process(e -> {});
            }
        })) {
            assertThat(server.post("/v1/webhook/workspace", null, batch(2_400)).statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/v1/webhook/workspace", null, batch(2_400)).statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    void saysWhenItIsNegative() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThatThrownBy(() -> context.getEndpoint("segment:web?writeKey=KEY&maxEventsPerSecond=-1")
                            .createConsumer(exchange -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("maxEventsPerSecond must be 0 (no limit) or more, was -1");
        }
    }

    private static String batch(int events) {
        return "{\"batch\":[" + "{\"type\":\"page\",\"userId\":\"u1\"},".repeat(events - 1)
                + "{\"type\":\"page\",\"userId\":\"u1\"}]}";
    }
}
