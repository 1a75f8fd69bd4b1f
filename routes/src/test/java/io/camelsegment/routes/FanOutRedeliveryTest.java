package io.camelsegment.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConverter;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.ExpressionAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the endpoints of a fan-out get when Camel redelivers, and when other copies of an event come. The sinks x and y
 * note the versions of the event that they get, and fail as often as a test says.
 */
class FanOutRedeliveryTest {

    private static final String DELIVER = "segment-fan-out:sinks?to.x=direct:x&to.y=direct:y";

    private final CamelContext camel = new DefaultCamelContext();
    private final Map<String, List<String>> got = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    @BeforeEach
    void start() throws Exception {
        camel.start();
        List.of("x", "y", "z").forEach(sink -> got.put(sink, new CopyOnWriteArrayList<>()));
        routes(routes -> {
            for (String sink : got.keySet()) {
                routes.from("direct:" + sink)
                        .errorHandler(routes.noErrorHandler())
                        .process(exchange -> take(sink, exchange));
            }
        });
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void take(String sink, Exchange exchange) throws IOException {
        if (failures.merge(sink, -1, Integer::sum) >= 0) {
            throw new IOException(sink + " is down");
        }
        if (exchange.getMessage().getBody() instanceof SegmentBatch batch) {
            batch.forEach(event -> got.get(sink).add(version(event)));
        } else {
            got.get(sink).add(version(exchange.getMessage().getBody(SegmentEvent.class)));
        }
    }

    private static String version(SegmentEvent event) {
        return String.valueOf(event.property("v"));
    }

    private void routes(Consumer<RouteBuilder> routes) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routes.accept(this);
            }
        });
    }

    /** Begins a route that redelivers once. */
    private static RouteDefinition redelivering(RouteBuilder routes, String uri) {
        return routes.from(uri)
                .errorHandler(
                        routes.defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
    }

    private static RouteDefinition plain(RouteBuilder routes, String uri) {
        return routes.from(uri).errorHandler(routes.noErrorHandler());
    }

    private static EventTransform version(String version) {
        return Transforms.setProperty("v", version);
    }

    private static SegmentEvent event(String messageId) throws Exception {
        return SegmentConverter.toEvent(
                ("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"A\",\"messageId\":\"" + messageId
                                + "\",\"properties\":{\"v\":\"" + messageId + "\"}}")
                        .getBytes(UTF_8),
                null);
    }

    private Exchange send(Object body) throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        return camel.getEndpoint("direct:in")
                .createAsyncProducer()
                .processAsync(exchange)
                .get();
    }

    private static Object body(String kind) throws Exception {
        return kind.equals("one") ? event("m") : new SegmentBatch(List.of(event("m")));
    }

    @ParameterizedTest
    @CsvSource({
        "fan-out, one",
        "changed, one",
        "toD, one",
        "direct, one",
        "choice, one",
        "loop, one",
        "mapping, one",
        "fan-out, batch",
        "changed, batch",
        "toD, batch",
        "direct, batch",
        "choice, batch",
        "loop, batch",
        "mapping, batch"
    })
    void aFailingSinkOfASubRouteDoesNotResendToTheOthers(String steps, String kind) throws Exception {
        routes(routes -> {
            redelivering(routes, "direct:in").to("direct:sub");
            RouteDefinition sub = plain(routes, "direct:sub");
            switch (steps) {
                case "fan-out" -> sub.to(DELIVER);
                case "changed" -> sub.process(version("m")).to(DELIVER);
                case "toD" -> sub.toD(DELIVER);
                case "direct" -> {
                    sub.to("direct:deliver");
                    plain(routes, "direct:deliver").to(DELIVER);
                }
                case "choice" ->
                    sub.choice()
                            .when(routes.body().isNull())
                            .to("direct:z")
                            .otherwise()
                            .choice()
                            .when(routes.body().isNotNull())
                            .to(DELIVER)
                            .end()
                            .end();
                case "loop" -> sub.loop(1).to(DELIVER).end();
                default -> sub.to("segment-mapping:lake?sink=direct&row.A=x,y");
            }
        });
        failures.put("y", 1);

        assertThat(send(body(kind)).getException()).isNull();

        assertThat(got.get("x")).containsExactly("m");
        assertThat(got.get("y")).containsExactly("m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"multicast", "split", "recipientList"})
    void aFailingSinkBehindACopyOfCamelDoesNotResendToTheOthers(String eip) throws Exception {
        routes(routes -> {
            RouteDefinition in = redelivering(routes, "direct:in");
            switch (eip) {
                case "multicast" -> in.multicast().to(DELIVER, "direct:z");
                case "split" -> in.split(routes.body()).to(DELIVER);
                default -> in.recipientList(routes.constant(DELIVER), "none");
            }
        });
        failures.put("y", 1);

        assertThat(send(event("m")).getException()).isNull();

        assertThat(got.get("x")).containsExactly("m");
        assertThat(got.get("y")).containsExactly("m");
    }

    /** As the documentation says: the step that fails is the sub-route, and Camel repeats all of it. */
    @ParameterizedTest
    @CsvSource({"one, 2", "batch, 1"})
    void aSubRouteThatCamelRepeatsForALaterStepSendsEventsAgainButNotThoseOfABatch(String kind, int times)
            throws Exception {
        routes(routes -> {
            redelivering(routes, "direct:in").to("direct:sub");
            plain(routes, "direct:sub").to(DELIVER).to("direct:z");
        });
        failures.put("z", 1);

        assertThat(send(body(kind)).getException()).isNull();

        assertThat(got.get("x")).hasSize(times).containsOnly("m");
        assertThat(got.get("y")).hasSize(times).containsOnly("m");
        assertThat(got.get("z")).containsExactly("m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "batch"})
    void aSubRouteThatRedeliversItselfRepeatsOnlyTheStepThatFails(String kind) throws Exception {
        routes(routes -> {
            plain(routes, "direct:in").to("direct:sub");
            redelivering(routes, "direct:sub").to(DELIVER).to("direct:z");
        });
        failures.put("z", 1);

        assertThat(send(body(kind)).getException()).isNull();

        assertThat(got.get("x")).containsExactly("m");
        assertThat(got.get("y")).containsExactly("m");
        assertThat(got.get("z")).containsExactly("m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "batch"})
    void theVersionsOfTwoBranchesReachTheSinksOfOneSubRoute(String kind) throws Exception {
        routes(routes -> {
            plain(routes, "direct:a").process(version("a")).to("direct:deliver");
            plain(routes, "direct:b").process(version("b")).to("direct:deliver");
            plain(routes, "direct:deliver").to(DELIVER);
            redelivering(routes, "direct:in").to("segment-fan-out:in?to.a=direct:a&to.b=direct:b");
        });
        failures.put("y", 1);

        assertThat(send(body(kind)).getException()).isNull();

        assertThat(got.get("x")).containsExactlyInAnyOrder("a", "b");
        assertThat(got.get("y")).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "batch"})
    void theStreamsOfAMappingThatEndInOneSubRouteReachItsSinks(String kind) throws Exception {
        routes(routes -> {
            plain(routes, "direct:a").process(version("a")).to("direct:deliver");
            plain(routes, "direct:b").process(version("b")).to("direct:deliver");
            plain(routes, "direct:deliver").to(DELIVER);
            redelivering(routes, "direct:in").to("segment-mapping:in?sink=direct&row.A=a,b");
        });
        failures.put("y", 1);

        assertThat(send(body(kind)).getException()).isNull();

        assertThat(got.get("x")).containsExactlyInAnyOrder("a", "b");
        assertThat(got.get("y")).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"continued", "doTry"})
    void afterAFailureThatItsRouteHandlesTheNextVersionReachesAllSinks(String handling) throws Exception {
        routes(routes -> {
            RouteDefinition deliver = routes.from("direct:deliver");
            if (handling.equals("doTry")) {
                deliver.doTry().to(DELIVER).doCatch(IOException.class).end();
            } else {
                deliver.onException(IOException.class).continued(true).end().to(DELIVER);
            }
            plain(routes, "direct:in")
                    .process(version("first"))
                    .to("direct:deliver")
                    .process(version("second"))
                    .to("direct:deliver");
        });
        failures.put("y", 1);

        assertThat(send(event("m")).getException()).isNull();

        assertThat(got.get("x")).containsExactly("first", "second");
        assertThat(got.get("y")).containsExactly("second");
    }

    @Test
    void derivedEventsWithTheMessageIdOfTheirEventReachAllSinks() throws Exception {
        routes(routes -> {
            plain(routes, "direct:split").split(twoEvents()).to("direct:deliver");
            redelivering(routes, "direct:deliver").to(DELIVER);
            // Behind a fan-out, whose copy knows its attempts.
            plain(routes, "direct:in").to("segment-fan-out:in?to.a=direct:split&to.z=direct:z");
        });
        failures.put("y", 1);

        assertThat(send(event("m")).getException()).isNull();

        assertThat(got.get("x")).containsExactly("1", "2");
        assertThat(got.get("y")).containsExactly("1", "2");
    }

    private static Expression twoEvents() {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                SegmentEvent event = exchange.getMessage().getBody(SegmentEvent.class);
                return List.of(event.with("properties.v", "1"), event.with("properties.v", "2"));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"multicast", "wireTap", "recipientList"})
    void copiesOfCamelAfterAnEarlierFanOutKnowNothingOfEachOther(String eip) throws Exception {
        routes(routes -> {
            plain(routes, "direct:a").process(version("a")).to("direct:deliver");
            plain(routes, "direct:b").process(version("b")).to("direct:deliver");
            routes.from("direct:deliver")
                    .errorHandler(routes.deadLetterChannel("log:dead?level=OFF"))
                    .to(DELIVER);
            RouteDefinition in = plain(routes, "direct:in").to("segment-fan-out:in?to.z=direct:z&to.z2=direct:z");
            switch (eip) {
                case "multicast" -> in.multicast().to("direct:a", "direct:b");
                case "wireTap" -> in.wireTap("direct:a").to("direct:b");
                default -> in.recipientList(routes.constant("direct:a,direct:b"));
            }
        });
        failures.put("y", 1);

        assertThat(send(event("m")).getException()).isNull();
        await().atMost(Duration.ofSeconds(30)) // wireTap sends by another thread
                .untilAsserted(() -> {
                    assertThat(got.get("x")).containsExactlyInAnyOrder("a", "b");
                    assertThat(got.get("y")).hasSize(1);
                });
    }

    @Test
    void aRedeliveryOfNestedFanOutsSendsNothingTwice() throws Exception {
        routes(routes -> {
            plain(routes, "direct:outer").to("segment-fan-out:outer?to.in=direct:inner&to.z=direct:z");
            plain(routes, "direct:inner").process(version("inner")).to(DELIVER);
            routes.from("direct:in")
                    .errorHandler(
                            routes.defaultErrorHandler().maximumRedeliveries(4).redeliveryDelay(0))
                    .to("direct:outer");
        });
        failures.put("y", 3);
        failures.put("z", 1);

        assertThat(send(event("m")).getException()).isNull();

        assertThat(got.get("x")).containsExactly("inner");
        assertThat(got.get("y")).containsExactly("inner");
        assertThat(got.get("z")).containsExactly("m");
    }

    @Test
    void aRedeliveryOfAFanOutAroundASplitSendsNothingTwice() throws Exception {
        routes(routes -> {
            plain(routes, "direct:split").split(twoEvents()).stopOnException().to("direct:deliver");
            plain(routes, "direct:deliver").to(DELIVER);
            redelivering(routes, "direct:in").to("segment-fan-out:in?to.a=direct:split&to.z=direct:z");
        });
        failures.put("y", 1);

        assertThat(send(event("m")).getException()).isNull();

        assertThat(got.get("x")).containsExactly("1", "2");
        assertThat(got.get("y")).containsExactly("1", "2");
        assertThat(got.get("z")).containsExactly("m");
    }

    @Test
    void anEventThatIsThroughLeavesNothingBehind() throws Exception {
        List<Object> left = new ArrayList<>();
        routes(routes -> redelivering(routes, "direct:in")
                .to(DELIVER)
                .process(exchange -> left.addAll(exchange.getProperties().keySet().stream()
                        .filter(name -> name.startsWith("CamelSegment"))
                        .toList())));
        failures.put("y", 1);

        assertThat(send(event("m")).getException()).isNull();

        assertThat(left).isEmpty();
        assertThat(got.get("x")).containsExactly("m");
    }
}
