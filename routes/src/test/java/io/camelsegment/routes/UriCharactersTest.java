package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.aggregated;
import static io.camelsegment.routes.SegmentDsl.fanOut;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentAggregate;
import static io.camelsegment.routes.SegmentDsl.segmentFirehose;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.SegmentConverter;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.HeldComponent.Held;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.xml.in.ModelParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and values with characters that mean something in a URI, in whatever way a route comes to be. */
class UriCharactersTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "a+b/c=&d";

    private static final List<String> NAMES = List.of(
            "Sign up & pay",
            "100% & more",
            "50%25 off",
            "%41",
            "%",
            "a+b",
            "a b",
            "a?b",
            "a#b",
            "#bean",
            "a=b",
            "q\"u'o",
            "RAW(x)",
            "RAW{y}",
            "RAW(",
            "x)&y",
            "a}b)+{",
            "{{known}}",
            "{{unknown}}",
            "{{?optional}}",
            "${body}",
            "a,b",
            "a;b",
            "a:b",
            "a/b",
            "a.b",
            "<x>&lt;",
            "a&amp;b",
            "\\u0026",
            "\u00dcberfall \u00e9",
            "\ud83d\ude80 go",
            "Zus\u00e4tze: 5 % + 3 = 8 & mehr?");

    private static final List<String> VALUES = List.of(
            SECRET,
            "a+b",
            "a%+b",
            "50%25",
            "%41",
            "a?b",
            "#",
            "a=b",
            "q\"u'o",
            "x)&y",
            "a}b+",
            "\u00fc+\ud83d\ude80",
            "a b");

    private final HeldComponent sinks = new HeldComponent();
    private final CamelContext camel = context(sinks);

    /** How a route of the Java DSL gets into a CamelContext. */
    enum Way {
        BUILT {
            @Override
            void add(CamelContext camel, RouteBuilder builder) throws Exception {
                camel.addRoutes(builder);
            }
        },
        ADVISED {
            @Override
            void add(CamelContext camel, RouteBuilder builder) throws Exception {
                camel.addRoutes(builder);
                RouteDefinition route =
                        ((ModelCamelContext) camel).getRouteDefinitions().get(0);
                // As AdviceWith itself does, where the log is on.
                PluginHelper.getModelToXMLDumper(camel).dumpModelAsXml(camel, route);
                AdviceWith.adviceWith(camel, route.getRouteId(), advice -> advice.weaveAddLast()
                        .log("sent"));
            }
        },
        YAML {
            @Override
            void add(CamelContext camel, RouteBuilder builder) throws Exception {
                String yaml = PluginHelper.getModelToYAMLDumper(camel).dumpModelAsYaml(camel, definition(builder));
                load(camel, yaml);
            }
        },
        XML {
            @Override
            void add(CamelContext camel, RouteBuilder builder) throws Exception {
                String xml = PluginHelper.getModelToXMLDumper(camel).dumpModelAsXml(camel, definition(builder));
                ((ModelCamelContext) camel)
                        .addRouteDefinitions(new ModelParser(
                                        new ByteArrayInputStream(xml.getBytes(UTF_8)),
                                        "http://camel.apache.org/schema/xml-io")
                                .parseRoutesDefinition()
                                .orElseThrow()
                                .getRoutes());
            }
        };

        abstract void add(CamelContext camel, RouteBuilder builder) throws Exception;

        private static RouteDefinition definition(RouteBuilder builder) throws Exception {
            builder.setCamelContext(new DefaultCamelContext());
            builder.configure();
            return builder.getRouteCollection().getRoutes().get(0);
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of(Way.values())
                .flatMap(way -> IntStream.of(0, 2).mapToObj(fanOuts -> Arguments.of(way, fanOuts)));
    }

    private static CamelContext context(HeldComponent sinks) {
        CamelContext camel = new DefaultCamelContext();
        camel.addComponent("sink", sinks);
        camel.getPropertiesComponent().addInitialProperty("known", "value");
        camel.getPropertiesComponent().addInitialProperty("secret", SECRET);
        return camel;
    }

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aRowFitsItsNameAndAValueArrivesAsItIs(Way way, int fanOuts) throws Exception {
        var mapping = segmentMapping("lake")
                .sink("sink")
                .row("Sign up ", "rest")
                .sinkParameters("placeholder", "{{secret}}")
                .sinkParameters("raw", "RAW(" + SECRET + ")");
        Map<String, Object> options = new LinkedHashMap<>(Map.of("placeholder", SECRET, "raw", SECRET));
        for (int i = 0; i < NAMES.size(); i++) {
            mapping.row(NAMES.get(i), "s" + i);
        }
        for (int i = 0; i < VALUES.size(); i++) {
            mapping.sinkParameters("v" + i, VALUES.get(i));
            options.put("v" + i, VALUES.get(i));
        }
        way.add(camel, route("direct:in", within(fanOuts, mapping)));

        for (int i = 0; i < NAMES.size(); i++) {
            assertThat(send(NAMES.get(i)))
                    .as(NAMES.get(i))
                    .extracting(Held::uri, Held::options)
                    .containsExactly(tuple("s" + i, options));
        }
        assertThat(send("Sign up ")).extracting(Held::uri).containsExactly("rest");
    }

    @ParameterizedTest
    @EnumSource
    void theRowsOfATableStayInADumpedRoute(Way way) throws Exception {
        MappingTable.Builder table = MappingTable.builder().match(MappingTable.Match.FIRST);
        for (int i = 0; i < NAMES.size(); i++) {
            table.row(NAMES.get(i), "s" + i);
        }
        EndpointProducerBuilder mapping = segmentMapping("lake")
                .sink("sink")
                .table(table.row("track", "a", "b").none("Debug *").build());
        way.add(camel, route("direct:in", within(1, mapping)));

        for (int i = 0; i < NAMES.size(); i++) {
            String name = NAMES.get(i);
            assertThat(send(name)).as(name).extracting(Held::uri).containsExactly("s" + i);
        }
        assertThat(send("Debug 1")).isEmpty();
        assertThat(send("Other")).extracting(Held::uri).containsExactlyInAnyOrder("a", "b");
    }

    private static EndpointProducerBuilder within(int fanOuts, EndpointProducerBuilder endpoint) {
        return fanOuts == 0 ? endpoint : within(fanOuts - 1, fanOut("f" + fanOuts, endpoint));
    }

    @ParameterizedTest
    @EnumSource
    void anOptionalPlaceholderMayBeMissing(Way way) throws Exception {
        var mapping = segmentMapping("lake")
                .sink("sink")
                .row("Sign up & pay", "all")
                .sinkParameters("there", "{{?secret}}")
                .sinkParameters("optional", "{{?missing}}");
        way.add(camel, route("direct:in", within(1, mapping)));

        assertThat(send("Sign up & pay")).extracting(Held::options).containsExactly(Map.of("there", SECRET));
    }

    @ParameterizedTest
    @EnumSource
    void secretsArriveAsTheyAre(Way way) throws Exception {
        camel.addComponent("segment", sinks);
        camel.addComponent("segment-kinesis", sinks);
        camel.addComponent("segment-firehose", sinks);
        way.add(
                camel,
                route(
                        "direct:in",
                        fanOut(
                                segmentKinesis("events").secretKey("{{secret}}").accessKey(SECRET),
                                segmentFirehose("lake").secretKey("{{secret}}").accessKey("RAW({{secret}})"),
                                segment("https://api.segment.io").writeKey(SECRET))));

        assertThat(send("A").stream().collect(toMap(Held::uri, Held::options)))
                .isEqualTo(Map.of(
                        "events", Map.of("secretKey", SECRET, "accessKey", SECRET),
                        "lake", Map.of("secretKey", SECRET, "accessKey", SECRET),
                        "https://api.segment.io", Map.of("writeKey", SECRET)));
    }

    @ParameterizedTest
    @EnumSource
    void theSecretsOfAnAggregatedEndpointArriveAsTheyAre(Way way) throws Exception {
        way.add(
                camel,
                route(
                        "direct:in",
                        fanOut(
                                aggregated(segmentMapping("lake")
                                                .sink("sink")
                                                .row("*", "all")
                                                .sinkParameters("x", "{{secret}}"))
                                        .lingerTime("1ms"),
                                segmentAggregate("sink:stock?x=RAW(" + SECRET + ")&y=1")
                                        .lingerTime("1ms"))));

        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(track("A"));
        CompletableFuture<Exchange> done =
                camel.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);
        await().atMost(Duration.ofSeconds(30)).until(() -> sinks.held.size() == 2);
        List<Held> held = List.copyOf(sinks.held);
        held.forEach(Held::succeed);

        assertThat(done).succeedsWithin(Duration.ofSeconds(30));
        assertThat(held).extracting(Held::uri).containsExactlyInAnyOrder("all", "stock");
        assertThat(held).allSatisfy(one -> assertThat(one.options()).containsEntry("x", SECRET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-mapping:lake|", "segment-fan-out:f|to.lake."})
    void yamlWritesARowAsJsonDoesAndAValueRaw(String endpoint) throws Exception {
        String uri = endpoint.substring(0, endpoint.indexOf('|'));
        String in = endpoint.substring(endpoint.indexOf('|') + 1);
        load(
                camel,
                """
                - from:
                    uri: direct:in
                    steps:
                      - to:
                          uri: %s
                          parameters:
                            %ssink: sink
                            %ssink.x: RAW({{secret}})
                            %srow.Sign up \\u0026 pay: a
                            %srow.5 \\u0025 \\u002b 3 \\u003D 8: b,c
                            %srow.\\\\u0026: d
                            %srow.\u00dcberfall?#1: e
                """
                        .formatted(uri, in, in, in, in, in, in)
                        .replace(
                                "parameters:\n",
                                in.isEmpty()
                                        ? "parameters:\n"
                                        : "parameters:\n            to.lake: segment-mapping:lake\n"));

        assertThat(send("sign up & pay")).extracting(Held::uri).containsExactly("a");
        assertThat(send("5 % + 3 = 8")).extracting(Held::uri).containsExactlyInAnyOrder("b", "c");
        assertThat(send("\\u0026")).extracting(Held::uri).containsExactly("d");
        assertThat(send("\u00dcberfall?#1")).extracting(Held::uri).containsExactly("e");
        assertThat(send("\u00dcberfall?#1")).extracting(Held::options).containsExactly(Map.of("x", SECRET));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                - from:
                    uri: direct:in
                    steps:
                      - to:
                          uri: kamelet:segment-mapping-sink
                          parameters:
                            file: RAW({{rows}})
                            unmapped: RAW({{unmapped}})
                            roleAddress: RAW({{secret}})
                            secretKey: RAW({{secret}})
                """,
                """
                - from:
                    uri: direct:in
                    steps:
                      - to:
                          uri: segment-fan-out:f
                          parameters:
                            to.lake: kamelet:segment-mapping-sink
                            to.lake.file: RAW({{rows}})
                            to.lake.unmapped: RAW({{unmapped}})
                            to.lake.roleAddress: RAW({{secret}})
                            to.lake.secretKey: RAW({{secret}})
                """,
                """
                - templatedRoute:
                    routeTemplateRef: segment-mapping-sink-template
                    parameters:
                      - name: from
                        value: direct:in
                      - name: file
                        value: "{{rows}}"
                      - name: unmapped
                        value: "{{unmapped.uri}}"
                      - name: roleAddress
                        value: "{{secret}}"
                      - name: secretKey
                        value: "{{secret}}"
                """
            })
    void theMappingOfAKameletOrTemplateGetsItsValuesAsTheyAre(String yaml, @TempDir Path directory) throws Exception {
        Path rows = Files.writeString(directory.resolve("C&A + 100% rows.yaml"), "A & B: lake\n");
        camel.getPropertiesComponent().addInitialProperty("rows", rows.toString());
        camel.getPropertiesComponent().addInitialProperty("unmapped", "sink:rest?a=1&b=x+y");
        camel.getPropertiesComponent().addInitialProperty("unmapped.uri", "sink:rest?a=1&b=x+y");
        camel.addComponent("segment-firehose", sinks);
        load(camel, Files.readString(Path.of("src/main/resources/camel-segment/templates.camel.yaml")));
        load(camel, yaml);

        assertThat(send("a & b"))
                .extracting(Held::uri, Held::options)
                .containsExactly(tuple("lake", Map.of("roleAddress", SECRET, "secretKey", SECRET)));
        assertThat(send("B")).extracting(Held::uri).containsExactly("rest");
    }

    @Test
    void theUriOfAMappingShowsNoSecretOfARawValue() {
        String uri = camel.getEndpoint("segment-mapping:lake?row.A=a&sink=RAW(sink:{stream}?x=geheim&y=geheim)"
                        + "&sink.secretKey=RAW(geheim&geheim)&unmapped=RAW(sink:rest?x=geheim&y=geheim)")
                .toString();

        assertThat(uri)
                .doesNotContain("geheim")
                .contains("sink=RAW(sink:", "sink.secretKey=xxxxxx", "unmapped=RAW(sink:rest?xxxxxx)", "row.A=a");
    }

    private static RouteBuilder route(String from, EndpointProducerBuilder to) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to(to);
            }
        };
    }

    private static void load(CamelContext camel, String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("test.camel.yaml", yaml));
    }

    /** Sends an event of a name; returns what reached the sinks. */
    private List<Held> send(String name) throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(track(name));
        CompletableFuture<Exchange> done =
                camel.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);
        List<Held> held = new ArrayList<>(sinks.held);
        held.forEach(Held::succeed);
        sinks.held.clear();
        assertThat(done).isDone();
        assertThat(exchange.getException()).isNull();
        return held;
    }

    private static SegmentEvent track(String name) throws Exception {
        String json = JSON.writeValueAsString(
                Map.of("type", EventType.TRACK.specName(), "userId", "u", "messageId", "m", "event", name));
        return SegmentConverter.toEvent(json.getBytes(UTF_8), null);
    }
}
