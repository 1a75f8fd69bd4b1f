package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.HeldComponent.Held;
import io.camelsegment.routes.MappingExplanation.Outcome;
import io.camelsegment.routes.MappingTable.Match;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Producer;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ProcessorEndpoint;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoint in routes of every kind, with sinks that the test completes. */
class SegmentMappingTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final HeldComponent kinesis = new HeldComponent();
    private final HeldComponent firehose = new HeldComponent();
    private final HeldComponent other = new HeldComponent();

    @BeforeEach
    void prepare() {
        camel.getRegistry().bind("meters", meters);
        camel.addComponent("segment-kinesis", kinesis);
        camel.addComponent("segment-firehose", firehose);
        camel.addComponent("other", other);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void rowsAreOptions() throws Exception {
        start("segment-mapping:lake?row.User+Registered=new_users&row.*=everything,audit&row.Debug+*=none"
                + "&sink.region=eu-west-1");

        assertThat(streamsOf(event("User registered"))).containsExactly("audit", "everything", "new_users");
        assertThat(streamsOf(event("Debug x"))).isEmpty();
        assertThat(count("segment.firehose.excluded")).isOne();
        assertThat(camel.getEndpoints())
                .extracting(Object::toString)
                .contains("segment-firehose://new_users?region=eu-west-1");
    }

    @Test
    void theTableIsABean() throws Exception {
        camel.getRegistry()
                .bind(
                        "rows",
                        MappingTable.builder()
                                .row("Order *", "orders")
                                .row("track", "tracks")
                                .match(Match.FIRST)
                                .build());
        start("segment-mapping:lake?table=#rows&sink=kinesis");

        assertThat(streamsOf(event("Order Paid"))).containsExactly("orders");
        assertThat(streamsOf(event("Other"))).containsExactly("tracks");
        assertThat(firehose.held).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "kinesis,                    segment-kinesis://a?x=1",
        "segment-kinesis,            segment-kinesis://a?x=1",
        "firehose,                   segment-firehose://a?x=1",
        "other,                      other://a?x=1",
        "other:b-{stream}-c?y=2,     other://b-a-c?x=1&y=2",
    })
    void theSinkIsAServiceASchemeOrAUri(String sink, String uri) throws Exception {
        camel.getPropertiesComponent().addInitialProperty("sink", sink);
        camel.getRegistry().bind("sinkUri", sink);
        start("segment-mapping:lake?row.track=a&sink=#bean:sinkUri&sink.x=1");

        assertThat(streamsOf(event("A"))).hasSize(1);
        assertThat(camel.getEndpoints()).extracting(Object::toString).contains(uri);
    }

    @Test
    void anExchangeMayPassTheMappingSeveralTimes() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("direct:mapped")
                        .process(exchange -> exchange.getMessage().setBody("another"))
                        .to("direct:mapped");
                from("direct:mapped").to("segment-mapping:lake?row.*=a,b&sink=other");
            }
        });
        camel.start();

        CompletableFuture<Exchange> sent = camel.createProducerTemplate()
                .asyncSend("direct:in", exchange -> exchange.getMessage().setBody(event("A")));
        await().atMost(Duration.ofMinutes(1)).until(() -> other.held.size() == 2);
        List.copyOf(other.held).forEach(Held::succeed);
        await().atMost(Duration.ofMinutes(1)).until(() -> other.held.size() == 4);
        other.held.stream().skip(2).forEach(Held::succeed);

        assertThat(sent.get().getException()).isNull();
    }

    @Test
    void aTableThatComesDuringTheStartHasStartedProducers() throws Exception {
        Set<String> started = new TreeSet<>();
        AtomicReference<StreamMapping> mapping = new AtomicReference<>();
        camel.addComponent("starting", new DefaultComponent() {
            @Override
            protected Endpoint createEndpoint(String uri, String stream, Map<String, Object> parameters) {
                return new ProcessorEndpoint(uri, this, exchange -> {}) {
                    @Override
                    public Producer createProducer() {
                        return new DefaultProducer(this) {
                            @Override
                            public void process(Exchange exchange) {}

                            @Override
                            protected void doStart() {
                                started.add(stream);
                                if (stream.equals("b")) {
                                    mapping.get().prepare(table("a")).run();
                                }
                            }
                        };
                    }
                };
            }
        });
        mapping.set(new StreamMapping(camel, "lake", new SinkUri("starting", Map.of()), null));
        mapping.get().prepare(table("b")).run();

        mapping.get().start();

        assertThat(started).containsExactly("a", "b");
    }

    private static MappingTable<List<String>> table(String stream) {
        return MappingTable.builder().row("*", stream).build();
    }

    @Test
    void yamlHasRowsAsParameters() throws Exception {
        camel.getPropertiesComponent().addInitialProperty("stream", "new_users");
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(
                        ResourceHelper.fromString(
                                "test.camel.yaml",
                                """
                                - route:
                                    from:
                                      uri: direct:in
                                      steps:
                                        - to:
                                            uri: segment-mapping:lake
                                            parameters:
                                              match: FIRST
                                              sink: kinesis
                                              sink.region: eu-west-1
                                              "row.User Registered": "{{stream}}"
                                              "row.Say 'Hi' (1): a?": odd
                                              row.page: "pages, audit"
                                              "row.*": everything
                                """));
        camel.start();

        assertThat(streamsOf(event("user registered"))).containsExactly("new_users");
        assertThat(streamsOf(event("Say 'Hi' (1): a?"))).containsExactly("odd");
        assertThat(streamsOf(event(EventType.PAGE, "Home"))).containsExactly("audit", "pages");
        assertThat(streamsOf(event("Other"))).containsExactly("everything");
    }

    @Test
    void unmappedEventsAreCountedAndMayGoAnywhere() throws Exception {
        start("segment-mapping:lake?sink=kinesis&row.page=pages&unmapped=other:rest");

        CompletableFuture<Exchange> done = send(event("A"));
        Held held = other.held.remove();
        assertThat(held.uri()).isEqualTo("rest");
        assertThat(held.exchange().getMessage().getHeader(SegmentMappingConstants.UNMAPPED))
                .isEqualTo(true);
        held.succeed();

        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
        assertThat(count("segment.kinesis.unmapped")).isOne();
        assertThat(count("segment.kinesis.excluded")).isZero();
    }

    @Test
    void unmappedEventsMayGoToAStreamOfTheSameService() throws Exception {
        start("segment-mapping:lake?sink=other&row.page=pages&unmapped=rest");

        assertThat(streamsOf(event("A"))).containsExactly("rest");
        assertThat(count("segment.mapping.unmapped")).isOne();
    }

    @Test
    void theStreamsAndUnmappedEventsMayGoToKamelets() throws Exception {
        start(
                "segment-mapping:lake?row.Order+*=orders&sink=kamelet:segment-kinesis-sink?streamName={stream}"
                        + "&sink.secretId=RAW(a+b/c d=)&sink.region=eu west&unmapped=kamelet:segment-firehose-sink?deliveryStreamName=rest");

        CompletableFuture<Exchange> order = send(event("Order Paid"));
        assertThat(kinesis.held)
                .extracting(Held::uri, held -> held.options().get("secretId"), held -> held.options()
                        .get("region"))
                .containsExactly(tuple("orders", "a+b/c d=", "eu west"));
        kinesis.held.remove().succeed();
        assertThat(order).isDone();
        assertThat(streamsOf(event("Other"))).containsExactly("rest");
    }

    private void startWithRedelivery(String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                from("direct:in").to(uri);
            }
        });
        camel.start();
    }

    @Test
    void aStreamOfAnotherComponentThatHasItsEventsOfABatchDoesNotGetThemAgain() throws Exception {
        startWithRedelivery("segment-mapping:lake?row.A=a&row.*=all&row.Debug*=none&sink=other");

        CompletableFuture<Exchange> done =
                send(new SegmentBatch(List.of(event("A"), event("B"), event("Debug"), event("a"))));
        assertThat(eventsByStream(other)).isEqualTo(Map.of("a", List.of("A", "a"), "all", List.of("A", "B", "a")));
        take(other, "all").failWith("B");
        take(other, "a").succeed();

        assertThat(eventsByStream(other)).isEqualTo(Map.of("all", List.of("A", "B", "a")));
        take(other, "all").succeed();
        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
        assertThat(count("segment.mapping.excluded")).isOne();
    }

    @Test
    void aStreamOfAnotherComponentThatHasTheEventDoesNotGetItAgain() throws Exception {
        startWithRedelivery("segment-mapping:lake?row.A=a,b&sink=other");

        CompletableFuture<Exchange> done = send(event("A"));
        take(other, "b").fail(new IllegalStateException("down"));
        take(other, "a").succeed();

        assertThat(other.held).extracting(Held::uri).containsExactly("b");
        take(other, "b").succeed();
        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
    }

    private static Map<String, List<String>> eventsByStream(HeldComponent sink) {
        return sink.held.stream().collect(Collectors.toMap(Held::uri, held -> ((SegmentBatch)
                        held.exchange().getMessage().getBody())
                .toList().stream().map(SegmentEvent::event).toList()));
    }

    private static Held take(HeldComponent sink, String uri) {
        Held taken = sink.held.stream()
                .filter(held -> held.uri().equals(uri))
                .findFirst()
                .orElseThrow();
        sink.held.remove(taken);
        return taken;
    }

    @Test
    void interceptorsAndNotifiersSeeTheStreams() throws Exception {
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        camel.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof ExchangeSendingEvent sending) {
                    told.add("sending " + sending.getEndpoint());
                } else if (event instanceof ExchangeSentEvent sent) {
                    told.add("sent " + sent.getEndpoint());
                }
            }
        });
        ConcurrentLinkedQueue<Object> intercepted = new ConcurrentLinkedQueue<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                interceptSendToEndpoint("segment-kinesis:.*")
                        .process(exchange ->
                                intercepted.add(exchange.getMessage().getHeader(SegmentConstants.EVENT)));
                from("direct:in").to("segment-mapping:lake?row.*=a,b&sink=kinesis");
            }
        });
        camel.start();

        assertThat(streamsOf(event("A"))).containsExactly("a", "b");

        assertThat(intercepted).containsExactly("A", "A");
        assertThat(told)
                .contains(
                        "sending segment-kinesis://a",
                        "sending segment-kinesis://b",
                        "sent segment-kinesis://a",
                        "sent segment-kinesis://b");
    }

    @Test
    void theDumpedRouteNamesTheStreamsAndIsTheSameWhenItIsReadAgain() throws Exception {
        start("segment-mapping:lake?row.Order+*=a,b&row.page=c&sink=kinesis");

        String yaml = PluginHelper.getModelToYAMLDumper(camel)
                .dumpModelAsYaml(
                        camel,
                        camel.getCamelContextExtension()
                                .getContextPlugin(Model.class)
                                .getRouteDefinitions()
                                .get(0));
        camel.getRouteController().stopAllRoutes();
        camel.removeRoute(camel.getRoutes().get(0).getRouteId());
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("dumped.camel.yaml", yaml));

        assertThat(yaml).contains("segment-mapping", "row.Order", "a,b", "row.page");
        assertThat(streamsOf(event("Order Paid"))).containsExactly("a", "b");
    }

    @Test
    void explainsWhereAnEventGoes() throws Exception {
        start("segment-mapping:lake?row.page=pages&unmapped=other:rest");
        SegmentMappingEndpoint endpoint = camel.getEndpoint(
                "segment-mapping:lake?row.page=pages&unmapped=other:rest", SegmentMappingEndpoint.class);

        assertThat(endpoint.explain(event(EventType.PAGE, "Home")).streams()).containsExactly("pages");
        assertThat(endpoint.explain(event("A")))
                .isEqualTo(new MappingExplanation(Outcome.UNMAPPED, List.of(), List.of(), List.of("other:rest")));
    }

    @Test
    void showsNoSecretOfItsStreams() throws Exception {
        String uri = "segment-mapping:lake?row.page=pages&sink.secretId=ws_123&sink.accessKey=AKID"
                + "&unmapped=other:rest%3Fpassword%3Dabc&sink.region=eu-west-1";
        start(uri);

        String shown = camel.getEndpoint(uri).toString();

        assertThat(shown).doesNotContain("ws_123", "AKID", "abc").contains("region=eu-west-1");
        assertThat(camel.getEndpoint(uri.replace("ws_123", "ws_456"))).isNotEqualTo(camel.getEndpoint(uri));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lake                              | expected rows in one of row., table and file, but there are none",
                "lake?row.a=b&table=#rows          | there are several: keep one",
                "lake?table=#rows&match=FIRST      | expected match only without table",
                "lake?row.*=a&unmapped=b           | expected unmapped only without a row \"*\"",
                "lake?row.a=none,b                 | expected none alone in row \"a\"",
                "lake?row.a=                       | expected at least one delivery stream in row \"a\"",
                "lake?row.a=b&sink=other:c         | put {stream} where the name belongs",
                "lake?row.a=b&match=frist          | expected all or first in match, but was \"frist\": set it to one of",
                "lake?row.a=b&row=c                | Error binding property (row=c)",
            })
    void refusesOptionsThatCannotBe(String uri, String reason) {
        camel.getRegistry().bind("rows", MappingTable.builder().row("a", "b").build());
        camel.start();

        assertThatThrownBy(() -> camel.getEndpoint("segment-mapping:" + uri))
                .isInstanceOf(ResolveEndpointFailedException.class)
                .hasStackTraceContaining(reason);
    }

    @Test
    void aStreamWithoutAnEndpointRefusesTheRoute() {
        assertThatThrownBy(() -> start("segment-mapping:lake?row.a=b&sink=nowhere"))
                .isInstanceOf(FailedToStartRouteException.class)
                .hasStackTraceContaining("nowhere");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sink=kinesys                             | there is no component kinesys: correct it",
                "sink=kinesis&sink.rgion=s3cret           | there is no option sink.rgion: correct it",
                "sink=kinesis&sink.batchWhenIdle=s3cret   | the value of sink.batchWhenIdle is refused: correct it",
            })
    void aSinkThatIsWrongIsNamedWithoutItsValues(String options, String reason) {
        camel.removeComponent("segment-kinesis"); // the real one comes
        assertThatThrownBy(() -> start("segment-mapping:lake?row.a=b&" + options))
                .hasRootCauseInstanceOf(Exception.class)
                .satisfies(failure -> assertThat(ObjectHelper.createExceptionIterable(failure))
                        .filteredOn(StreamMapping.RefusedStreamException.class::isInstance)
                        .first()
                        .extracting(Throwable::getMessage)
                        .isEqualTo("expected a sink that has endpoints, but " + reason));
    }

    @Test
    void hasNoEventsOfItsOwn() {
        assertThatThrownBy(
                        () -> camel.getEndpoint("segment-mapping:lake?row.a=b").createConsumer(exchange -> {}))
                .hasMessageContaining("expected segment-mapping: only in to()");
    }

    private void start(String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to(uri);
            }
        });
        camel.start();
    }

    private static SegmentEvent event(String name) {
        return event(EventType.TRACK, name);
    }

    private static SegmentEvent event(EventType type, String name) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(type, name, "u", null, null, name, Instant.EPOCH, Instant.EPOCH, json);
    }

    private CompletableFuture<Exchange> send(Object body) throws Exception {
        AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
        Exchange exchange = in.getEndpoint().createExchange();
        exchange.getMessage().setBody(body);
        if (body instanceof SegmentEvent event) {
            exchange.getMessage()
                    .setHeaders(Map.of(
                            SegmentConstants.TYPE, event.type().specName(), SegmentConstants.EVENT, event.event()));
        }
        return in.processAsync(exchange);
    }

    /** Returns the sorted streams that got the event, which then have taken it. */
    private Set<String> streamsOf(SegmentEvent event) throws Exception {
        CompletableFuture<Exchange> done = send(event);
        Set<String> streams = new TreeSet<>();
        for (HeldComponent sink : List.of(kinesis, firehose, other)) {
            for (Held held = sink.held.poll(); held != null; held = sink.held.poll()) {
                assertThat(done).isNotDone();
                assertThat(streams.add(held.uri())).as(held.uri()).isTrue();
                held.succeed();
            }
        }
        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
        return streams;
    }

    private double count(String counter) {
        return meters.get(counter).tag("destination", "lake").counter().count();
    }
}
