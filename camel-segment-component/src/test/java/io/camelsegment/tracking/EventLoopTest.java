package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.localaws.PutEntry;
import io.camelsegment.testing.SegmentServer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The threads of routes. */
class EventLoopTest {

    private static final String PAGE = "{\"type\":\"page\",\"userId\":\"u1\"%s}";

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

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

    private SegmentServer serveWithSinks(String useEventLoop, String exchange, LocalAws aws) {
        aws.createStream("events", 1);
        aws.createDeliveryStream("events");
        String aSink = "events?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride=" + aws.endpoint();
        return new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("direct:dead"));
                from("segment:web?writeKey=WEB&useEventLoop=" + useEventLoop + "&exchange=" + exchange)
                        .process(EventLoopTest.this::look)
                        .to("segment-kinesis:" + aSink)
                        .process(EventLoopTest.this::look)
                        .to("segment-firehose:" + aSink)
                        .process(EventLoopTest.this::look);
                from("direct:dead").errorHandler(noErrorHandler()).process(EventLoopTest.this::look);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"true,event", "true,request", "false,event", "false,request"})
    void aRouteGoesOnAfterASinkWhereItCameFrom(boolean useEventLoop, String exchange) throws Exception {
        try (SegmentServer server = serveWithSinks("" + useEventLoop, exchange, ofEachTest.aws())) {
            assertThat(server.post("/v1/page", "WEB", PAGE.formatted("")).statusCode())
                    .isEqualTo(200);

            assertThat(onEventLoop).containsExactly(useEventLoop, useEventLoop, useEventLoop);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void aFailureLeavesTheEventLoop(String exchange) throws Exception {
        LocalAws aws = ofEachTest.aws();
        try (SegmentServer server = serveWithSinks("true", exchange, aws)) {
            aws.faults().on("*").fail("AccessDeniedException");
            assertThat(server.post("/v1/page", "WEB", PAGE.formatted("")).statusCode())
                    .isEqualTo(200);
            assertThat(onEventLoop).as("refused by AWS").containsExactly(true, false);

            assertThat(server.post("/v1/page", "WEB", PAGE.formatted("")).statusCode())
                    .isEqualTo(200);
            assertThat(onEventLoop).as("refused by the parked stream").containsExactly(true, false, true, false);
        }
    }

    @Test
    void aBatchThatFailsInPartLeavesTheEventLoop() throws Exception {
        LocalAws aws = ofEachTest.aws();
        try (SegmentServer server = serveWithSinks("true", "request", aws)) {
            aws.faults().on("PutRecords").failRecords(entry -> text(entry).contains("\"bad\""), "ValidationException");
            String events = "{\"batch\":[" + PAGE.formatted(",\"name\":\"good\"") + ','
                    + PAGE.formatted(",\"name\":\"bad\"") + "]}";

            assertThat(server.post("/v1/batch", "WEB", events).statusCode()).isEqualTo(200);

            assertThat(onEventLoop).startsWith(true, false);
            assertThat(aws.stream("events").recordCount()).isEqualTo(1);
            assertThat(aws.deliveryStream("events").records()).hasSize(1);
        }
    }

    /** Such as one that comes back from an asynchronous client on the thread of that. */
    @Test
    void anExchangeOfAnotherSourceLeavesTheEventLoop() throws Exception {
        try (SegmentServer server = serveWithSinks("true", "event", ofEachTest.aws())) {
            CamelContext context = server.context();
            AsyncProducer sink = context.getEndpoint("segment-kinesis:events?accessKey=AKIDTEST&secretKey=SECRETTEST"
                            + "&uriEndpointOverride=" + ofEachTest.aws().endpoint())
                    .createAsyncProducer();
            context.addService(sink);
            for (String body : new String[] {"{}", null}) {
                Exchange exchange =
                        ExchangeBuilder.anExchange(context).withBody(body).build();
                CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
                Vertx vertx = context.hasService(VertxPlatformHttpServer.class).getVertx();
                vertx.runOnContext(
                        start -> sink.process(exchange, doneSync -> onLoop.complete(Context.isOnEventLoopThread())));

                assertThat(onLoop.get(30, TimeUnit.SECONDS)).isFalse();
                assertThat(exchange.isFailed()).isEqualTo(body == null);
            }
        }
    }

    private static String text(PutEntry entry) {
        return new String(entry.data(), StandardCharsets.UTF_8);
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
                                }))),
                named("intercept", new Application("", (routes, context) -> routes.intercept()
                        .process(exchange -> {}))),
                named("interceptSendToEndpoint", new Application("", (routes, context) -> {
                    routes.interceptSendToEndpoint("direct:sink").process(exchange -> {});
                    context.getEndpoint("direct:sink");
                })),
                named("an event notifier", new Application("", (routes, context) -> context.getManagementStrategy()
                        .addEventNotifier(new SimpleEventNotifierSupport() {
                            @Override
                            public void notify(CamelEvent event) {}
                        }))),
                named("onCompletion", new Application("", (routes, context) -> routes.onCompletion()
                        .process(exchange -> {}))),
                named("onException", new Application("", (routes, context) -> routes.onException(Exception.class)
                        .process(exchange -> {}))));
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
