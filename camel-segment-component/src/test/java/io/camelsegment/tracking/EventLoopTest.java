package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import io.camelsegment.testing.SegmentServer;
import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The threads of routes. */
class EventLoopTest {

    private static final String PAGE = "{\"type\":\"page\",\"userId\":\"u1\"%s}";

    private final Queue<Boolean> onEventLoop = new ConcurrentLinkedQueue<>();

    private void look(Exchange exchange) {
        onEventLoop.add(Context.isOnEventLoopThread());
    }

    /** What an application adds, and the options of its source. */
    private record Application(String options, Setup setup) {}

    private interface Setup {
        void add(RouteBuilder routes, CamelContext context) throws Exception;
    }

    private SegmentServer serve(Application application) {
        return new SegmentServer(
                new RouteBuilder() {
                    @Override
                    public void configure() throws Exception {
                        application.setup().add(this, getContext());
                        from("segment:web?writeKey=WEB" + application.options()).process(EventLoopTest.this::look);
                    }
                },
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("segment:other?writeKey=OTHER").process(EventLoopTest.this::look);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&exchange=request", "&deduplicate=true", "&exchange=request&deduplicate=true"})
    void aRouteThatSaysSoRunsOnTheEventLoopHoweverItsKeyComes(String options) throws Exception {
        try (SegmentServer server = serve(new Application("&useEventLoop=true" + options, (routes, context) -> {}))) {
            assertThat(server.post("/v1/page", "WEB", PAGE.formatted("")).statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/v1/page", null, PAGE.formatted(",\"writeKey\":\"WEB\""))
                            .statusCode())
                    .isEqualTo(200);

            assertThat(onEventLoop).containsExactly(true, true);
        }
    }

    @Test
    void anyOtherRouteRunsOnWorkersHoweverItsKeyComes() throws Exception {
        try (SegmentServer server = serve(new Application("&useEventLoop=true", (routes, context) -> {}))) {
            assertThat(server.post("/v1/page", "OTHER", PAGE.formatted("")).statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/v1/page", null, PAGE.formatted(",\"writeKey\":\"OTHER\""))
                            .statusCode())
                    .isEqualTo(200);

            assertThat(onEventLoop).containsExactly(false, false);
        }
    }

    static Stream<Named<Application>> whatMayBlock() {
        return Stream.of(
                named("invalidUri", new Application("&invalidUri=file:target/invalid", (routes, context) -> {})),
                named(
                        "a repository of the application's",
                        new Application(
                                "&deduplicate=true&idempotentRepository=#ids",
                                (routes, context) ->
                                        context.getRegistry().bind("ids", new MemoryIdempotentRepository()))),
                named(
                        "a repository for repeated requests",
                        new Application("", (routes, context) -> context.getComponent("segment", SegmentComponent.class)
                                .setResendRepository(new MemoryIdempotentRepository()))),
                named("an interceptor", new Application("", (routes, context) -> context.getCamelContextExtension()
                        .addInterceptStrategy((c, definition, target, next) -> target))),
                named(
                        "a route policy",
                        new Application(
                                "",
                                (routes, context) -> context.addRoutePolicyFactory(
                                        (c, routeId, route) -> new RoutePolicySupport() {}))),
                named(
                        "a route configuration",
                        new Application(
                                "",
                                (routes, context) -> context.addRoutes(new RouteConfigurationBuilder() {
                                    @Override
                                    public void configuration() {
                                        routeConfiguration().intercept().process(exchange -> {});
                                    }
                                }))));
    }

    @ParameterizedTest
    @MethodSource
    void whatMayBlock(Application application) throws Exception {
        Application saysSo = new Application("&useEventLoop=true" + application.options(), application.setup());
        try (SegmentServer server = serve(saysSo)) {
            assertThat(server.post("/v1/page", "WEB", PAGE.formatted("")).statusCode())
                    .isEqualTo(200);

            assertThat(onEventLoop).containsExactly(false);
        }
    }
}
