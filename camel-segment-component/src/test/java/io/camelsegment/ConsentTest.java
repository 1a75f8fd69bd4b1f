package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.builder.Builder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy;
import org.apache.camel.support.ExpressionAdapter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route makes of an event is not delivered against the event's consent, even if it is no event any more. */
@ExtendWith(LocalAwsExtension.class)
class ConsentTest {

    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 1);
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Order(Object properties, Object integrations) {}

    /** A way to change the body; the mark of the event stays in it. */
    private interface Way extends UnaryOperator<ProcessorDefinition<?>> {}

    private static Named<Way> way(String name, Function<SegmentEvent, Object> change) {
        return Named.of(
                name,
                route -> route.setBody(
                        exchange -> change.apply(exchange.getMessage().getBody(SegmentEvent.class))));
    }

    private static Named<Way> processor(String name, Function<SegmentEvent, Object> change) {
        return Named.of(
                name,
                route -> route.process(exchange -> exchange.getMessage()
                        .setBody(change.apply(exchange.getMessage().getBody(SegmentEvent.class)))));
    }

    private static Stream<Named<Way>> ways() {
        return Stream.of(
                way("no ids", event -> only(event, "properties", "integrations")),
                way("properties", event -> only(event, "properties")),
                way("properties alone", event -> event.get("properties")),
                processor("properties, by a processor", event -> only(event, "properties")),
                way("an event", event -> only(event, "type", "event", "userId", "messageId", "properties")),
                processor("an event, by a processor", event -> only(event, "type", "event", "userId", "properties")),
                way("integrations removed", event -> event.without("integrations")),
                way("integrations of null", event -> event.with("integrations", null)),
                way("all removed", event -> event.without("integrations.All")),
                way("nothing kept", event -> event.withOnly("integrations", List.of("x"))),
                processor("an empty object in a map", event -> with(event, "integrations", Map.of())),
                way("texts in a map", event -> with(event, "integrations", Map.of("All", "true", "Amazon Kinesis", 1))),
                way("texts in an event", event -> event.withMapped("integrations.All", value -> "***")
                        .withMapped("integrations.Amazon Kinesis", value -> "***")),
                way(
                        "no event, with an empty object",
                        event -> Map.of("mark", event.property("mark"), "integrations", Map.of())),
                way("an object", event -> new Order(event.get("properties"), null)),
                way("a list", event -> List.of(only(event, "properties"))),
                way("text", event -> "mark=" + event.property("mark")),
                way("bytes", event -> ("mark=" + event.property("mark")).getBytes(StandardCharsets.UTF_8)),
                way(
                        "a stream",
                        event -> new ByteArrayInputStream(
                                ("{\"mark\":\"" + event.property("mark") + "\"}").getBytes(StandardCharsets.UTF_8))),
                Named.of("converted to an event", route -> route.setBody(exchange -> only(
                                exchange.getMessage().getBody(SegmentEvent.class),
                                "type",
                                "event",
                                "userId",
                                "messageId",
                                "properties"))
                        .convertBodyTo(SegmentEvent.class)),
                Named.of("headers set and removed", route -> route.setHeader("a", Builder.constant("b"))
                        .removeHeaders("*")
                        .convertBodyTo(Map.class)
                        .setBody(exchange -> Map.of(
                                "properties",
                                exchange.getMessage().getBody(Map.class).get("properties")))
                        .convertBodyTo(JsonNode.class)
                        .removeHeaders("*")));
    }

    private static Map<String, Object> only(SegmentEvent event, String... members) {
        Map<String, Object> map = new HashMap<>();
        Arrays.stream(members).forEach(member -> map.put(member, event.get(member)));
        return map;
    }

    private static Map<String, Object> with(SegmentEvent event, String member, Object value) {
        Map<String, Object> map = only(event, "type", "event", "userId", "messageId", "properties");
        map.put(member, value);
        return map;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void remainsInForce(Way way) throws Exception {
        assertDelivered("event", route -> way.apply(route).to(kinesis()), "yes", "named");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void remainsInForceBehindASplit(Way way) throws Exception {
        assertDelivered(
                "request", route -> way.apply(route.split(Builder.body())).to(kinesis()), "yes", "named");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void remainsInForceBehindASplitOfABatchWithHeaders(Way way) throws Exception {
        assertDelivered(
                "request",
                route -> way.apply(route.process(exchange ->
                                        exchange.getMessage().getHeaders().put("mine", 1))
                                .split(Builder.body()))
                        .to(kinesis()),
                "yes",
                "named");
    }

    private static Stream<Named<UnaryOperator<SegmentEvent>>> changes() {
        return Stream.of(
                Named.of("removed", event -> event.without("integrations")),
                Named.of("removed, and changed", event -> event.without("integrations")
                        .with("userId", "v")
                        .with("properties.x", 1)),
                Named.of("emptied", event -> event.withOnly("integrations", List.of("x"))),
                Named.of("as texts", event -> event.withMapped("integrations.All", value -> "yes")),
                Named.of(
                        "made anew", event -> read(event.without("integrations").json())));
    }

    private static SegmentEvent read(byte[] json) {
        try {
            return SegmentConverter.toEvent(json, null);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void remainsInForceInABatch(UnaryOperator<SegmentEvent> change) throws Exception {
        assertDelivered("request", route -> route.setBody(mapped(change)).to(kinesis()), "yes", "named");
    }

    @ParameterizedTest
    @MethodSource("changes")
    void remainsInForceBehindASplitOfAChangedBatch(UnaryOperator<SegmentEvent> change) throws Exception {
        assertDelivered(
                "request",
                route -> route.process(exchange ->
                                exchange.getMessage().setBody(mapped(change).evaluate(exchange, SegmentBatch.class)))
                        .split(Builder.body())
                        .setBody(exchange -> only(exchange.getMessage().getBody(SegmentEvent.class), "properties"))
                        .to(kinesis()),
                "yes",
                "named");
    }

    private static Expression mapped(UnaryOperator<SegmentEvent> change) {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return exchange.getMessage().getBody(SegmentBatch.class).map(change);
            }
        };
    }

    private static Stream<Named<UnaryOperator<ProcessorDefinition<?>>>> lists() {
        return Stream.of(
                Named.of("a list", route -> route.convertBodyTo(List.class)),
                Named.of("a list behind headers", route -> route.setHeader("mine", Builder.constant(1))
                        .setBody(made(batch -> batch.toList()))),
                Named.of(
                        "without integrations",
                        route -> route.setBody(made(batch -> batch.toList().stream()
                                .map(event -> event.without("integrations"))
                                .toList()))),
                Named.of(
                        "made anew",
                        route -> route.setBody(made(batch -> batch.toList().stream()
                                .map(event -> read(event.without("integrations").json()))
                                .toList()))),
                Named.of(
                        "in another order, and again",
                        route -> route.setBody(made(batch -> List.of(
                                batch.get(3),
                                batch.get(0),
                                batch.get(2),
                                batch.get(2).with("userId", "v"))))),
                Named.of("a split that joins its events", route -> route.split(
                                Builder.body(), new GroupedBodyAggregationStrategy())
                        .setBody(one -> read(one.getMessage()
                                .getBody(SegmentEvent.class)
                                .without("integrations")
                                .json()))
                        .end()),
                Named.of("a batch by a language, and a split", route -> route.setBody(
                                made(batch -> batch.map(event -> event.with("properties.x", 1))))
                        .split(Builder.body())
                        .setBody(one -> only(
                                one.getMessage().getBody(SegmentEvent.class),
                                "type",
                                "event",
                                "userId",
                                "messageId",
                                "properties"))));
    }

    private static Expression made(Function<SegmentBatch, Object> change) {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return change.apply(exchange.getMessage().getBody(SegmentBatch.class));
            }
        };
    }

    @ParameterizedTest
    @MethodSource("lists")
    void remainsInForceInAListOfTheEventsOfABatch(UnaryOperator<ProcessorDefinition<?>> way) throws Exception {
        assertDelivered("request", route -> way.apply(route).to(kinesis()), "yes", "named");
    }

    private static Stream<Named<UnaryOperator<ProcessorDefinition<?>>>> wholes() {
        return Stream.of(
                Named.of("text", route -> route.convertBodyTo(String.class)),
                Named.of("bytes", route -> route.convertBodyTo(byte[].class)),
                Named.of("a stream", route -> route.convertBodyTo(InputStream.class)),
                Named.of(
                        "maps",
                        route -> route.setBody(made(batch -> batch.toList().stream()
                                .map(event -> only(event, "properties"))
                                .toList()))),
                Named.of("a map", route -> route.setBody(made(batch -> Map.of("batch", batch.toList())))),
                Named.of("something else", route -> route.setBody(Builder.constant("yes, no, never, named"))));
    }

    @ParameterizedTest
    @MethodSource("wholes")
    void ofAllEventsCountsInWhatARouteMakesOfABatch(UnaryOperator<ProcessorDefinition<?>> way) throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                var unused = way.apply(from("segment:web?writeKey=WEB&exchange=request"))
                        .to(kinesis());
            }
        })) {
            assertThat(server.post("/v1/batch", "WEB", "{\"batch\":[" + String.join(",", EVENTS) + "]}")
                            .body())
                    .contains("\"rejected\":[", "m-no", "m-yes", "transform_failed", "split the batch before");
            assertThat(bodies()).isEmpty();

            String refused = String.join(",", EVENTS.subList(0, 2));
            assertThat(server.post("/v1/batch", "WEB", "{\"batch\":[" + refused + "]}")
                            .body())
                    .isEqualTo("{\"success\":true}");
            assertThat(bodies()).isEmpty();

            String given = String.join(",", EVENTS.subList(2, 4));
            assertThat(server.post("/v1/batch", "WEB", "{\"batch\":[" + given + "]}")
                            .body())
                    .isEqualTo("{\"success\":true}");
            assertThat(bodies()).singleElement().asString().contains("yes", "named");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void ofTheBodyItselfCounts(String exchange) throws Exception {
        assertDelivered(
                exchange,
                route -> (exchange.equals("event") ? route : route.split(Builder.body()))
                        .setBody(one -> Map.of(
                                "mark",
                                one.getMessage().getBody(SegmentEvent.class).property("mark"),
                                "integrations",
                                Map.of("Amazon Kinesis", true)))
                        .to(kinesis()),
                "no",
                "never",
                "yes",
                "named");
    }

    @Test
    void ofOneEventIsNotThatOfAnAggregate() throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB")
                        .aggregate(Builder.constant(true), new GroupedBodyAggregationStrategy())
                        .completionSize(EVENTS.size())
                        .to(kinesis());
            }
        })) {
            String body = "{\"batch\":[" + String.join(",", EVENTS) + "]}";
            assertThat(server.post("/v1/batch", "WEB", body).statusCode()).isEqualTo(200);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !bodies().isEmpty()); // an aggregate is answered before its delivery
        }
        assertMarks("no", "never", "yes", "named");
    }

    @Test
    void countsInAnyJsonObjectOfASource() throws Exception {
        String refused = "{\"a\":1,\"integrations\":{\"All\":false}}";
        String given = "{\"a\":2,\"integrations\":{\"All\":false,\"Amazon Kinesis\":true}}";
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .setHeader(SegmentConstants.SOURCE)
                        .constant("web")
                        .to(kinesis());
            }
        })) {
            for (String json : List.of(refused, given, "{\"a\":3}", "[" + refused + "]", refused + refused)) {
                server.context().createProducerTemplate().sendBody("direct:in", json);
                server.context().createProducerTemplate().sendBody("direct:in", json.getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(bodies())
                .containsExactly(
                        given,
                        given,
                        "{\"a\":3}",
                        "{\"a\":3}",
                        "[" + refused + "]",
                        "[" + refused + "]",
                        refused + refused,
                        refused + refused);
    }

    @Test
    void ofAWebhookIsReadAsThere() throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB&webhook=true")
                        .removeHeaders("*")
                        .setBody(exchange ->
                                only(exchange.getMessage().getBody(SegmentEvent.class), "properties", "integrations"))
                        .to(kinesis());
            }
        })) {
            for (String event : EVENTS) {
                assertThat(server.post("/v1/webhook/web", "WEB", event).statusCode())
                        .isEqualTo(200);
            }
        }
        assertMarks("no", "yes", "named");
    }

    private static final List<String> EVENTS = List.of(
            event("no", "{\"All\":false}"),
            event("never", "{\"Amazon Kinesis\":false}"),
            event("yes", "{}"),
            event("named", "{\"All\":false,\"Amazon Kinesis\":true}"));

    private static String event(String mark, String integrations) {
        return "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"messageId\":\"m-" + mark
                + "\",\"properties\":{\"mark\":\"" + mark + "\"},\"integrations\":" + integrations + "}";
    }

    private void assertDelivered(String exchange, Consumer<ProcessorDefinition<?>> route, String... marks)
            throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                route.accept(from("segment:web?writeKey=WEB&exchange=" + exchange));
            }
        })) {
            String body = "{\"batch\":[" + String.join(",", EVENTS) + "]}";
            assertThat(server.post("/v1/batch", "WEB", body).statusCode()).isEqualTo(200);
        }
        assertMarks(marks);
    }

    private void assertMarks(String... marks) {
        String all = String.join("\n", bodies());
        for (String mark : List.of("no", "never", "yes", "named")) {
            assertThat(all.matches("(?s).*\\b" + mark + "\\b.*"))
                    .as(mark)
                    .isEqualTo(List.of(marks).contains(mark));
        }
    }

    private List<String> bodies() {
        return aws.stream("events").records().stream().map(KinesisRecord::text).toList();
    }

    private String kinesis() {
        return "segment-kinesis:events?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                + "&accessKey=AKIDTEST&secretKey=SECRETTEST";
    }
}
