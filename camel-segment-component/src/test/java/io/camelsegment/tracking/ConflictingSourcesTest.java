package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.event.EventLimits;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.server.Sources;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A write key, and the path of a webhook, belong to one source. */
class ConflictingSourcesTest {

    private static final String EVENT = "{\"type\":\"page\",\"userId\":\"u\"}";

    private static RoutesBuilder route(String id, String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId(id).process(exchange -> {});
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment:ws?webhook=true",
                "segment:ws?webhook=true&sharedSecret=OTHER",
                "segment:ws?webhook=true&writeKey=NEW_KEY"
            })
    void refusesASecondWebhookOfAName(String uri) throws Exception {
        for (String state : List.of("started", "suspended")) {
            try (SegmentServer server =
                    new SegmentServer(route("signed", "segment:ws?webhook=true&sharedSecret=HUSH"))) {
                if (state.equals("suspended")) {
                    server.context().getRouteController().suspendRoute("signed");
                }

                assertThatThrownBy(() -> server.context().addRoutes(route("second", uri)))
                        .as(state)
                        .hasMessage("Two sources with webhook=true have the name 'ws', so both expect webhooks at"
                                + " webhook/ws; give each a name of its own");

                server.context().getRouteController().resumeRoute("signed");
                assertThat(server.post("/v1/webhook/ws", null, EVENT).body())
                        .as(state)
                        .contains("invalid_signature");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "segment:a?webhook=true, segment:a?webhook=true&sharedSecret=HUSH",
        "segment:a?writeKey=ONE, 'segment:b?writeKey=TWO,ONE'",
        "segment:a?writeKey=ONE, segment:a?writeKey=ONE&webhook=true"
    })
    void refusesTheStartWithTwoOfThem(String first, String second) {
        assertThatThrownBy(() -> new SegmentServer(route("first", first), route("second", second)))
                .rootCause()
                .hasMessageContaining("'a'")
                .hasMessageNotContaining("ONE")
                .hasMessageNotContaining("HUSH");
    }

    @Test
    void letsAnotherSourceOfTheNameTakeWriteKeysBesideTheWebhook() throws Exception {
        try (SegmentServer server =
                new SegmentServer(route("hook", "segment:ws?webhook=true"), route("keys", "segment:ws?writeKey=WEB"))) {
            assertThat(server.post("/v1/webhook/ws", null, EVENT).statusCode()).isEqualTo(200);
            assertThat(server.post("/v1/page", "WEB", EVENT).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void letsAnotherRouteHaveWhatAStoppedOrRemovedOneHad() throws Exception {
        try (SegmentServer server = new SegmentServer(route("old", "segment:ws?webhook=true&writeKey=WEB"))) {
            server.context().getRouteController().stopRoute("old");
            server.context().addRoutes(route("new", "segment:ws?webhook=true&writeKey=WEB&maxEventBytes=1000"));
            assertThat(server.post("/v1/page", "WEB", EVENT).statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> server.context().getRouteController().startRoute("old"))
                    .hasMessageContaining("'ws'");

            server.context().getRouteController().stopRoute("new");
            server.context().removeRoute("new");
            server.context().addRoutes(route("third", "segment:other?writeKey=WEB"));
            assertThat(server.post("/v1/page", "WEB", EVENT).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1})
    void remembersARemovedSourceForItsTime(long start) {
        AtomicLong now = new AtomicLong(start);
        Duration memory = new SegmentComponent().getRemovedSourceMemory();
        Sources sources = new Sources(now::get, memory::toNanos);
        AwaitedSource source = new AwaitedSource("web", EventLimits.DEFAULT, Set.of("*"));
        sources.expect(source, List.of("WEB"), true);
        now.addAndGet(Duration.ofDays(1).toNanos());
        assertThat(sources.isEmpty()).isFalse();

        sources.remove(source, source);

        assertThat(sources.contains("web")).isFalse();
        now.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        assertThat(sources.isEmpty()).isFalse();
        now.incrementAndGet();
        assertThat(sources.isEmpty()).isTrue();
    }
}
