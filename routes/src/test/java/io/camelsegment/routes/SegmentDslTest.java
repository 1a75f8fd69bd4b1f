package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.aggregated;
import static io.camelsegment.routes.SegmentDsl.eventProperty;
import static io.camelsegment.routes.SegmentDsl.fanOut;
import static io.camelsegment.routes.SegmentDsl.member;
import static io.camelsegment.routes.SegmentDsl.not;
import static io.camelsegment.routes.SegmentDsl.ofType;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentFirehose;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static io.camelsegment.routes.SegmentDsl.trackNamed;
import static io.camelsegment.routes.SegmentDsl.trait;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.camel.builder.endpoint.StaticEndpointBuilders.aws2KinesisFirehose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.SegmentConverter;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.firehose.SegmentFirehoseComponent;
import io.camelsegment.kinesis.SegmentKinesisComponent;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.routes.HeldComponent.Held;
import io.camelsegment.routes.endpoint.dsl.SegmentKinesisEndpointBuilderFactory.SegmentKinesisEndpointBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.endpoint.AbstractEndpointBuilder;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Routes that are written with the DSL, from HTTP to AWS and by what Camel's tools see of them. */
@ExtendWith(LocalAwsExtension.class)
class SegmentDslTest {

    private static final String SECRET = "a-secret-id";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalAws aws;
    private Collector collector;
    private CamelContext camel;

    SegmentDslTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void prepare() throws Exception {
        aws.reset();
        collector = new Collector();
        camel = collector.context();
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "SECRET")));
        camel.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        var kinesis = camel.getComponent("segment-kinesis", SegmentKinesisComponent.class);
        kinesis.getConfiguration().setUriEndpointOverride(aws.endpoint().toString());
        kinesis.getConfiguration().setLingerTime(Duration.ofMillis(10));
        kinesis.getConfiguration().setDeliveryTimeout(Duration.ofSeconds(1));
        var firehose = camel.getComponent("segment-firehose", SegmentFirehoseComponent.class);
        firehose.getConfiguration().setUriEndpointOverride(aws.endpoint().toString());
        firehose.getConfiguration().setLingerTime(Duration.ofMillis(10));
        firehose.getConfiguration().setDeliveryTimeout(Duration.ofSeconds(1));
        property("salt", "pepper");
        property("role", aws.createRole("segment", SECRET).arn());
        property("secret.id", SECRET);
        aws.createStream("events", 1);
        List.of("new_users", "pages", "everything").forEach(aws::createDeliveryStream);
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private void property(String key, String value) {
        camel.getPropertiesComponent().addInitialProperty(key, value);
    }

    /** Adds the example, of which one source has the sender's write key. */
    private void addExample(String source) throws Exception {
        property("web.key", source.equals("web") ? "WEB" : "OTHER");
        property("app.key", source.equals("app") ? "WEB" : "OTHER");
        camel.addRoutes(new DslExample());
    }

    /** The example's definition that begins with a source. */
    private RouteDefinition definition(String source) {
        return ((ModelCamelContext) camel)
                .getRouteDefinitions().stream()
                        .filter(route -> route.getInput().getEndpointUri().startsWith("segment://" + source))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void theRouteOfReadmeIsThatOfTheExample() throws Exception {
        String source = Files.readString(Path.of("src/test/java/io/camelsegment/routes/DslExample.java"));
        String example = source.substring(
                source.indexOf("tag::choice\n") + "tag::choice\n".length(), source.indexOf("        // end::choice"));
        String readme = Files.readString(Path.of("../README.md"));
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        String[] parts = readme.substring(begin, readme.indexOf("```\n", begin)).split("\n\n", -1);

        assertThat(source).contains(parts[0]);
        assertThat(parts[1].replaceAll("\\s", "")).isEqualTo(example.replaceAll("\\s", ""));
    }

    @Test
    void theRouteWithFanOutAndMappingDeliversToAllSinks() throws Exception {
        addExample("web");

        int status = collector.send(
                track("m1", "user registered"),
                track("m2", "Debug Clicked"),
                "{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"m3\",\"traits\":{\"email\":\"A@b.de\"}}",
                "{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"m4\"}");

        assertThat(status).isEqualTo(200);
        assertThat(ids("events")).containsExactly("m1", "m3", "m4");
        assertThat(ids("new_users")).containsExactly("m1");
        assertThat(ids("pages")).containsExactly("m4");
        assertThat(ids("everything")).containsExactlyInAnyOrder("m1", "m3", "m4");
        JsonNode identified =
                JSON.readTree(aws.stream("events").records().get(1).text());
        assertThat(identified.at("/traits/email").asText())
                .as("HMAC-SHA-256 of a@b.de with the salt of the placeholder")
                .isEqualTo(hmac("pepper", "a@b.de"));
    }

    @Test
    void theRouteWithAChoiceDeliversEachEventToOneSink() throws Exception {
        addExample("app");

        int status = collector.send(
                track("m1", "USER Registered"),
                track("m2", "Other"),
                "{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"m3\"}");

        assertThat(status).isEqualTo(200);
        assertThat(ids("new_users")).containsExactly("m1");
        assertThat(ids("pages")).containsExactly("m3");
        assertThat(ids("events")).containsExactly("m2");
    }

    @Test
    void theSourceOfARouteThatIsLeftOutIsKnown() throws Exception {
        property("web.key", "WEB");
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(segment("web").writeKey("{{web.key}}"))
                        .precondition("false")
                        .to(segmentKinesis("events"));
            }
        });

        assertThat(collector.send(track("m1", "Other"))).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void aStreamThatFailsFailsTheEventAndTheOthersDoNotGetItAgain(String exchange) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                from(segment("web").writeKey("WEB").exchange(exchange))
                        .to(fanOut(
                                segmentKinesis("events"), segmentMapping("lake").row("*", "everything,pages")));
            }
        });
        aws.faults().on("PutRecordBatch").resource("everything").failRecords(1, "ServiceUnavailableException");

        assertThat(collector.send(track("m1", "A"), track("m2", "B"))).isIn(429, 503);
        assertThat(ids("events")).containsExactly("m1", "m2");
        aws.faults().clear();
        assertThat(collector.send(track("m1", "A"), track("m2", "B"))).isEqualTo(200);

        assertThat(ids("events")).containsExactly("m1", "m2");
        assertThat(ids("pages")).containsExactly("m1", "m2");
        assertThat(ids("everything")).containsExactlyInAnyOrder("m1", "m2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "batch"})
    void atRedeliveryAnEndpointOfAnotherComponentDoesNotGetAgainWhatItHas(String body) throws Exception {
        HeldComponent sinks = new HeldComponent();
        camel.addComponent("sink", sinks);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                from("direct:in").to("segment-fan-out:both?to.a=sink:a&to.b=sink:b");
            }
        });
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage()
                .setBody(
                        body.equals("one")
                                ? event(track("m1", "A"))
                                : new SegmentBatch(List.of(event(track("m1", "A")), event(track("m2", "B")))));
        CompletableFuture<Exchange> done =
                camel.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);

        List<Held> first = List.copyOf(sinks.held);
        sinks.held.clear();
        first.get(0).succeed();
        first.get(1).fail(new IllegalStateException("b is down"));

        assertThat(done).isNotDone();
        assertThat(sinks.held).extracting(Held::uri).containsExactly("b");
        sinks.held.remove().succeed();
        assertThat(done).isDone();
        assertThat(exchange.getException()).isNull();
    }

    @Test
    void theDumpedRouteShowsTheSinks() throws Exception {
        addExample("web");

        String xml = PluginHelper.getModelToXMLDumper(camel).dumpModelAsXml(camel, definition("app"));
        String web = PluginHelper.getModelToXMLDumper(camel).dumpModelAsXml(camel, definition("web"));

        assertThat(xml)
                .contains("segment-firehose://new_users", "segment-firehose://pages", "segment-kinesis://events");
        assertThat(web)
                .contains("segment-kinesis://events", "segment-mapping://lake", "row.User Registered=new_users")
                .contains("secretId=RAW({{secret.id}})")
                .doesNotContain(SECRET);
        assertThat(camel.getEndpoints()).extracting(Object::toString).noneMatch(uri -> uri.contains(SECRET));
    }

    @Test
    void advicesFindTheSinks() throws Exception {
        addExample("web");
        ChoiceDefinition choice =
                (ChoiceDefinition) definition("app").getOutputs().get(1);
        choice.getWhenClauses().get(0).getOutputs().get(0).setId("new-users");
        List<String> seen = new ArrayList<>();
        AdviceWith.adviceWith(camel, definition("app").getRouteId(), advice -> {
            advice.replaceFromWith("direct:app");
            advice.weaveById("new-users").replace().process(exchange -> seen.add("new users"));
            advice.interceptSendToEndpoint("segment-kinesis:events")
                    .skipSendToOriginalEndpoint()
                    .process(exchange -> seen.add("events"));
        });
        AdviceWith.adviceWith(camel, definition("web").getRouteId(), advice -> {
            advice.replaceFromWith("direct:web");
            advice.interceptSendToEndpoint("segment-firehose:*")
                    .skipSendToOriginalEndpoint()
                    .process(exchange -> seen.add(exchange.getProperty(Exchange.INTERCEPTED_ENDPOINT, String.class)));
        });

        camel.createProducerTemplate().sendBody("direct:app", event(track("m1", "User Registered")));
        camel.createProducerTemplate().sendBody("direct:app", event(track("m2", "Other")));
        assertThat(seen).containsExactly("new users", "events");

        camel.createProducerTemplate().sendBody("direct:web", event(track("m3", "User Registered")));
        assertThat(seen.subList(2, seen.size()))
                .containsExactlyInAnyOrder("segment-firehose://new_users", "segment-firehose://everything");
    }

    @Test
    void aMappingOfTheBuilderKeepsEveryCharacterOfItsRows() throws Exception {
        HeldComponent sinks = new HeldComponent();
        camel.addComponent("sink", sinks);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to(fanOut(
                                segmentMapping("lake")
                                        .sink("sink")
                                        .row("a (b) & c=d + 100% \u00e9?", "first")
                                        .row("Order *", "second")
                                        .row("Order *", "third,second"),
                                segmentMapping("other")
                                        .sink("sink")
                                        .table(MappingTable.builder()
                                                .row("*", "all")
                                                .build())));
            }
        });

        assertThat(streamsOf(sinks, "A (b) & c=d + 100% \u00c9?")).containsExactlyInAnyOrder("first", "all");
        assertThat(streamsOf(sinks, "Order {1}")).containsExactlyInAnyOrder("second", "third", "all");
    }

    private List<String> streamsOf(HeldComponent sinks, String name) throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(event(track("m", name)));
        CompletableFuture<Exchange> done =
                camel.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);
        List<String> streams = sinks.held.stream().map(Held::uri).toList();
        sinks.held.forEach(Held::succeed);
        sinks.held.clear();
        assertThat(done).isDone();
        assertThat(exchange.getException()).isNull();
        return streams;
    }

    @Test
    void aggregatedPutsTheAggregatingStepBeforeAnEndpointOfCamel() throws Exception {
        var firehose = SegmentCredentials.of(camel)
                .firehoseClient(camel.resolvePropertyPlaceholders("{{role}}"), SECRET, null);
        camel.getRegistry().bind("firehose", firehose);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:built")
                        .to(aggregated(aws2KinesisFirehose("pages").advanced().amazonKinesisFirehoseClient(firehose))
                                .lingerTime("1ms"));
                from("direct:uri")
                        .to(aggregated("aws2-kinesis-firehose:everything?amazonKinesisFirehoseClient=#firehose")
                                .lingerTime("1ms"));
            }
        });

        camel.createProducerTemplate().sendBody("direct:built", event(track("m1", "A")));
        camel.createProducerTemplate().sendBody("direct:uri", event(track("m2", "A")));

        assertThat(ids("pages")).containsExactly("m1");
        assertThat(ids("everything")).containsExactly("m2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Debug *          | TRACK | Debug Clicked  | true
                    debug *          | TRACK | DEBUG x        | true
                    Debug *          | TRACK | Debugger       | false
                    *                | TRACK | anything       | true
                    *                | PAGE  | Home           | false
                    page             | TRACK | page           | true
                    page             | PAGE  | page           | false
                    Stra\u00dfe           | TRACK | STRA\u1e9eE         | true
                    '  Order Paid '  | TRACK | order paid     | true
                    a\\*             | TRACK | a*             | true
                    a\\*             | TRACK | ab             | false
                    track:a          | TRACK | track:a        | true
                    Order *          | TRACK |                | false
                    """)
    void trackNamedFitsAsTheLeftSideOfAMapping(String pattern, EventType type, String name, boolean fits)
            throws Exception {
        assertThat(fits(
                        trackNamed(pattern),
                        new SegmentEvent(
                                type, name, "u", null, null, "m", Instant.EPOCH, Instant.EPOCH, "{}".getBytes(UTF_8))))
                .isEqualTo(fits);
    }

    @Test
    void predicatesReadTypesPropertiesTraitsAndMembers() throws Exception {
        SegmentEvent event = event(
                "{\"type\":\"track\",\"userId\":\"u\",\"messageId\":\"m\",\"event\":\"A\",\"context\":{\"ip\":\"::1\"},"
                        + "\"properties\":{\"plan\":\"pro\",\"n\":2,\"a.b\":true,\"card\":{\"kind\":\"x\"}},\"traits\":{\"email\":\"e\"}}");

        assertThat(fits(ofType(EventType.TRACK, EventType.PAGE), event)).isTrue();
        assertThat(fits(ofType(EventType.PAGE), event)).isFalse();
        assertThat(fits(not(ofType(EventType.PAGE)), event)).isTrue();
        assertThat(fits(trackNamed("B", "a"), event)).isTrue();
        assertThat(fits(eventProperty("plan").isEqualTo("pro"), event)).isTrue();
        assertThat(fits(eventProperty("n").isGreaterThan(1), event)).isTrue();
        assertThat(fits(eventProperty("a\\.b").isEqualTo(true), event)).isTrue();
        assertThat(fits(eventProperty("card.kind").in("x", "y"), event)).isTrue();
        assertThat(fits(eventProperty("missing").isNull(), event)).isTrue();
        assertThat(fits(trait("email").isNotNull(), event)).isTrue();
        assertThat(fits(member("context.ip").isEqualTo("::1"), event)).isTrue();
    }

    @Test
    void predicatesFollowHeadersThatTheRouteHasSetAndReadOtherBodies() throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(track("m", "A"));
        exchange.getMessage().setHeader(SegmentConstants.TYPE, "track");
        exchange.getMessage().setHeader(SegmentConstants.EVENT, "Set");

        assertThat(trackNamed("set").matches(exchange)).isTrue();
        assertThat(member("event").isEqualTo("A").matches(exchange)).isTrue();
        exchange.getMessage().setBody("no JSON");
        assertThatThrownBy(() -> member("event").isEqualTo("A").matches(exchange))
                .hasMessageStartingWith("member(event) needs a SegmentEvent, or JSON that is one, but ");
    }

    @Test
    void aPredicateOnABatchTellsTheMend() throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(new SegmentBatch(List.of(event(track("m1", "A")))));

        for (Predicate predicate : List.of(
                ofType(EventType.PAGE),
                trackNamed("A"),
                not(trackNamed("A")),
                eventProperty("plan").isEqualTo("pro"),
                trait("email").isNull())) {
            assertThatThrownBy(() -> predicate.matches(exchange))
                    .hasMessageContaining(" needs one event, but the body is a SegmentBatch; split the batch with"
                            + " split(body()), or set exchange=event on the segment: endpoint");
        }
    }

    @Test
    void whatIsEmptyIsRefusedWhereItIsWritten() {
        assertThatThrownBy(SegmentDsl::ofType)
                .hasMessage("expected at least one type of events, such as PAGE, but was none");
        assertThatThrownBy(() -> trackNamed(" "))
                .hasMessage("expected the name of a track event, such as \"Order *\", but was none or a blank one");
        assertThatThrownBy(SegmentDsl::fanOut).hasMessageContaining("expected at least one endpoint in fanOut(…)");
        assertThatThrownBy(() -> camel.getEndpoint("segment-fan-out:x"))
                .hasRootCauseMessage(
                        "expected at least one endpoint, but there is none: add one, such as to.events=segment-kinesis:events");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RAW(a}b)",
                "RAW{c)d}",
                "RAW{e)&f}",
                "g)}h=(i){j",
                "RAW(100%25+k)",
                "l m?n#o\u00e9",
                "{p}",
                "%7Bq%7D+r"
            })
    void aSinkOfAFanOutGetsTheOptionsThatItGetsByItself(String value) throws Exception {
        HeldComponent sinks = new HeldComponent();
        camel.addComponent("sink", sinks);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:one").to(options("one", value));
                from("direct:in")
                        .to(fanOut(
                                fanOut("inner", options("a", value), fanOut("innermost", options("b", value))),
                                options("c", value),
                                segmentMapping("lake")
                                        .sink("sink")
                                        .sinkParameters("x", value)
                                        .row("*", "d")));
            }
        });
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(event(track("m", "A")));
        CompletableFuture<Exchange> done =
                camel.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);
        CompletableFuture<Exchange> one =
                camel.getEndpoint("direct:one").createAsyncProducer().processAsync(new DefaultExchange(camel));
        List<Held> held = List.copyOf(sinks.held);
        held.forEach(Held::succeed);

        assertThat(done).isDone();
        assertThat(one).isDone();
        assertThat(held).extracting(Held::uri).containsExactlyInAnyOrder("a", "b", "c", "d", "one");
        Map<String, Object> expected = held.get(held.size() - 1).options();
        assertThat(held).filteredOn(sink -> !sink.uri().equals("d")).allSatisfy(sink -> assertThat(sink.options())
                .isEqualTo(expected));
        if (value.startsWith("RAW")) {
            assertThat(expected).containsEntry("x", value.substring(4, value.length() - 1));
        }
    }

    /** Returns a builder of an endpoint with an option. */
    private static EndpointProducerBuilder options(String path, String value) {
        return new SinkBuilder(path, value);
    }

    private static final class SinkBuilder extends AbstractEndpointBuilder implements EndpointProducerBuilder {

        SinkBuilder(String path, String value) {
            super("sink", path);
            doSetProperty("x", value);
        }
    }

    @Test
    void aRowOfTheBuilderTakesAListOfStreams() throws Exception {
        HeldComponent sinks = new HeldComponent();
        camel.addComponent("sink", sinks);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to(segmentMapping("lake")
                                .sink("sink")
                                .row("Order *", List.of("a", "b"))
                                .row("User *", new String[] {"c", "d"})
                                .row(Map.of("page", Set.of("e")))
                                .row("a (b) & c=d + 100% \u00e9?", "f, g"));
            }
        });

        assertThat(streamsOf(sinks, "Order 1")).containsExactlyInAnyOrder("a", "b");
        assertThat(streamsOf(sinks, "User 1")).containsExactlyInAnyOrder("c", "d");
        assertThat(streamsOf(sinks, "page")).containsExactly("e");
        assertThat(streamsOf(sinks, "A (b) & c=d + 100% \u00c9?")).containsExactlyInAnyOrder("f", "g");
    }

    @Test
    void aMappingOfAnotherComponentKeepsEveryCharacterOfItsRows() throws Exception {
        HeldComponent sinks = new HeldComponent();
        camel.addComponent("sink", sinks);
        camel.addComponent("my-mapping", new SegmentMappingComponent());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to(segmentMapping("my-mapping", "lake").sink("sink").row("100% & more", List.of("a", "b")));
            }
        });

        assertThat(streamsOf(sinks, "100% & more")).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void fanOutsThatDifferInOptionsOfTheirEndpointsAreTold() throws Exception {
        Set<String> uris = new HashSet<>();
        List<EndpointProducerBuilder> fanOuts = List.of(
                fanOut(segmentKinesis("events").region("eu-west-1"), segmentFirehose("pages")),
                fanOut(segmentKinesis("events").region("us-west-2"), segmentFirehose("pages")),
                fanOut(segmentMapping("lake").row("A", "pages"), segmentFirehose("pages")),
                fanOut(segmentMapping("lake").row("B", "pages"), segmentFirehose("pages")),
                fanOut("mine", segmentKinesis("events").region("us-west-2"), segmentFirehose("pages")));
        for (EndpointProducerBuilder fanOut : fanOuts) {
            uris.add(fanOut.resolve(camel).getEndpointUri());
        }

        assertThat(uris).hasSize(5).allSatisfy(uri -> assertThat(uri).startsWith("segment-fan-out://"));
        assertThat(uris).anyMatch(uri -> uri.startsWith("segment-fan-out://mine?to.1=segment-kinesis://events&"));
    }

    @Test
    void secretsOfAFanOutAreInNoUriOfIts() throws Exception {
        List<String> uris = new ArrayList<>();
        for (String secret : List.of("geheim1", "geheim2")) {
            uris.add(fanOut(
                            withRole("eu-west-1").secretId("RAW(" + secret + ")"),
                            fanOut("inner", withRole("us-west-2").secretId(secret), segmentFirehose("pages")))
                    .resolve(camel)
                    .getEndpointUri());
        }

        assertThat(uris).noneMatch(uri -> uri.contains("geheim"));
        assertThat(camel.getEndpoints()).extracting(Object::toString).noneMatch(uri -> uri.contains("geheim"));
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static SegmentKinesisEndpointBuilder withRole(String region) {
        return segmentKinesis("events").region(region).roleAddress("arn:aws:iam::123456789012:role/segment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"geheim", "RAW(geheim)", "RAW{ge)heim}"})
    void secretsOfAnEndpointThatCannotBeCreatedAreInNoMessage(String secret) {
        EndpointProducerBuilder withoutRole = segmentKinesis("events").secretId(secret);

        for (EndpointProducerBuilder fanOut :
                List.of(fanOut(withoutRole), fanOut("outer", fanOut(withoutRole, segmentFirehose("pages"))))) {
            assertThatThrownBy(() -> fanOut.resolve(camel))
                    .hasStackTraceContaining("roleAddress")
                    .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("heim"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{uri: 'segment-fan-out:a?to.x=RAW(segment-kinesis:e?secretId=geheim)'}",
                "{uri: 'segment-fan-out:a?to.x=segment-kinesis:e&to.x.secretId=geheim'}",
                "{uri: 'segment-fan-out:a', parameters: {to.x: 'segment-kinesis:e?secretId=geheim'}}",
                "{uri: 'segment-fan-out:a', parameters: {to.x: 'segment-kinesis:e?secretId=RAW(geheim)'}}",
                "{uri: 'segment-fan-out:a', parameters: {to.x: 'segment-kinesis:e', to.x.secretId: 'geheim'}}",
                "{uri: 'segment-fan-out:a', parameters: {to.x: 'segment-kinesis:e', to.x.secretId: 'RAW(ge&heim)'}}",
                "{uri: 'segment-mapping:a', parameters: {row.*: 'e', sink: 'segment-kinesis:{stream}?secretId=geheim'}}",
                "{uri: 'segment-mapping:a', parameters: {row.*: 'e', sink: 'kinesis', sink.secretId: 'geheim'}}",
                "{uri: 'segment-aggregate:segment-kinesis:e', parameters: {secretId: 'geheim'}}"
            })
    void secretsInYamlAreInNoMessage(String to) {
        String yaml = "- from: {uri: 'direct:in', steps: [{to: " + to + "}]}";

        assertThatThrownBy(() -> {
                    PluginHelper.getRoutesLoader(camel)
                            .loadRoutes(ResourceHelper.fromString("secrets.camel.yaml", yaml));
                    camel.start();
                })
                .hasStackTraceContaining("roleAddress")
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("heim"));
    }

    @Test
    void theTypeAndTheNameOfAChangedBodyCount() throws Exception {
        List<String> matched = new ArrayList<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(segment("web").writeKey("WEB"))
                        .choice()
                        .when(member("messageId").isEqualTo("m1"))
                        .setBody(one -> Map.of("type", "page", "userId", "u", "messageId", "m1"))
                        .when(member("messageId").isEqualTo("m2"))
                        .setBody(one -> track("m2", "New"))
                        .when(member("messageId").isEqualTo("m3"))
                        .setBody(one -> new Renamed("track", "u", "m3", "New"))
                        .otherwise()
                        .setBody(constant("no event"))
                        .end()
                        .choice()
                        .when(ofType(EventType.PAGE))
                        .process(one -> matched.add("page"))
                        .when(trackNamed("New"))
                        .process(one -> matched.add("new"))
                        .when(trackNamed("Old"))
                        .process(one -> matched.add("old"))
                        .end();
            }
        });

        assertThat(collector.send(track("m1", "Old"), track("m2", "Old"), track("m3", "Old"), track("m4", "Old")))
                .isEqualTo(200);
        assertThat(matched).containsExactlyInAnyOrder("page", "new", "new", "old");
    }

    /** An object that Jackson writes as an event. */
    record Renamed(String type, String userId, String messageId, String event) {}

    @Test
    void theUriOfAFanOutShowsNoSecrets() {
        assertThat(camel.getEndpoint(
                                "segment-fan-out:x?to.a=RAW(segment-kinesis:events?secretKey=geheim&accessKey=auch)&to.b=direct:b")
                        .toString())
                .isEqualTo("segment-fan-out://x?to.a=segment-kinesis:events&to.b=direct:b");
    }

    private boolean fits(Predicate predicate, SegmentEvent event) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(event);
        return predicate.matches(exchange);
    }

    private static String hmac(String salt, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt.getBytes(UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    }

    private static String track(String messageId, String event) {
        return "{\"type\":\"track\",\"userId\":\"u\",\"messageId\":\"" + messageId + "\",\"event\":\"" + event + "\"}";
    }

    private static SegmentEvent event(String json) throws Exception {
        return SegmentConverter.toEvent(json.getBytes(UTF_8), null);
    }

    private List<String> ids(String stream) throws Exception {
        List<String> records = stream.equals("events")
                ? aws.stream(stream).records().stream().map(KinesisRecord::text).toList()
                : aws.deliveryStream(stream).records().stream()
                        .map(line -> new String(line, UTF_8))
                        .toList();
        List<String> ids = new ArrayList<>();
        for (String json : records) {
            ids.add(JSON.readTree(json).get("messageId").asText());
        }
        return ids;
    }
}
