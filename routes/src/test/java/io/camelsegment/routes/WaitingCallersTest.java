package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentBatch;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Beans, processors and templates wait on the thread of their route for all the routes that an event goes to. */
class WaitingCallersTest {

    private static final List<String> SCHEMES = List.of("sink", "segment-kinesis", "segment-firehose");

    private final CamelContext camel = new DefaultCamelContext();
    private final Queue<String> delivered = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        camel.stop();
    }

    interface Caller {
        void addTo(RouteDefinition route, CamelContext camel) throws Exception;
    }

    static Stream<Arguments> callers() {
        return Stream.of(
                caller("a bean", (route, camel) -> route.bean("sinks")),
                caller("an endpoint of a bean", (route, camel) -> route.to("bean:sinks")),
                caller("a processor", (route, camel) -> {
                    Processor sinks = camel.getRegistry().lookupByNameAndType("sinks", Processor.class);
                    camel.addService(sinks);
                    route.process(exchange -> sinks.process(exchange));
                }),
                caller(
                        "a bean in a split",
                        (route, camel) -> route.split().body().bean("sinks").end()),
                caller(
                        "a bean in a multicast",
                        (route, camel) -> route.multicast().bean("sinks").end()),
                caller("a bean in doTry", (route, camel) -> route.doTry()
                        .bean("sinks")
                        .doCatch(Exception.class)
                        .end()),
                caller("the step itself", (route, camel) -> route.process("sinks")));
    }

    private static Arguments caller(String name, Caller caller) {
        return Arguments.of(name, caller);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callers")
    void aFanOutReachesAllRoutes(String name, Caller caller) throws Exception {
        camel.getRegistry().bind("sinks", FanOut.to("sink:a", "sink:b", "sink:c"));

        assertReachesAllRoutes(caller);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callers")
    void aMappingReachesAllRoutes(String name, Caller caller) throws Exception {
        camel.getRegistry().bind("sinks", FirehoseMapping.of(Map.of("track", "a", "Opened", "b", "*", "c")));

        assertReachesAllRoutes(caller);
    }

    static Stream<Processor> sinks() {
        return Stream.of(FanOut.to("sink:a", "sink:b"), FirehoseMapping.of(Map.of("*", "a")));
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void anExpressionThatStartsNothingFails(Processor sinks) throws Exception {
        camel.getRegistry().bind("sinks", sinks);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").script().simple("${bean:sinks}");
            }
        });
        camel.start();

        assertThat(send(event()).getException())
                .hasStackTraceContaining(
                        "expected a started " + sinks.getClass().getSimpleName()
                                + ", but nothing has started this one: make it a step of a route");
    }

    @Test
    void aTemplateReachesAllRoutesOfAFanOut() throws Exception {
        assertReachesAllRoutes(template("segment-fan-out:all?to.1=sink:a&to.2=sink:b&to.3=sink:c"));
    }

    @Test
    void aTemplateReachesAllRoutesOfAMapping() throws Exception {
        assertReachesAllRoutes(template("segment-mapping:lake?row.*=a,b,c&sink=kinesis"));
    }

    @Test
    void aStepReachesAllRoutesOfTheFanOutThatItGoesThrough() throws Exception {
        camel.getRegistry().bind("sinks", FanOut.to("sink:a", "sink:b", "sink:c"));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:through").process("sinks");
            }
        });

        assertReachesAllRoutes((route, camel) -> route.process(Transforms.through("direct:through")));
    }

    private static Caller template(String uri) {
        return (route, camel) ->
                route.process(exchange -> camel.createProducerTemplate().send(uri, copy -> copy.getMessage()
                        .setBody(exchange.getMessage().getBody())));
    }

    private void assertReachesAllRoutes(Caller caller) throws Exception {
        SCHEMES.forEach(name -> camel.addComponent(name, new DirectComponent()));
        camel.getRegistry().bind("inner", FanOut.to("direct:none", "direct:c"));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                for (String scheme : SCHEMES) {
                    from(scheme + ":a").process(exchange -> delivered.add("a"));
                    from(scheme + ":b").split(constant(List.of("b"))).to("direct:b");
                    from(scheme + ":c").multicast().to("direct:none").bean("inner");
                }
                from("direct:b").process(exchange -> delivered.add("b"));
                from("direct:c").process(exchange -> delivered.add("c"));
                from("direct:none").process(exchange -> {});
                RouteDefinition route = from("direct:in");
                caller.addTo(route, camel);
                route.to("direct:end");
                from("direct:end").process(exchange -> delivered.add("end"));
            }
        });
        camel.start();

        for (Object body : List.of(event(), new SegmentBatch(List.of(event())))) {
            delivered.clear();

            assertThat(send(body).getException()).isNull();
            assertThat(delivered)
                    .as(body.getClass().getSimpleName())
                    .containsExactlyInAnyOrder("a", "b", "c", "end")
                    .endsWith("end");
        }
    }

    private Exchange send(Object body) throws Exception {
        return camel.createProducerTemplate()
                .asyncSend("direct:in", exchange -> exchange.getMessage().setBody(body))
                .get(1, TimeUnit.MINUTES);
    }

    private static SegmentEvent event() {
        byte[] json = "{\"type\":\"track\",\"event\":\"Opened\",\"userId\":\"u\",\"messageId\":\"m\"}"
                .getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(EventType.TRACK, "Opened", "u", null, null, "m", Instant.EPOCH, Instant.EPOCH, json);
    }
}
