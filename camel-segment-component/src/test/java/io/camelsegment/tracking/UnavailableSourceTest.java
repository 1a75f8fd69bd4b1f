package io.camelsegment.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.SegmentServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.DefaultSupervisingRouteController;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sender waits for a source that takes no events at the moment, however the request names the source. */
class UnavailableSourceTest {

    private static final String EVENT = "{\"userId\":\"u\",\"event\":\"E\",\"writeKey\":\"WEB\"}";

    /** Why a source of a running application takes no events. */
    private enum Reason {
        NOT_STARTED {
            @Override
            SegmentServer server() {
                return new SegmentServer(route(from -> from, false));
            }
        },
        CONTEXT_DOES_NOT_START_ROUTES {
            @Override
            SegmentServer server() {
                return new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        getContext().setAutoStartup(false);
                        from(URI).routeId("web").process(exchange -> {});
                    }
                });
            }
        },
        SUPERVISED_AND_FAILING {
            @Override
            SegmentServer server() {
                return new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        getContext().setRouteController(new DefaultSupervisingRouteController());
                        from("direct:other").process(exchange -> {});
                        from(URI).routeId("web").process(new FailingStart());
                    }
                });
            }
        },
        SUPERVISED_AND_THE_CONSUMER_FAILS {
            @Override
            SegmentServer server() {
                return new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        getContext().setRouteController(new DefaultSupervisingRouteController());
                        from("direct:other").process(exchange -> {});
                        from(URI + "&invalidUri=none:such").routeId("web").process(exchange -> {});
                    }
                });
            }
        },
        ADDED_AND_FAILING {
            @Override
            SegmentServer server() {
                SegmentServer server = new SegmentServer();
                assertThatThrownBy(
                                () -> server.context().addRoutes(route(from -> from + "&invalidUri=none:such", true)))
                        .isNotNull();
                return server;
            }
        },
        DEFINED_WITH_A_MISTAKE {
            @Override
            SegmentServer server() {
                SegmentServer server = new SegmentServer();
                assertThatThrownBy(() -> server.context().addRoutes(new RouteBuilder() {
                            @Override
                            public void configure() {
                                from(URI).routeId("web").to("none:such");
                            }
                        }))
                        .isNotNull();
                return server;
            }
        },
        SUSPENDED {
            @Override
            SegmentServer server() throws Exception {
                SegmentServer server = new SegmentServer(route(from -> from, true));
                server.context().getRouteController().suspendRoute("web");
                return server;
            }
        },
        STOPPED {
            @Override
            SegmentServer server() throws Exception {
                SegmentServer server = new SegmentServer(route(from -> from, true));
                server.context().getRouteController().stopRoute("web");
                return server;
            }
        },
        STOPPED_AGAIN {
            @Override
            SegmentServer server() throws Exception {
                SegmentServer server = new SegmentServer(route(from -> from, true));
                server.context().getRouteController().stopRoute("web");
                server.context().getRouteController().startRoute("web");
                assertThat(server.post("/v1/track", "WEB", EVENT).statusCode()).isEqualTo(200);
                server.context().getRouteController().stopRoute("web");
                return server;
            }
        },
        REMOVED {
            @Override
            SegmentServer server() throws Exception {
                SegmentServer server = new SegmentServer(route(from -> from, true));
                removeRoute(server.context());
                return server;
            }
        },
        REMOVED_BEFORE_ITS_START {
            @Override
            SegmentServer server() throws Exception {
                SegmentServer server = new SegmentServer(route(from -> from, false));
                removeRoute(server.context());
                return server;
            }
        },
        REPLACED_BY_ONE_THAT_FAILS {
            @Override
            SegmentServer server() {
                SegmentServer server = new SegmentServer(route(from -> from, true));
                assertThatThrownBy(
                                () -> server.context().addRoutes(route(from -> from + "&invalidUri=none:such", true)))
                        .isNotNull();
                return server;
            }
        };

        abstract SegmentServer server() throws Exception;
    }

    private static final class FailingStart extends ServiceSupport implements Processor {

        @Override
        protected void doStart() {
            throw new IllegalStateException("not yet");
        }

        @Override
        public void process(Exchange exchange) {}
    }

    private static final String URI = "segment:web?writeKey=WEB,OLD&webhook=true";

    private static RoutesBuilder route(UnaryOperator<String> uri, boolean starts) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri.apply(URI)).routeId("web").autoStartup(starts).process(exchange -> {});
            }
        };
    }

    private static void removeRoute(CamelContext context) throws Exception {
        context.getRouteController().stopRoute("web");
        assertThat(context.removeRoute("web")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void isToldToComeAgain(Reason reason) throws Exception {
        try (SegmentServer server = reason.server()) {
            assertThat(answers(server)).allSatisfy((call, answer) -> {
                assertThat(answer.statusCode()).as(call).isEqualTo(503);
                assertThat(answer.headers().firstValueAsLong("Retry-After"))
                        .as(call)
                        .hasValue(5);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .as(call)
                        .hasValue("https://shop.example");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"NOT_STARTED", "STOPPED", "REMOVED", "REMOVED_BEFORE_ITS_START", "DEFINED_WITH_A_MISTAKE"})
    void isServedByARouteThatTakesThePlace(Reason reason) throws Exception {
        try (SegmentServer server = reason.server()) {
            server.context().addRoutes(route(from -> from, true));

            assertThat(answers(server))
                    .allSatisfy((call, answer) ->
                            assertThat(answer.statusCode()).as(call).isEqualTo(200));
        }
    }

    @Test
    void isUnknownWhenTheRemovedSourceIsForgotten() throws Exception {
        try (SegmentServer server = new SegmentServer(route(from -> from, true))) {
            server.context().getComponent("segment", SegmentComponent.class).setRemovedSourceMemory(Duration.ZERO);
            removeRoute(server.context());

            assertThat(answers(server)).allSatisfy((call, answer) -> assertThat(answer.statusCode())
                    .as(call)
                    .isEqualTo(Map.of("webhook", 404, "pixel", 200).getOrDefault(call, 400)));
        }
    }

    @Test
    void staysKnownByTheKeysThatAnotherRouteNames() throws Exception {
        try (SegmentServer server = new SegmentServer(route(from -> from, true), new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:spare?writeKey=WEB")
                        .routeId("spare")
                        .autoStartup(false)
                        .process(exchange -> {});
            }
        })) {
            server.context().getComponent("segment", SegmentComponent.class).setRemovedSourceMemory(Duration.ZERO);
            removeRoute(server.context());
            assertThat(server.post("/v1/track", "WEB", EVENT).statusCode()).isEqualTo(503);
            assertThat(server.post("/v1/track", "OLD", "{\"userId\":\"u\",\"event\":\"E\"}")
                            .statusCode())
                    .isEqualTo(400);

            server.context().getRouteController().startRoute("spare");
            assertThat(server.post("/v1/track", "WEB", EVENT).statusCode()).isEqualTo(200);
        }
    }

    private static Map<String, HttpResponse<String>> answers(SegmentServer server)
            throws IOException, InterruptedException {
        Map<String, HttpResponse<String>> answers = new ConcurrentHashMap<>();
        String origin = "https://shop.example";
        answers.put(
                "header",
                server.send(server.request("/v1/track", "OLD")
                        .header("Origin", origin)
                        .POST(BodyPublishers.ofString(EVENT))));
        answers.put(
                "body",
                server.send(server.request("/v1/batch", null)
                        .header("Origin", origin)
                        .POST(BodyPublishers.ofString(
                                "{\"writeKey\":\"WEB\",\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}]}"))));
        answers.put(
                "pixel",
                server.send(server.request("/v1/pixel/page?writeKey=WEB&userId=u", null)
                        .header("Origin", origin)));
        answers.put(
                "webhook",
                server.send(server.request("/v1/webhook/web", null)
                        .header("Origin", origin)
                        .PUT(BodyPublishers.ofString("{\"type\":\"page\",\"userId\":\"u\"}"))));
        return answers;
    }

    /** How a running application gets another route in place of one. */
    private enum Replacement {
        SAME_ID {
            @Override
            void replace(CamelContext context, int number) throws Exception {
                context.addRoutes(route(from -> from + "&maxEventsPerRequest=" + (100 + number), true));
            }
        },
        REMOVED_AND_ADDED {
            @Override
            void replace(CamelContext context, int number) throws Exception {
                removeRoute(context);
                context.addRoutes(route(from -> from, true));
            }
        },
        YAML_RELOAD {
            @Override
            void replace(CamelContext context, int number) throws Exception {
                String yaml = "- route:\n    id: web\n    from:\n      uri: " + URI
                        + "\n      steps:\n        - setBody:\n            constant: \"" + number + "\"\n";
                PluginHelper.getRoutesLoader(context)
                        .updateRoutes(ResourceHelper.fromBytes("web.camel.yaml", yaml.getBytes(UTF_8)));
            }
        },
        STOPPED_AND_STARTED {
            @Override
            void replace(CamelContext context, int number) throws Exception {
                context.getRouteController().stopRoute("web");
                context.getRouteController().startRoute("web");
            }
        },
        SUSPENDED_AND_RESUMED {
            @Override
            void replace(CamelContext context, int number) throws Exception {
                context.getRouteController().suspendRoute("web");
                context.getRouteController().resumeRoute("web");
            }
        };

        abstract void replace(CamelContext context, int number) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void keepsItsEventsWhileTheRouteIsReplaced(Replacement replacement) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(3);
        try (SegmentServer server = new SegmentServer(route(from -> from, true))) {
            AtomicBoolean replaced = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            Set<Integer> statuses = ConcurrentHashMap.newKeySet();
            List<Future<?>> sending = new ArrayList<>();
            for (String head : List.of(
                    "POST /v1/track HTTP/1.1\nHost: x\nAuthorization: " + SegmentServer.basic("OLD:"),
                    "POST /v1/track HTTP/1.1\nHost: x",
                    "POST /v1/webhook/web HTTP/1.1\nHost: x")) {
                sending.add(senders.submit(() -> {
                    byte[] body = EVENT.replace("{", "{\"type\":\"track\",").getBytes(UTF_8);
                    try (RawHttp connection = new RawHttp(server.uri("/"))) {
                        while (!replaced.get()) {
                            connection
                                    .head(head + "\nContent-Length: " + body.length)
                                    .body(body);
                            statuses.add(connection.answer().status());
                            answered.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 8; i++) {
                int before = answered.get();
                replacement.replace(server.context(), i);
                while (answered.get() < before + 20) {
                    Thread.onSpinWait();
                    for (Future<?> one : sending) {
                        assertThat(one).isNotDone();
                    }
                }
            }
            replaced.set(true);
            for (Future<?> one : sending) {
                one.get();
            }

            assertThat(statuses).contains(200).isSubsetOf(200, 429, 503);
        } finally {
            senders.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(Rollback.class)
    void hearsThatAnEventMarkedForRollbackIsNotDelivered(Rollback rollback) throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                if (rollback == Rollback.ALL) {
                    from(URI).markRollbackOnly();
                } else if (rollback == Rollback.LAST) {
                    from(URI).markRollbackOnlyLast();
                } else {
                    from(URI).to("direct:sub");
                    from("direct:sub").markRollbackOnlyLast();
                }
            }
        })) {
            assertThat(server.post("/v1/track", "WEB", EVENT).statusCode()).isEqualTo(429);
        }
    }

    private enum Rollback {
        ALL,
        LAST,
        LAST_IN_ANOTHER_ROUTE
    }
}
