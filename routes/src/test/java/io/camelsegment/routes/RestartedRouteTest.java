package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.HeldComponent.Held;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Camel initialises the steps of a route again when it starts after a stop. */
class RestartedRouteTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final HeldComponent sinks = new HeldComponent();

    @BeforeEach
    void start() {
        List.of("sink", "segment-kinesis", "segment-firehose").forEach(name -> camel.addComponent(name, sinks));
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    interface Step {
        void addTo(RouteDefinition route);
    }

    static Stream<Arguments> steps() {
        return Stream.of(
                step("FanOut", List.of("a", "b"), route -> route.process(FanOut.to("sink:a", "sink:b"))),
                step("FanOut of one", List.of("a"), route -> route.process(FanOut.to("sink:a"))),
                step(
                        "segment-fan-out",
                        List.of("a", "b"),
                        route -> route.to("segment-fan-out:both?to.1=sink:a&to.2=sink:b")),
                step(
                        "segment-mapping",
                        List.of("a", "b"),
                        route -> route.to("segment-mapping:lake?row.*=a,b&sink=kinesis")),
                step("FirehoseMapping", List.of("a"), route -> route.process(FirehoseMapping.of(Map.of("track", "a")))),
                step("to", List.of("a"), route -> route.to("sink:a")));
    }

    private static Arguments step(String name, List<String> streams, Step step) {
        return Arguments.of(name, streams, step);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void sendsAnEventOnceToEachEndpoint(String name, List<String> streams, Step step) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                step.addTo(from("direct:in").routeId("route"));
            }
        });

        for (int start = 1; start <= 3; start++) {
            AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
            Exchange exchange = in.getEndpoint().createExchange();
            exchange.getMessage().setBody(event());
            CompletableFuture<Exchange> done = in.processAsync(exchange);
            List<Held> held = List.copyOf(sinks.held);
            assertThat(held).as("start " + start).extracting(Held::uri).containsExactlyInAnyOrderElementsOf(streams);
            held.forEach(Held::succeed);
            assertThat(done.get(1, TimeUnit.MINUTES).getException()).isNull();
            sinks.held.clear();
            camel.getRouteController().stopRoute("route");
            camel.getRouteController().startRoute("route");
        }
    }

    private static SegmentEvent event() {
        byte[] json = "{\"type\":\"track\",\"event\":\"Opened\",\"userId\":\"u\",\"messageId\":\"m\"}"
                .getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(EventType.TRACK, "Opened", "u", null, null, "m", Instant.EPOCH, Instant.EPOCH, json);
    }
}
