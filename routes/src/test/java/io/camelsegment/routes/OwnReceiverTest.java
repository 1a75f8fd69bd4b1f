package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.fanOut;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentConverter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each of two endpoints that differ in nothing but a secret, which no URI shows, delivers to its own receiver. Here the
 * secret is a write key, by which a real collector tells its sources.
 */
class OwnReceiverTest {

    private static final String YAML =
            """
            - routeTemplate:
                id: tenant
                parameters: [{name: in}, {name: key}, {name: url}]
                from:
                  uri: direct:{{in}}
                  steps:
                    - to: %s
            """;

    private final Map<String, List<String>> got = new ConcurrentHashMap<>();
    private Collector collector;
    private CamelContext camel;

    @BeforeEach
    void start() throws Exception {
        collector = new Collector();
        camel = collector.context();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String source : List.of("a", "b")) {
                    got.put(source, new CopyOnWriteArrayList<>());
                    from("segment:" + source + "?writeKey=" + source).process(exchange -> got.get(source)
                            .add(exchange.getMessage().getHeader("CamelSegmentMessageId", String.class)));
                }
            }
        });
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private String uri(String scheme, String key) {
        String url = collector.url();
        return switch (scheme) {
            case "fan-out" ->
                "segment-fan-out:sinks?to.x=RAW(segment:out?lingerTime=1ms&writeKey=" + key + "&url=" + url + ")";
            case "fan-out with options" ->
                "segment-fan-out:sinks?to.x=segment:out&to.x.lingerTime=1ms&to.x.writeKey=" + key + "&to.x.url=" + url;
            case "fan-out of a bean" -> {
                camel.getRegistry().bind("out-" + key, "segment:out?lingerTime=1ms&writeKey=" + key + "&url=" + url);
                yield "segment-fan-out:sinks?to.x=#out-" + key;
            }
            case "fan-out of a mapping" ->
                "segment-fan-out:sinks?to.x=segment-mapping:lake&to.x.row.*=out"
                        + "&to.x.sink=segment&to.x.sink.lingerTime=1ms&to.x.sink.writeKey=" + key + "&to.x.sink.url="
                        + url;
            case "mapping" ->
                "segment-mapping:lake?row.*=out&sink=segment&sink.lingerTime=1ms&sink.writeKey=" + key + "&sink.url="
                        + url;
            default -> throw new IllegalArgumentException(scheme);
        };
    }

    private static ProcessorDefinition<?> send(ProcessorDefinition<?> route, String step, String uri) {
        return switch (step) {
            case "to" -> route.to(uri);
            case "toD" -> route.toD(uri);
            case "recipientList" -> route.recipientList(new ConstantExpression(uri), "none");
            case "enrich" -> route.enrich().constant(uri).end();
            default -> throw new IllegalArgumentException(step);
        };
    }

    /** Sends three events to each route, by turns. */
    private void sendToBoth() throws Exception {
        for (int i = 0; i < 3; i++) {
            for (String route : List.of("a", "b")) {
                assertThat(send("direct:" + route, route + i).getException()).isNull();
            }
        }
    }

    private Exchange send(String uri, String messageId) throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage()
                .setBody(SegmentConverter.toEvent(
                        ("{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"" + messageId + "\"}")
                                .getBytes(StandardCharsets.UTF_8),
                        null));
        return camel.getEndpoint(uri)
                .createAsyncProducer()
                .processAsync(exchange)
                .get();
    }

    private void assertThatEachHasItsOwn() {
        for (String source : got.keySet()) {
            assertThat(got.get(source))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 3).mapToObj(i -> source + i).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fan-out, to",
        "fan-out, toD",
        "fan-out, recipientList",
        "fan-out, enrich",
        "fan-out with options, to",
        "fan-out with options, toD",
        "fan-out with options, recipientList",
        "fan-out of a bean, to",
        "fan-out of a bean, toD",
        "fan-out of a mapping, to",
        "fan-out of a mapping, toD",
        "mapping, to",
        "mapping, toD",
        "mapping, recipientList",
        "mapping, enrich"
    })
    void byEveryStepThatSends(String scheme, String step) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                got.keySet().forEach(key -> send(from("direct:" + key), step, uri(scheme, key)));
            }
        });

        sendToBoth();

        assertThatEachHasItsOwn();
    }

    private EndpointProducerBuilder builder(String kind, String key, String url) {
        EndpointProducerBuilder out =
                segment("out").lingerTime("1ms").writeKey(key).url(url);
        return switch (kind) {
            case "fan-out" -> fanOut(out);
            case "nested fan-out" -> fanOut("outer", fanOut(out));
            case "fan-out of a mapping" -> fanOut(mapping(key, url));
            default -> mapping(key, url);
        };
    }

    private static EndpointProducerBuilder mapping(String key, String url) {
        return segmentMapping("lake")
                .row("*", "out")
                .sink("segment")
                .sinkParameters("lingerTime", "1ms")
                .sinkParameters("writeKey", key)
                .sinkParameters("url", url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fan-out", "nested fan-out", "fan-out of a mapping", "mapping"})
    void byTheDsl(String kind) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                got.keySet().forEach(key -> from("direct:" + key).to(builder(kind, key, collector.url())));
            }
        });

        sendToBoth();

        assertThatEachHasItsOwn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fan-out", "nested fan-out", "fan-out of a mapping", "mapping"})
    void byTheDslInTheRoutesOfOneTemplate(String kind) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("tenant")
                        .templateParameter("in")
                        .templateParameter("key")
                        .templateParameter("url")
                        .from("direct:{{in}}")
                        .to(builder(kind, "{{key}}", "{{url}}"));
            }
        });
        addTenants();

        sendToBoth();

        assertThatEachHasItsOwn();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment-fan-out:sinks?to.x=RAW(segment:out?lingerTime=1ms&writeKey={{key}}&url={{url}})",
                "{uri: 'segment-fan-out:sinks', parameters: {to.x: 'segment:out', to.x.lingerTime: 1ms,"
                        + " to.x.writeKey: '{{key}}', to.x.url: '{{url}}'}}",
                "{uri: 'segment-mapping:lake', parameters: {row.*: out, sink: segment, sink.lingerTime: 1ms,"
                        + " sink.writeKey: '{{key}}', sink.url: '{{url}}'}}"
            })
    void inTheRoutesOfOneTemplateInYaml(String to) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("tenants.camel.yaml", YAML.formatted(to)));
        addTenants();

        sendToBoth();

        assertThatEachHasItsOwn();
    }

    private void addTenants() {
        for (String tenant : got.keySet()) {
            TemplatedRouteBuilder.builder(camel, "tenant")
                    .routeId(tenant)
                    .parameter("in", tenant)
                    .parameter("key", tenant)
                    .parameter("url", collector.url())
                    .add();
        }
    }
}
