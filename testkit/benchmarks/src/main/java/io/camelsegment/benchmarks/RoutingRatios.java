package io.camelsegment.benchmarks;

import static io.camelsegment.routes.SegmentDsl.ofType;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static io.camelsegment.routes.SegmentDsl.trackNamed;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.SegmentConstants;
import io.camelsegment.SegmentConverter;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.MappingTable.Match;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.PredicateBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultExchange;

/**
 * Compares what routing an event to one of three sinks takes: by a hand-written {@code choice} on headers, by one with
 * the conditions of the DSL, and by a mapping, which all decide alike. In one process, in turns, by the thread's CPU
 * time, so the ratios hold on a busy machine. Each round gives a ratio; the median is printed. The sinks only count:
 * with real ones, the routes would differ by less. Arguments: rounds (default 40).
 */
public final class RoutingRatios {

    private static final int EVENTS_PER_TURN = 30_000;
    private static final String BY_HAND = "choice by hand";

    private static final List<String> EVENTS = List.of(
            "{\"type\":\"track\",\"event\":\"User Registered\",\"userId\":\"u\",\"messageId\":\"m1\"}",
            "{\"type\":\"page\",\"name\":\"Pricing\",\"userId\":\"u\",\"messageId\":\"m2\"}",
            "{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u\",\"messageId\":\"m3\"}");

    private RoutingRatios() {}

    private static final class Routes extends RouteBuilder {

        @Override
        public void configure() {
            from("counting:in")
                    .id(BY_HAND)
                    .choice()
                    .when(PredicateBuilder.and(
                            header(SegmentConstants.TYPE).isEqualTo("track"),
                            header(SegmentConstants.EVENT).isEqualTo("User Registered")))
                    .to("counting:new_users")
                    .when(header(SegmentConstants.TYPE).isEqualTo("page"))
                    .to("counting:pages")
                    .otherwise()
                    .to("counting:everything");

            from("counting:in-dsl")
                    .id("choice by the DSL")
                    .choice()
                    .when(trackNamed("User Registered"))
                    .to("counting:new_users")
                    .when(ofType(EventType.PAGE))
                    .to("counting:pages")
                    .otherwise()
                    .to("counting:everything");

            from("counting:in-mapping")
                    .id("mapping")
                    .to(segmentMapping("lake")
                            .sink("counting")
                            .match(Match.FIRST)
                            .row("User Registered", "new_users")
                            .row("page", "pages")
                            .row("*", "everything"));
        }
    }

    /** Endpoints that begin a route and never send, or count what comes. For one thread. */
    private static final class Counting extends DefaultComponent {

        private final Map<String, Integer> counts = new TreeMap<>();

        @Override
        protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    return new DefaultAsyncProducer(this) {
                        @Override
                        public boolean process(Exchange exchange, AsyncCallback callback) {
                            counts.merge(name, 1, Integer::sum);
                            callback.done(true);
                            return true;
                        }
                    };
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor);
                }
            };
        }
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        Counting counting = new Counting();
        CamelContext camel = new DefaultCamelContext();
        camel.addComponent("counting", counting);
        camel.addRoutes(new Routes());
        camel.start();
        report(camel, counting, rounds);
        camel.stop();
    }

    private static void report(CamelContext camel, Counting counting, int rounds) throws Exception {
        Map<String, AsyncProcessor> routes = new LinkedHashMap<>();
        camel.getRoutes()
                .forEach(route ->
                        routes.put(route.getRouteId(), ((DefaultConsumer) route.getConsumer()).getAsyncProcessor()));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, double[]> nanos = new LinkedHashMap<>();
        for (int round = -rounds / 2; round < rounds; round++) { // the first third only warms up
            for (var route : routes.entrySet()) {
                List<Exchange> exchanges = exchanges(camel);
                counting.counts.clear();
                long before = threads.getCurrentThreadCpuTime();
                for (Exchange exchange : exchanges) {
                    route.getValue().process(exchange, doneSync -> {});
                }
                double time = (double) (threads.getCurrentThreadCpuTime() - before) / EVENTS_PER_TURN;
                check(route.getKey(), counting.counts);
                if (round >= 0) {
                    nanos.computeIfAbsent(route.getKey(), name -> new double[rounds])[round] = time;
                }
            }
        }
        PrintStream out = System.out;
        double[] byHand = nanos.get(BY_HAND).clone(); // in the order of the rounds
        nanos.forEach((name, times) -> {
            double[] ratios = new double[rounds];
            Arrays.setAll(ratios, round -> times[round] / byHand[round]);
            out.printf(
                    "%-18s %6.0f ns/event, takes %.2f x %s (quartiles %.2f to %.2f)%n",
                    name, quartile(2, times), quartile(2, ratios), BY_HAND, quartile(1, ratios), quartile(3, ratios));
        });
    }

    private static List<Exchange> exchanges(CamelContext camel) throws Exception {
        List<Exchange> exchanges = new ArrayList<>(EVENTS_PER_TURN);
        for (int i = 0; i < EVENTS_PER_TURN; i++) {
            SegmentEvent event =
                    SegmentConverter.toEvent(EVENTS.get(i % EVENTS.size()).getBytes(UTF_8), null);
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody(event);
            exchange.getMessage().setHeader(SegmentConstants.TYPE, event.type().specName());
            exchange.getMessage().setHeader(SegmentConstants.EVENT, event.event());
            exchanges.add(exchange);
        }
        return exchanges;
    }

    private static void check(String route, Map<String, Integer> counts) {
        int each = EVENTS_PER_TURN / EVENTS.size();
        Map<String, Integer> expected = Map.of("new_users", each, "pages", each, "everything", each);
        if (!counts.equals(expected)) {
            throw new IllegalStateException("expected " + expected + " events, but " + route + " delivered " + counts);
        }
    }

    private static double quartile(int number, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length * number / 4];
    }
}
