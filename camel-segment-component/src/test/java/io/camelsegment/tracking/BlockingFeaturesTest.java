package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;

import com.sun.net.httpserver.HttpServer;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/**
 * What may block holds up no event loop. There is one loop for everything; while a feature blocks, another source's
 * events are delivered all the same.
 */
@Execution(ExecutionMode.CONCURRENT)
class BlockingFeaturesTest {

    private static final String EVENT = "{\"type\":\"page\",\"userId\":\"u1\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Far more than another source's events need. */
    private static final Duration SLOW = Duration.ofSeconds(2);

    /** An RS256 token with the key ID "k". */
    private static final String TOKEN =
            "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJleHAiOjk5OTk5OTk5OTl9." + "c2ln".repeat(85) + "c2ln";

    private static final String ROLE = "arn:aws:iam::111111111111:role/segment";

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private final Vertx oneLoop =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final Queue<String> wrongThreads = new ConcurrentLinkedQueue<>();
    private SegmentServer server;
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.createStream("web", 1);
        aws.createStream("other", 1);
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
        threads.shutdown();
        oneLoop.close();
    }

    /** What a feature does when it is used: the first time it waits until the test goes on. */
    private void block() {
        if (Context.isOnEventLoopThread()) {
            wrongThreads.add(Thread.currentThread().getName());
        }
        if (blocked.getCount() == 0) {
            return;
        }
        blocked.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void block(Exchange exchange) {
        block();
    }

    private String sink(String stream) {
        return "segment-kinesis:" + stream + "?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride="
                + aws.endpoint();
    }

    /** A feature in use. */
    private static final class Feature {

        private String options = "";
        private String sink;
        private String body = EVENT;
        private String authorization = SegmentServer.basic("WEB:");
        private int status = 200;
        private Fault slow;
        private Function<RouteDefinition, ProcessorDefinition<?>> steps = route -> route;
    }

    private interface Setup {

        /** Sets the feature up; the routes get the source {@code web} after that. */
        void of(BlockingFeaturesTest test, Feature feature, RouteBuilder routes, CamelContext context) throws Exception;
    }

    static Stream<Named<Setup>> features() {
        return Stream.of(
                named("invalidUri", (test, feature, routes, context) -> {
                    routes.from("direct:invalid").process(test::block);
                    feature.options = "&invalidUri=direct:invalid";
                    feature.body = "{\"type\":\"page\"}";
                    feature.status = 400;
                }),
                named("bridgeErrorHandler", (test, feature, routes, context) -> {
                    routes.onException(CamelExchangeException.class)
                            .handled(true)
                            .process(test::block);
                    feature.options = "&bridgeErrorHandler=true";
                    feature.body = "{\"type\":\"page\"}";
                    feature.status = 400;
                }),
                named("idempotentRepository", (test, feature, routes, context) -> {
                    context.getRegistry().bind("ids", new MemoryIdempotentRepository() {
                        @Override
                        public boolean contains(String key) {
                            test.block();
                            return super.contains(key);
                        }

                        @Override
                        public boolean add(String key) {
                            test.block();
                            return super.add(key);
                        }
                    });
                    feature.options = "&deduplicate=true&idempotentRepository=#ids";
                }),
                named("resendRepository", (test, feature, routes, context) -> context.getComponent(
                                "segment", SegmentComponent.class)
                        .setResendRepository(new MemoryIdempotentRepository() {
                            @Override
                            public boolean contains(String key) {
                                test.block();
                                return super.contains(key);
                            }
                        })),
                named("an interceptor", (test, feature, routes, context) -> context.getCamelContextExtension()
                        .addInterceptStrategy((c, definition, target, next) -> new DelegateAsyncProcessor(target) {
                            @Override
                            public boolean process(Exchange exchange, AsyncCallback callback) {
                                if (exchange.getFromEndpoint().getEndpointUri().contains("web")) {
                                    test.block();
                                }
                                return super.process(exchange, callback);
                            }
                        })),
                named("intercept()", (test, feature, routes, context) -> routes.intercept()
                        .process(test::block)),
                named("interceptSendToEndpoint()", (test, feature, routes, context) -> routes.interceptSendToEndpoint(
                                "segment-kinesis:web*")
                        .process(test::block)),
                named(
                        "a route policy",
                        (test, feature, routes, context) -> context.addRoutePolicyFactory(
                                (c, routeId, route) -> routeId.equals("web") ? test.new BlockingPolicy() : null)),
                named("a route configuration", (test, feature, routes, context) -> {
                    context.addRoutes(new RouteConfigurationBuilder() {
                        @Override
                        public void configuration() {
                            routeConfiguration("blocks").intercept().process(test::block);
                        }
                    });
                    feature.steps = route -> route.routeConfigurationId("blocks");
                }),
                named("an event notifier", (test, feature, routes, context) -> context.getManagementStrategy()
                        .addEventNotifier(test.new BlockingNotifier())),
                named("onCompletion()", (test, feature, routes, context) -> routes.onCompletion()
                        .process(test::block)),
                named("onException()", (test, feature, routes, context) -> {
                    routes.onException(Exception.class).handled(true).process(test::block);
                    test.aws.faults().on("PutRecords").resource("web").fail("ValidationException");
                }),
                named("redelivery", (test, feature, routes, context) -> {
                    routes.errorHandler(routes.defaultErrorHandler()
                            .maximumRedeliveries(1)
                            .redeliveryDelay(1)
                            .onRedelivery(test::block));
                    test.aws.faults().on("PutRecords").resource("web").times(1).fail("ValidationException");
                }),
                named("dead letters", (test, feature, routes, context) -> {
                    routes.errorHandler(routes.deadLetterChannel("direct:dead"));
                    routes.from("direct:dead")
                            .errorHandler(routes.noErrorHandler())
                            .process(test::block);
                    test.aws.faults().on("PutRecords").resource("web").fail("ValidationException");
                }),
                named("dead letters of what the sink refuses", (test, feature, routes, context) -> {
                    routes.errorHandler(routes.deadLetterChannel("direct:dead"));
                    routes.from("direct:dead")
                            .errorHandler(routes.noErrorHandler())
                            .process(test::block);
                    feature.steps = route -> route.setBody().constant(null);
                }),
                named("AWS credentials of the application's", (test, feature, routes, context) -> {
                    SegmentCredentials credentials = new SegmentCredentials();
                    credentials.setBaseCredentials(() -> {
                        test.block();
                        return AwsBasicCredentials.create("AKIDBASE", "BASESECRET");
                    });
                    context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
                    feature.sink = "segment-kinesis:web?useDefaultCredentialsProvider=true&uriEndpointOverride="
                            + test.aws.endpoint();
                }),
                named("a role that AWS is slow to give", (test, feature, routes, context) -> {
                    test.aws.createRole(ROLE, "external");
                    feature.slow = test.aws.faults().on("AssumeRole").times(1).delay(SLOW);
                    SegmentCredentials credentials = new SegmentCredentials();
                    credentials.setEndpointOverride(test.aws.endpoint());
                    credentials.setBaseCredentials(() -> AwsBasicCredentials.create("AKIDBASE", "BASESECRET"));
                    context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
                    feature.sink = "segment-kinesis:web?roleAddress=" + ROLE + "&secretId=external&uriEndpointOverride="
                            + test.aws.endpoint();
                }),
                named(
                        "AWS that is slow to answer",
                        (test, feature, routes, context) -> feature.slow = test.aws
                                .faults()
                                .on("PutRecords")
                                .resource("web")
                                .times(1)
                                .delay(SLOW)),
                named("a slow key set", (test, feature, routes, context) -> {
                    HttpServer keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
                    keys.setExecutor(test.threads);
                    keys.createContext("/", exchange -> {
                        test.block();
                        exchange.sendResponseHeaders(404, -1);
                        exchange.close();
                        keys.stop(0);
                    });
                    keys.start();
                    feature.options =
                            "&jwksUrl=http://127.0.0.1:" + keys.getAddress().getPort() + "/keys";
                    feature.authorization = "Bearer " + TOKEN;
                    feature.body = "{\"writeKey\":\"WEB\",\"type\":\"page\",\"userId\":\"u1\"}";
                    feature.status = 429;
                }));
    }

    private final class BlockingPolicy extends RoutePolicySupport {
        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            block();
        }
    }

    private final class BlockingNotifier extends EventNotifierSupport {
        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeCompletedEvent completed
                    && completed.getExchange().getFromRouteId().equals("web")) {
                block();
            }
        }
    }

    static Stream<Arguments> inBothForms() {
        return features().flatMap(feature -> Stream.of("event", "request").map(form -> Arguments.of(feature, form)));
    }

    @ParameterizedTest
    @MethodSource("inBothForms")
    void holdUpNoOtherSource(Setup setup, String form) throws Exception {
        Feature feature = new Feature();
        server = new SegmentServer(
                new RouteBuilder() {
                    @Override
                    public void configure() throws Exception {
                        bindToRegistry("vertx", oneLoop);
                        feature.sink = sink("web");
                        setup.of(BlockingFeaturesTest.this, feature, this, getContext());
                        feature.steps
                                .apply(from("segment:web?useEventLoop=true&writeKey=WEB&exchange=" + form
                                                + feature.options)
                                        .routeId("web"))
                                .to(feature.sink);
                    }
                },
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("segment:other?useEventLoop=true&writeKey=OTHER&exchange=" + form)
                                .to(sink("other"));
                    }
                });

        CompletableFuture<HttpResponse<String>> held = server.client()
                .sendAsync(request(feature.authorization, feature.body).build(), BodyHandlers.ofString());
        await().atMost(PATIENCE).until(() -> feature.slow == null ? blocked.getCount() == 0 : feature.slow.hits() > 0);

        assertThat(server.send(request(SegmentServer.basic("OTHER:"), EVENT)).statusCode())
                .isEqualTo(200);
        assertThat(held).isNotDone();
        assertThat(aws.stream("other").recordCount()).isEqualTo(1);
        release.countDown();
        assertThat(held.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(feature.status);
        assertThat(wrongThreads).isEmpty();
    }

    private HttpRequest.Builder request(String authorization, String body) {
        return server.request("/v1/page", null)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }
}
