package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

class DeduplicationMetersTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MessageIdRepository shared = new MessageIdRepository();

    private SegmentServer server() {
        shared.setMaxBytes(1_000_000);
        return new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("meters", meters);
                getContext().getRegistry().bind("shared", shared);
                for (String source : new String[] {"web", "mobile"}) {
                    from("segment:" + source + "?deduplicate=true&idempotentRepository=#shared&writeKey=" + source)
                            .routeId(source)
                            .process(exchange -> {});
                }
                from("segment:own?deduplicate=true&writeKey=own").routeId("own").process(exchange -> {});
                from("segment:none?writeKey=none").process(exchange -> {});
            }
        });
    }

    private double gauge(String name) {
        return meters.get("segment.deduplication." + name).gauge().value();
    }

    private static void remove(SegmentServer server, String route) throws Exception {
        server.context().getRouteController().stopRoute(route);
        server.context().removeRoute(route);
    }

    @Test
    void showWhatTheIdsTakeAndMayTake() throws Exception {
        try (SegmentServer server = server()) {
            double before = gauge("bytes");
            assertThat(gauge("ids")).isZero();
            assertThat(gauge("max.bytes"))
                    .as("a repository of two sources counts once")
                    .isEqualTo(1_000_000 + MessageIdRepository.DEFAULT_MAX_BYTES);
            for (String source : new String[] {"web", "mobile", "own", "none"}) {
                server.post("/v1/page", source, "{\"userId\":\"u1\",\"messageId\":\"m1\"}");
                server.post("/v1/page", source, "{\"userId\":\"u1\",\"messageId\":\"m1\"}");
            }
            assertThat(gauge("ids")).isEqualTo(3);

            for (int i = 0; i < 40_000; i++) {
                shared.add("other:" + i);
            }
            assertThat(gauge("ids")).isGreaterThan(1_000_000 / 64);
            assertThat(gauge("bytes")).isGreaterThan(before).isLessThanOrEqualTo(before + 1_000_000);
        }
    }

    @Test
    void goWithTheLastSourceThatRemembers() throws Exception {
        try (SegmentServer server = server()) {
            remove(server, "own");
            assertThat(gauge("max.bytes")).isEqualTo(1_000_000);
            remove(server, "web");
            assertThat(gauge("max.bytes")).isEqualTo(1_000_000);
            remove(server, "mobile");

            assertThat(meters.getMeters())
                    .noneMatch(meter -> meter.getId().getName().startsWith("segment.deduplication"));
        }
    }
}
