package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;
import org.apache.camel.builder.Builder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.ValueBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that a route has changed are judged by what they are then: by their ids and their integrations. */
@ExtendWith(LocalAwsExtension.class)
class ChangedInRouteTest {

    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 2);
    }

    record Pojo(String type, String userId, String messageId, Map<String, Object> integrations) {}

    /** A way to give an event another userId and consent. */
    private interface Way extends UnaryOperator<ProcessorDefinition<?>> {}

    private static Named<Way> way(String name, Way way) {
        return Named.of(name, way);
    }

    private static Named<Way> text(String name, UnaryOperator<Object> ofText) {
        return way(
                name,
                route -> route.process(exchange -> {
                    String text = exchange.getMessage().getBody(String.class);
                    String changed =
                            text.replaceAll("\"old-(.)\"", "\"new-$1\"").replace("\"x\":", "\"All\":");
                    exchange.getMessage().setBody(ofText.apply(changed));
                }));
    }

    private static Stream<Named<Way>> ways() {
        return Stream.of(
                way(
                        "event",
                        route -> route.setBody(
                                exchange -> changed(exchange.getMessage().getBody(SegmentEvent.class)))),
                way("simple", route -> route.setProperty("user")
                        .simple("${body.userId.replace('old', 'new')}")
                        .setBody()
                        .simple("${body.with('userId', ${exchangeProperty.user})}")
                        .transform()
                        .simple("${body.with('integrations.All', ${body.get('integrations.x')})}")),
                way("map", route -> route.convertBodyTo(Map.class).process(exchange -> {
                    Map<Object, Object> map =
                            new HashMap<>((Map<?, ?>) exchange.getMessage().getBody(Map.class));
                    map.put("userId", map.get("userId").toString().replace("old", "new"));
                    map.put("integrations", Map.of("All", ((Map<?, ?>) map.get("integrations")).get("x")));
                    exchange.getMessage().setBody(map);
                })),
                way("tree", route -> route.convertBodyTo(JsonNode.class).process(exchange -> {
                    ObjectNode node = exchange.getMessage().getBody(ObjectNode.class);
                    node.put("userId", node.get("userId").textValue().replace("old", "new"));
                    ((ObjectNode) node.get("integrations"))
                            .put("All", node.at("/integrations/x").booleanValue());
                })),
                way(
                        "object",
                        route -> route.process(exchange -> {
                            SegmentEvent event = exchange.getMessage().getBody(SegmentEvent.class);
                            exchange.getMessage()
                                    .setBody(new Pojo(
                                            event.type().specName(),
                                            event.userId().replace("old", "new"),
                                            event.messageId(),
                                            Map.of("All", event.get("integrations.x"))));
                        })),
                text("text", text -> text),
                text("bytes", text -> text.toString().getBytes(StandardCharsets.UTF_8)),
                text("stream", text -> new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8))),
                text("reader", text -> new StringReader(text.toString())),
                way("stream cache", route -> text(
                                "bytes", text -> text.toString().getBytes(StandardCharsets.UTF_8))
                        .getPayload()
                        .apply(route)
                        .convertBodyTo(InputStream.class)
                        .convertBodyTo(StreamCache.class)),
                way("converted", route -> text("text", text -> text)
                        .getPayload()
                        .apply(route)
                        .convertBodyTo(SegmentEvent.class)));
    }

    private static SegmentEvent changed(SegmentEvent event) {
        return event.with("userId", event.userId().replace("old", "new"))
                .with("integrations.All", event.get("integrations.x"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void countsAsItIsNow(Way way) throws Exception {
        assertThat(delivered("event", route -> way.apply(route).to(kinesis()))).containsExactly("new-1");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void countsAsItIsNowInABatch(Way way) throws Exception {
        assertThat(delivered("request", route -> way.apply(route.split(body())).to(kinesis())))
                .containsExactly("new-1");
    }

    @Test
    void aBatchChangesItsEvents() throws Exception {
        assertThat(delivered("request", route -> route.setBody(exchange -> exchange.getMessage()
                                .getBody(SegmentBatch.class)
                                .map(ChangedInRouteTest::changed))
                        .to(kinesis())))
                .containsExactly("new-1");
    }

    @Test
    void aKeyOfTheRouteStays() throws Exception {
        assertThat(delivered("event", route -> route.setHeader(SegmentConstants.PARTITION_KEY, constant("mine"))
                        .setBody(exchange -> changed(exchange.getMessage().getBody(SegmentEvent.class)))
                        .to(kinesis())))
                .containsExactly("mine");
    }

    private static ValueBuilder body() {
        return Builder.body();
    }

    private static ValueBuilder constant(String value) {
        return Builder.constant(value);
    }

    /** Sends two events, of which only the second has consent after the change; returns their partition keys. */
    private List<String> delivered(String exchange, UnaryOperator<ProcessorDefinition<?>> route) throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                var unused = route.apply(from("segment:web?writeKey=WEB&exchange=" + exchange));
            }
        })) {
            String event = "{\"type\":\"identify\",\"userId\":\"old-%d\",\"messageId\":\"m%d\",\"integrations\":"
                    + "{\"x\":%b}}";
            String body = "{\"batch\":[" + event.formatted(0, 0, false) + "," + event.formatted(1, 1, true) + "]}";
            assertThat(server.post("/v1/batch", "WEB", body).statusCode()).isEqualTo(200);
        }
        return aws.stream("events").records().stream()
                .map(KinesisRecord::partitionKey)
                .toList();
    }

    private String kinesis() {
        return "segment-kinesis:events?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                + "&accessKey=AKIDTEST&secretKey=SECRETTEST";
    }

    @Test
    void mapsAndTreesLoseNoDigit() throws Exception {
        String json = "{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"m\","
                + "\"traits\":{\"a\":1.10,\"b\":9007199254740993,\"c\":1E+400}}";
        CamelContext context = new DefaultCamelContext();
        try {
            Exchange exchange = new DefaultExchange(context);
            SegmentEvent event = SegmentConverter.toEvent(json.getBytes(StandardCharsets.UTF_8), exchange);
            for (Class<?> way : List.of(Map.class, JsonNode.class, String.class, InputStream.class, byte[].class)) {
                Object made = context.getTypeConverter().mandatoryConvertTo(way, exchange, event);
                SegmentEvent again = context.getTypeConverter().mandatoryConvertTo(SegmentEvent.class, exchange, made);

                assertThat(new String(again.json(), StandardCharsets.UTF_8))
                        .contains("\"traits\":{\"a\":1.10,\"b\":9007199254740993,\"c\":1E+400}");
                assertThat(again.userId()).isEqualTo("u");
                assertThat(again.messageId()).isEqualTo("m");
                assertThat(again.trait("a")).isEqualTo(new BigDecimal("1.10"));
            }
        } finally {
            context.stop();
        }
    }

    @Test
    void convertsWithoutAnExchange() throws Exception {
        String json = "{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"m\"}";
        Map<String, Object> map = Map.of("type", "page", "userId", "u", "messageId", "m");
        for (Object body : List.of(
                json,
                map,
                json.getBytes(StandardCharsets.UTF_8),
                new Pojo("page", "u", "m", Map.of()),
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                new StringReader(json))) {
            assertThat(SegmentConverter.toEvent(body, null).messageId()).isEqualTo("m");
        }
        assertThatThrownBy(() -> SegmentConverter.toEvent(Map.of("type", "page"), null))
                .hasMessage("expected userId or anonymousId but was neither at $");
        assertThatThrownBy(() -> SegmentConverter.toEvent((Object) null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNoEventDoesNotConvertToOne() throws Exception {
        CamelContext context = new DefaultCamelContext();
        try {
            Exchange exchange = new DefaultExchange(context);

            assertThatThrownBy(() -> context.getTypeConverter()
                            .mandatoryConvertTo(SegmentEvent.class, exchange, Map.of("type", "page")))
                    .isInstanceOf(TypeConversionException.class)
                    .hasRootCauseMessage("expected userId or anonymousId but was neither at $");
        } finally {
            context.stop();
        }
    }
}
