package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentConstants;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

class SourceMetricsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void countEveryEventOnceByItsOutcome() throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                getContext().getRegistry().bind("meters", meters);
                from("segment:web?writeKey=WEB&deduplicate=true").process(exchange -> {
                    if ("bad".equals(exchange.getIn().getHeader(SegmentConstants.USER_ID))) {
                        throw new IllegalStateException("no sink");
                    }
                });
            }
        })) {
            String good = "{\"type\":\"page\",\"userId\":\"good\",\"messageId\":\"m1\",\"timestamp\":\"soon\"}";
            String failing = "{\"type\":\"page\",\"userId\":\"bad\"}";
            String broken = "{\"type\":\"page\"}";
            server.post("/v1/batch", "WEB", "{\"batch\":[" + good + "," + failing + "," + broken + "]}");
            server.post("/v1/batch", "WEB", "{\"batch\":[" + good + "]}");
            String ambiguous = "{\"type\":\"page\",\"userId\":\"good\",\"timestamp\":\"9/3/2015 2:15:00 PM\"}";
            String clear = "{\"type\":\"page\",\"userId\":\"good\",\"timestamp\":\"2015-09-03 14:15:00 UTC\"}";
            server.post("/v1/batch", "WEB", "{\"batch\":[" + ambiguous + "," + clear + "]}");
        }

        assertThat(count("delivered")).isEqualTo(3);
        assertThat(count("failed")).isEqualTo(1);
        assertThat(count("rejected")).isEqualTo(1);
        assertThat(count("duplicate")).isEqualTo(1);
        assertThat(meters.get("segment.events.rejected")
                        .tags("source", "web", "code", "no_user_anon_id")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("segment.timestamps.unreadable").counter().count())
                .isEqualTo(2);
        assertThat(meters.get("segment.timestamps.ambiguous").counter().count()).isEqualTo(1);
    }

    @Test
    void tellTheLibrariesAndTheTimeUntilDelivery() throws Exception {
        try (SegmentServer server = new SegmentServer(web())) {
            for (String library : List.of("analytics.js", "analytics-python", "mine", "analytics.js")) {
                server.post(
                        "/v1/page",
                        "WEB",
                        "{\"userId\":\"u\",\"context\":{\"library\":{\"name\":\"" + library + "\"}}}");
            }
            server.post("/v1/page", "WEB", "{\"userId\":\"u\",\"context\":{\"library\":7}}");
            server.post(
                    "/v1/batch",
                    "WEB",
                    "{\"context\":{\"library\":{\"name\":\"analytics-go\"}},\"batch\":["
                            + "{\"type\":\"page\",\"userId\":\"u\"},{\"type\":\"page\",\"userId\":\"u\"}]}");
            server.post("/v1/page", "WEB", "{}");
        }

        assertThat(meters.find("segment.libraries").counters())
                .extracting(counter -> counter.getId().getTag("library") + " " + (int) counter.count())
                .containsExactlyInAnyOrder("analytics.js 2", "analytics-python 1", "analytics-go 1", "other 2");
        assertThat(meters.get("segment.delivery.latency").tag("source", "web").timer())
                .satisfies(timer -> {
                    assertThat(timer.count()).isGreaterThanOrEqualTo(6);
                    assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
                });
    }

    @Test
    void goWithTheirSource() throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("meters", meters);
                from("segment:stays?writeKey=STAYS").process(exchange -> {});
                from("segment:two?writeKey=ONE").routeId("two").process(exchange -> {});
                from("segment:two?writeKey=TWO").process(exchange -> {});
            }
        })) {
            int before = meters.getMeters().size();
            for (int i = 0; i < 10; i++) {
                String id = "source" + i;
                boolean starts = i % 2 == 0;
                server.context().addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("segment:" + id + "?webhook=true&writeKey=" + id)
                                .routeId(id)
                                .autoStartup(starts)
                                .process(exchange -> {});
                    }
                });
                server.post("/v1/page", id, "{\"userId\":\"good\"}");
                server.post("/v1/page", id, "{}");
                server.post("/v1/page", id, "{");
                assertThat(meters.find("segment.requests.refused")
                                .tag("source", id)
                                .counters())
                        .isNotEmpty();

                remove(server, id);
                server.post("/v1/page", id, "{\"userId\":\"good\"}");
            }
            remove(server, "two");

            assertThat(meters.getMeters()).hasSize(before + 1);
            assertThat(meters.get("segment.requests.refused").counter().getId().getTag("source"))
                    .isEqualTo("unknown");
            assertThat(meters.find("segment.events").tag("source", "two").counters())
                    .isNotEmpty();
        }
    }

    @Test
    void tellTheContextsApartThatShareARegistry() throws Exception {
        try (SegmentServer one = new SegmentServer(web());
                SegmentServer other = new SegmentServer(web())) {
            one.post("/v1/page", "WEB", "{\"userId\":\"good\"}");
            other.post("/v1/page", "WEB", "{\"userId\":\"good\"}");
            other.post("/v1/page", "WEB", "{");
            assertThat(deliveredIn(one)).containsExactly(1.0);
            assertThat(deliveredIn(other)).containsExactly(1.0);

            remove(one, "web");

            assertThat(deliveredIn(one)).isEmpty();
            other.post("/v1/page", "WEB", "{\"userId\":\"good\"}");
            assertThat(deliveredIn(other)).containsExactly(2.0);
            assertThat(meters.find("segment.requests.refused")
                            .tags("camelContext", other.context().getName(), "source", "web")
                            .counters())
                    .hasSize(1);
        }
    }

    private RouteBuilder web() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("meters", meters);
                from("segment:web?writeKey=WEB").routeId("web").process(exchange -> {});
            }
        };
    }

    private List<Double> deliveredIn(SegmentServer server) {
        return meters
                .find("segment.events")
                .tags("camelContext", server.context().getName(), "source", "web", "outcome", "delivered")
                .counters()
                .stream()
                .map(Counter::count)
                .toList();
    }

    private static void remove(SegmentServer server, String route) throws Exception {
        server.context().getRouteController().stopRoute(route);
        server.context().removeRoute(route);
    }

    private double count(String outcome) {
        return meters.get("segment.events")
                .tags("source", "web", "outcome", outcome)
                .counter()
                .count();
    }
}
