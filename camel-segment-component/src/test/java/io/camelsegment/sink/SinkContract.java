package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.RecordTooLargeException;
import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.CallStatistics;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.support.builder.OutputStreamBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;

/** What both sinks do alike, with the real SDK client over HTTP against the stand-in. */
@ExtendWith(LocalAwsExtension.class)
public abstract class SinkContract {

    protected static final Duration PATIENCE = Duration.ofSeconds(30);

    protected LocalAws aws;
    protected final DefaultCamelContext context = new DefaultCamelContext();
    protected ProducerTemplate template;

    /** Returns the scheme of the sink. */
    protected abstract String scheme();

    /** Returns the batch call of the service. */
    protected abstract String batchAction();

    /** Returns the largest record in bytes, and how many of them are not the body's. */
    protected abstract int recordLimit();

    protected abstract void createStream(String name);

    /** Waits for records and returns all that arrived, as text, in order of arrival. */
    protected abstract List<String> arrived(String stream, int atLeast);

    /** Returns the destination's name in Segment's catalog. */
    protected abstract String integrationName();

    /** Returns the data in which the service keeps this JSON. */
    protected abstract String dataOf(String json);

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    protected String uri(String stream, String... options) {
        return plainUri(stream, options) + "&accessKey=AKIDTEST&secretKey=SECRETTEST";
    }

    protected String plainUri(String stream, String... options) {
        String joined = options.length == 0 ? "" : "&" + String.join("&", options);
        return scheme() + ":" + stream + "?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint() + joined;
    }

    protected Exchange exchange(Object body) {
        return ExchangeBuilder.anExchange(context)
                .withBody(body)
                .withPattern(ExchangePattern.InOut)
                .build();
    }

    protected static SegmentEvent event(String userId, String anonymousId, String messageId, String json) {
        Instant now = Instant.EPOCH;
        return new SegmentEvent(
                EventType.TRACK,
                "Test",
                userId,
                anonymousId,
                null,
                messageId,
                now,
                now,
                json.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends all without waiting in between, then waits for all. */
    protected List<Exchange> sendAll(String uri, List<?> bodies) throws Exception {
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (Object body : bodies) {
            sent.add(template.asyncSend(uri, exchange(body)));
        }
        List<Exchange> done = new ArrayList<>();
        for (CompletableFuture<Exchange> future : sent) {
            done.add(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return done;
    }

    protected static List<String> bodies(int count) {
        return IntStream.range(0, count).mapToObj(i -> "{\"n\":" + i + "}").toList();
    }

    protected List<String> dataOf(List<String> json) {
        return json.stream().map(this::dataOf).toList();
    }

    @Test
    void deliversAnEventsBytes() {
        createStream("events");

        Exchange exchange = template.send(
                uri("events"), exchange(event("u1", null, "m1", "{\"event\":\"caf\u00e9 \uD83D\uDE00\"}")));

        assertThat(exchange.getException()).isNull();
        assertThat(arrived("events", 1)).containsExactly(dataOf("{\"event\":\"caf\u00e9 \uD83D\uDE00\"}"));
    }

    @Test
    void deliversAnyBodyThatConvertsToBytes() throws Exception {
        createStream("events");

        sendAll(uri("events"), List.of("text", "bytes".getBytes(StandardCharsets.UTF_8)));

        assertThat(arrived("events", 2)).containsExactlyInAnyOrder(dataOf("text"), dataOf("bytes"));
    }

    record Made(String type, String userId, String messageId, Map<String, Object> integrations, String text) {}

    static final class Unwritable {}

    private static Stream<UnaryOperator<ProcessorDefinition<?>>> waysToMakeABody() {
        ObjectMapper json = new ObjectMapper();
        return Stream.of(
                route -> route.convertBodyTo(Map.class),
                route -> route.convertBodyTo(JsonNode.class),
                route -> route.convertBodyTo(String.class),
                route -> route.convertBodyTo(InputStream.class),
                route -> route.convertBodyTo(byte[].class),
                route -> route.convertBodyTo(ByteBuffer.class),
                route -> route.convertBodyTo(String.class).convertBodyTo(char[].class),
                route -> route.marshal().json(),
                route -> route.convertBodyTo(String.class).process(exchange -> exchange.getMessage()
                        .setBody(new StringReader(exchange.getMessage().getBody(String.class)))),
                route -> route.convertBodyTo(String.class).process(exchange -> exchange.getMessage()
                        .setBody(json.readValue(exchange.getMessage().getBody(String.class), Made.class))),
                route -> route.process(exchange -> {
                    OutputStreamBuilder stream = OutputStreamBuilder.withExchange(exchange);
                    stream.write(
                            exchange.getMessage().getBody(SegmentEvent.class).json());
                    exchange.getMessage().setBody(stream.build());
                }));
    }

    @ParameterizedTest
    @MethodSource("waysToMakeABody")
    void aBodyThatARouteMadeOfAnEventIsAnEvent(UnaryOperator<ProcessorDefinition<?>> way) throws Exception {
        createStream("events");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                way.apply(from("direct:in").setProperty(Exchange.CHARSET_NAME, constant("ISO-8859-1")))
                        .to(uri("events"));
            }
        });
        String start = "{\"type\":\"identify\",\"userId\":\"u1\",\"messageId\":\"m1\",\"integrations\":";
        String taken = start + "{\"All\":true},\"text\":\"\u6ce8\u6587 \u20ac \ud83d\ude00\"}";
        String refused = start + "{\"All\":false},\"text\":\"\"}";

        Exchange first = template.send("direct:in", ofSource(event("u1", null, "m1", taken)));
        Exchange second = template.send("direct:in", ofSource(event("u1", null, "m1", refused)));

        assertThat(first.getException()).isNull();
        assertThat(first.getMessage().getHeader("CamelSegmentFiltered")).isNull();
        assertThat(second.getException()).isNull();
        assertThat(second.getMessage().getHeader("CamelSegmentFiltered")).isEqualTo(integrationName());
        assertThat(arrived("events", 1)).containsExactly(dataOf(taken));
    }

    @Test
    void everySinkGetsABufferWhole() throws Exception {
        createStream("events");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri("events")).to(uri("events"));
            }
        });
        ByteBuffer whole = ByteBuffer.wrap("-{}-".getBytes(StandardCharsets.UTF_8), 1, 2);
        ByteBuffer direct = ByteBuffer.allocateDirect(2).put(0, (byte) '[').put(1, (byte) ']');

        assertThat(template.send("direct:in", exchange(whole)).getException()).isNull();
        assertThat(template.send("direct:in", exchange(direct)).getException()).isNull();

        assertThat(arrived("events", 4))
                .containsExactlyInAnyOrder(dataOf("{}"), dataOf("{}"), dataOf("[]"), dataOf("[]"));
    }

    @Test
    void anEventInsideOfABodyIsItsJson() {
        createStream("events");
        SegmentEvent event = event("u1", null, "m1", "{\"price\":1.10}");

        template.send(uri("events"), exchange(List.of(event)));
        template.send(uri("events"), exchange(Map.of("original", event)));
        template.send(uri("events"), exchange(new ObjectMapper().valueToTree(Map.of("copy", event))));

        assertThat(arrived("events", 3))
                .containsExactlyInAnyOrder(
                        dataOf("[{\"price\":1.10}]"),
                        dataOf("{\"original\":{\"price\":1.10}}"),
                        dataOf("{\"copy\":{\"price\":1.1}}"));
    }

    @Test
    void xmlIsInUtf8Too() throws Exception {
        createStream("events");
        String xml = "<event>caf\u00e9 \u6ce8</event>";
        Exchange exchange = exchange(context.getTypeConverter().convertTo(Document.class, xml));
        exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");

        assertThat(template.send(uri("events"), exchange).getException()).isNull();

        assertThat(arrived("events", 1)).containsExactly(dataOf(xml));
        assertThat(exchange.getProperty(Exchange.CHARSET_NAME)).isEqualTo("ISO-8859-1");
    }

    private Exchange ofSource(SegmentEvent event) {
        Exchange exchange = exchange(event);
        exchange.getMessage().setHeader(SegmentConstants.SOURCE, "web");
        exchange.getMessage().setHeader(SegmentConstants.TYPE, event.type().specName());
        exchange.getMessage().setHeader(SegmentConstants.USER_ID, event.userId());
        exchange.getMessage().setHeader(SegmentConstants.MESSAGE_ID, event.messageId());
        exchange.getMessage().setHeader(SegmentConstants.PARTITION_KEY, event.partitionKey());
        return exchange;
    }

    @Test
    void aMadeEventThatCameFromAWebhookIsStillOne() {
        createStream("events");
        String json = "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\",\"integrations\":{\"All\":false}}";

        Exchange exchange = exchange(json);
        exchange.getMessage().setHeader(SegmentConstants.WEBHOOK, true);
        template.send(uri("events"), exchange);

        assertThat(exchange.getMessage().getHeader("CamelSegmentFiltered")).isNull();
        assertThat(arrived("events", 1)).containsExactly(dataOf(json));
    }

    @Test
    void deliversObjectsAndTextThatAreNoEventsAsJsonInUtf8() {
        createStream("events");
        Exchange text = exchange("caf\u00e9 \u6ce8\u6587");
        text.setProperty(Exchange.CHARSET_NAME, "US-ASCII");

        assertThat(template.send(uri("events"), text).getException()).isNull();
        assertThat(template.send(uri("events"), exchange(Map.of("n", "\u6ce8"))).getException())
                .isNull();
        assertThat(template.send(uri("events"), exchange(List.of(1, 2))).getException())
                .isNull();

        assertThat(arrived("events", 3))
                .containsExactlyInAnyOrder(
                        dataOf("caf\u00e9 \u6ce8\u6587"), dataOf("{\"n\":\"\u6ce8\"}"), dataOf("[1,2]"));
    }

    @Test
    void saysHowToMendABodyThatCannotBeConverted() {
        createStream("events");

        Exchange exchange = template.send(uri("events"), exchange(new Unwritable()));

        assertThat(exchange.getException())
                .hasMessageContaining("expected a SegmentEvent, a Map, JSON text or an object that Jackson can write")
                .hasMessageContaining("Unwritable: No serializer found")
                .hasMessageEndingWith("; convert the body before, for example with marshal().json()");
    }

    @Test
    void failsAnExchangeWithoutABody() {
        createStream("events");

        Exchange exchange = template.send(uri("events"), exchange(null));

        assertThat(exchange.getException()).hasMessageContaining("No body available");
    }

    @Test
    void fillsBatchesAcrossExchanges() throws Exception {
        createStream("events");

        List<Exchange> done = sendAll(uri("events"), bodies(10_000));

        assertThat(done).allMatch(exchange -> exchange.getException() == null);
        assertThat(arrived("events", 10_000)).containsExactlyInAnyOrderElementsOf(dataOf(bodies(10_000)));
        assertThat(aws.calls().of(batchAction()).meanRecords()).isGreaterThan(100);
    }

    @Test
    void sendsOnlyTheFailedRecordsAgain() throws Exception {
        createStream("events");
        aws.faults().on(batchAction()).failRecords(0.2, "ServiceUnavailableException");

        List<Exchange> done = sendAll(uri("events", "lingerTime=20ms"), bodies(2_000));

        assertThat(done).allMatch(exchange -> exchange.getException() == null);
        assertThat(arrived("events", 2_000)).containsExactlyInAnyOrderElementsOf(dataOf(bodies(2_000)));
        CallStatistics calls = aws.calls().of(batchAction());
        assertThat(calls.records()).isEqualTo(2_000 + calls.refusedRecords());
    }

    @Test
    void sendsAgainWhatAFailedCallCarried() throws Exception {
        createStream("events");
        aws.faults().on(batchAction()).times(2).fail("InternalFailure");

        List<Exchange> done = sendAll(uri("events"), bodies(10));

        assertThat(done).allMatch(exchange -> exchange.getException() == null);
        assertThat(arrived("events", 10)).containsExactlyInAnyOrderElementsOf(dataOf(bodies(10)));
    }

    @Test
    void givesUpAfterTheDeliveryTimeout() {
        createStream("events");
        aws.faults().on(batchAction()).fail("InternalFailure");

        Exchange exchange = template.send(uri("events", "deliveryTimeout=2s"), exchange("{}"));

        assertThat(exchange.getException()).isInstanceOfSatisfying(DeliveryException.class, failure -> {
            assertThat(failure.getErrorCode()).startsWith("InternalFailure");
            assertThat(failure.getErrorMessage()).contains("Internal service failure.");
            assertThat(failure.getStream()).isEqualTo("events");
            assertThat(failure.getAttempts()).isGreaterThan(1);
            assertThat(failure.isRetryable()).isTrue();
        });
    }

    @Test
    void sendsAgainWhatWasNotAnsweredInTime() {
        createStream("events");
        aws.faults().on(batchAction()).times(1).delay(PATIENCE);

        Exchange exchange = template.send(uri("events", "requestTimeout=200ms"), exchange("{}"));

        assertThat(exchange.getException()).isNull();
        assertThat(arrived("events", 1)).contains(dataOf("{}"));
    }

    @Test
    void takesARecordAtTheLimitAndRefusesOneAbove() {
        createStream("events");
        String largest = "x".repeat(recordLimit());

        assertThat(template.send(uri("events"), exchange(largest)).getException())
                .isNull();
        assertThat(template.send(uri("events"), exchange(largest + "x")).getException())
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessageContaining("record is ")
                .hasMessageContaining(", the limit is ");
    }

    @Test
    void parksAStreamThatDoesNotExist() {
        Exchange exchange = template.send(uri("nowhere"), exchange("{}"));

        assertThat(exchange.getException())
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining(
                        "stream nowhere: takes no records until this is mended: ResourceNotFoundException");
    }

    @Test
    void continuesOnAThreadOfCamel() throws Exception {
        createStream("events");
        ConcurrentLinkedQueue<String> threads = new ConcurrentLinkedQueue<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to(uri("events"))
                        .process(exchange -> threads.add(Thread.currentThread().getName()));
            }
        });

        sendAll("direct:in", bodies(10));

        assertThat(threads).hasSize(10).allMatch(name -> name.contains("SegmentDelivery"));
    }

    @Test
    void leavesFailuresToTheErrorHandlerOfTheRoute() throws Exception {
        createStream("events");
        ConcurrentLinkedQueue<String> dead = new ConcurrentLinkedQueue<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(DeliveryException.class)
                        .handled(true)
                        .process(exchange -> dead.add(exchange.getIn().getBody(String.class)));
                from("direct:in").to(uri("events"));
            }
        });

        sendAll("direct:in", List.of("x".repeat(recordLimit() + 1), "good"));

        assertThat(dead).hasSize(1);
        assertThat(arrived("events", 1)).containsExactly(dataOf("good"));
    }

    @Test
    void endpointsWithTheSameOptionsFillTheSameBatches() throws Exception {
        createStream("events");
        String whenFull = "batchRecords=2&lingerTime=20s";
        String first = uri("events", whenFull, "batchWhenIdle=true");
        String second = uri("events", "batchWhenIdle=true", whenFull);

        CompletableFuture<Exchange> one = template.asyncSend(first, exchange("1"));
        CompletableFuture<Exchange> two = template.asyncSend(second, exchange("2"));
        one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        two.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(aws.calls().of(batchAction()).calls()).isEqualTo(1);
    }

    @Test
    void drainsWhenItsContextIsStopped() throws Exception {
        createStream("events");
        aws.faults().on(batchAction()).delay(Duration.ofMillis(200));
        AsyncProducer producer = context.getEndpoint(uri("events", "batchWhenIdle=true", "lingerTime=10s"))
                .createAsyncProducer();
        producer.start();
        List<Exchange> done = new CopyOnWriteArrayList<>();
        for (String body : bodies(700)) {
            Exchange exchange = exchange(body);
            producer.process(exchange, doneSync -> done.add(exchange));
        }

        producer.stop();
        context.stop();

        assertThat(done).hasSize(700).allMatch(exchange -> exchange.getException() == null);
        assertThat(arrived("events", 700)).hasSize(700);
    }

    @Test
    void refusesWhatThereIsNoMemoryFor() {
        createStream("events");
        MemoryBudget budget = new MemoryBudget(1);
        context.getRegistry().bind(SharedBeans.MEMORY_BUDGET, budget);
        assertThat(budget.tryAcquire(1)).isTrue();

        assertThat(template.send(uri("events"), exchange("{}")).getException()).hasMessageContaining("no room for");
        assertThat(template.send(uri("events"), exchange(event("u", null, "m", "{}")))
                        .getException())
                .as("an event of the consumer is counted already")
                .isNull();
        Map<String, Object> made = Map.of("type", "identify", "userId", "u1", "messageId", "m1");
        assertThat(template.send(uri("events"), exchange(made)).getException()).hasMessageContaining("no room for");
        Exchange ofSource = exchange(made);
        ofSource.getMessage().setHeader(SegmentConstants.SOURCE, "web");
        assertThat(template.send(uri("events"), ofSource).getException()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                         | true",
                "{'context':{}}                             | true",
                "{'integrations':{}}                        | true",
                "{'integrations':{'All':true}}              | true",
                "{'integrations':{'All':false}}             | false",
                "{'integrations':{'all':false}}             | false",
                "{'integrations':{'a_ll':false}}            | false",
                "{'integrations':{'All':'false'}}           | true",
                "{'integrations':{'All':false,'NAME':true}} | true",
                "{'integrations':{'All':false,'NAME':{}}}   | true",
                "{'integrations':{'All':false,'NAME':null}} | true",
                "{'integrations':{'All':false,'name':true}} | false",
                "{'integrations':{'All':true,'NAME':false}} | false",
                "{'integrations':{'NAME':false}}            | false",
                "{'integrations':{'Other':false}}           | true"
            })
    void deliversOnlyWhatTheIntegrationsOfTheEventLetThrough(String event, boolean delivered) throws Exception {
        createStream("events");
        String json = event.replace('\'', '"')
                .replace("NAME", integrationName())
                .replace("name", integrationName().toLowerCase(Locale.ROOT));

        List<Exchange> done = sendAll(uri("events"), List.of(event("u", null, "m", json), "last"));

        assertThat(done).allMatch(exchange -> exchange.getException() == null);
        assertThat(done.get(0).getMessage().getHeader("CamelSegmentFiltered"))
                .isEqualTo(delivered ? null : integrationName());
        assertThat(arrived("events", delivered ? 2 : 1))
                .containsExactlyInAnyOrderElementsOf(dataOf(delivered ? List.of(json, "last") : List.of("last")));
    }

    @ParameterizedTest
    @CsvSource({"integrationName=Warehouse, Warehouse, true", "integrationName=, Warehouse, false"})
    void filtersByTheNameThatIsSetAndNotAtAllWithoutOne(String option, String refused, boolean filtered) {
        createStream("events");
        String json = "{\"integrations\":{\"" + refused + "\":false,\"" + integrationName() + "\":false}}";

        Exchange exchange = template.send(uri("events", option), exchange(event("u", null, "m", json)));

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader("CamelSegmentFiltered")).isEqualTo(filtered ? refused : null);
    }

    @Test
    void filtersNoBodyButAnEvent() {
        createStream("events");
        String json = "{\"integrations\":{\"All\":false}}";

        Exchange exchange = template.send(uri("events"), exchange(json));

        assertThat(exchange.getMessage().getHeader("CamelSegmentFiltered")).isNull();
        assertThat(arrived("events", 1)).containsExactly(dataOf(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "region=nowhere | region must be an AWS region such as us-west-2, was nowhere",
                "roleAddress=me | roleAddress must be a role's ARN such as arn:aws:iam::123456789012:role/segment, but is something",
                "roleAddress=arn:aws:iam::123456789012:role/r | roleAddress is given without secretId; give the external ID",
                "secretId=ws_1 | secretId is given without roleAddress; give the ARN of the role that requires it",
                "accessKey=A | accessKey and secretKey must be given together, or neither",
                "sessionToken=A | sessionToken is given without accessKey and secretKey",
                "proxyHost=h | proxyHost and proxyPort must be given together, or neither",
                "overrideEndpoint=true | overrideEndpoint is true without uriEndpointOverride; give the URI too",
                "uriEndpointOverride=localhost:4566 | uriEndpointOverride must be an http or https URI without a user, such as",
                "uriEndpointOverride=//localhost:4566 | uriEndpointOverride must be an http or https URI without a user, such as",
                "uriEndpointOverride=ftp://localhost | uriEndpointOverride must be an http or https URI without a user, such as",
                "uriEndpointOverride=http://me@localhost | uriEndpointOverride must be an http or https URI without a user, such as",
                "batchRecords=501 | batchRecords must be at most 500, the limit of",
                "lingerTime=40s | lingerTime (40000 ms) must be shorter than deliveryTimeout (30000 ms)",
                "maxInFlightRequests=0 | maxInFlightRequests must be at least 1, was 0"
            })
    void refusesABadOptionWhenTheRouteIsBuilt(String option, String message) {
        assertThatThrownBy(() -> context.getEndpoint(scheme() + ":events?" + option))
                .isInstanceOf(ResolveEndpointFailedException.class)
                .hasMessageContaining(message);
    }

    private static SegmentBatch batch(int events) {
        return new SegmentBatch(IntStream.range(0, events)
                .mapToObj(i -> event("u" + i, null, "m" + i, "{\"n\":" + i + "}"))
                .toList());
    }

    private static List<String> messageIds(Exchange exchange) {
        List<String> ids = new ArrayList<>();
        exchange.getMessage().getBody(SegmentBatch.class).forEach(event -> ids.add(event.messageId()));
        return ids;
    }

    @Test
    void sendsOnlyTheFailedRecordsOfABatchAgain() {
        createStream("events");
        aws.faults().on(batchAction()).failRecords(0.2, "ServiceUnavailableException");

        Exchange exchange = template.send(uri("events"), exchange(batch(2_000)));

        assertThat(exchange.getException()).isNull();
        assertThat(arrived("events", 2_000)).containsExactlyInAnyOrderElementsOf(dataOf(bodies(2_000)));
        CallStatistics calls = aws.calls().of(batchAction());
        assertThat(calls.records()).isEqualTo(2_000 + calls.refusedRecords());
        assertThat(calls.meanRecords()).isGreaterThan(100);
    }

    @Test
    void sendsTheEventsOfABatchThatTheirIntegrationsLetThrough() {
        createStream("events");
        SegmentBatch batch = new SegmentBatch(List.of(
                event("u", null, "m1", "{\"integrations\":{\"All\":false}}"),
                event("u", null, "m2", "{\"n\":2}"),
                event("u", null, "m3", "{\"integrations\":{\"" + integrationName() + "\":false}}")));

        assertThat(template.send(uri("events"), exchange(batch)).getException()).isNull();
        assertThat(template.send(uri("events"), exchange(batch.filter(event -> false)))
                        .getException())
                .isNull();

        assertThat(arrived("events", 1)).containsExactly(dataOf("{\"n\":2}"));
    }

    @Test
    void anEventOfABatchThatIsTooLargeFailsAlone() {
        createStream("events");
        SegmentBatch batch = new SegmentBatch(List.of(
                event("u", null, "m1", "{\"n\":1}"),
                event("u", null, "m2", "x".repeat(recordLimit() + 1024)),
                event("u", null, "m3", "{\"n\":3}")));

        Exchange exchange = template.send(uri("events"), exchange(batch));

        assertThat(exchange.getException()).isInstanceOf(RecordTooLargeException.class);
        assertThat(messageIds(exchange)).containsExactly("m2");
        assertThat(arrived("events", 2)).containsExactlyInAnyOrder(dataOf("{\"n\":1}"), dataOf("{\"n\":3}"));
    }

    /** Who takes an event that is too large for a dead letter must not take those for some that may still arrive. */
    @Test
    void aFailureThatMayPassComesBeforeOneThatDoesNot() {
        createStream("events");
        aws.faults().on(batchAction()).fail("InternalFailure");
        SegmentBatch batch = new SegmentBatch(
                List.of(event("u", null, "m1", "x".repeat(recordLimit() + 1024)), event("u", null, "m2", "{\"n\":2}")));

        Exchange first = template.send(uri("events", "deliveryTimeout=700ms"), exchange(batch));
        aws.faults().clear();
        Exchange second = template.send(uri("events"), exchange(batch));

        assertThat(first.getException())
                .isInstanceOfSatisfying(DeliveryException.class, failure -> assertThat(failure.isRetryable())
                        .isTrue());
        assertThat(messageIds(first)).containsExactly("m1", "m2");
        assertThat(second.getException()).isInstanceOf(RecordTooLargeException.class);
        assertThat(messageIds(second)).containsExactly("m1");
        assertThat(arrived("events", 1)).containsExactly(dataOf("{\"n\":2}"));
    }

    @Test
    void aBatchThatAStreamRefusesFailsAsAWhole() {
        MemoryBudget budget = new MemoryBudget(1);
        context.getRegistry().bind(SharedBeans.MEMORY_BUDGET, budget);
        Exchange parked = template.send(uri("nowhere"), ofSource(batch(3)));
        assertThat(budget.tryAcquire(1)).isTrue();
        createStream("events");
        Exchange full = template.send(uri("events"), exchange(batch(3)));
        Exchange admitted = template.send(uri("events"), ofSource(batch(3)));

        assertThat(parked.getException()).isInstanceOf(StreamParkedException.class);
        assertThat(messageIds(parked)).containsExactly("m0", "m1", "m2");
        assertThat(full.getException()).hasMessageContaining("no room for");
        assertThat(messageIds(full)).containsExactly("m0", "m1", "m2");
        assertThat(admitted.getException()).isNull();
        assertThat(budget.heldBytes()).isEqualTo(1);
    }

    private Exchange ofSource(SegmentBatch batch) {
        Exchange exchange = exchange(batch);
        exchange.getMessage().setHeader(SegmentConstants.SOURCE, "web");
        return exchange;
    }

    @Test
    void drainsABatchWhenItsContextIsStopped() throws Exception {
        createStream("events");
        aws.faults().on(batchAction()).delay(Duration.ofMillis(200));
        CompletableFuture<Exchange> sent =
                template.asyncSend(uri("events", "batchWhenIdle=true", "lingerTime=10s"), exchange(batch(700)));
        await().atMost(PATIENCE).until(() -> aws.calls().of(batchAction()).calls() > 0);

        context.stop();

        assertThat(sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                .isNull();
        assertThat(arrived("events", 700)).containsExactlyInAnyOrderElementsOf(dataOf(bodies(700)));
    }

    @Test
    void refusesToConsume() {
        assertThatThrownBy(() -> context.getEndpoint(uri("events")).createConsumer(exchange -> {}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(scheme() + ":events only delivers; read the stream with aws2-kinesis,"
                        + " or receive events with segment:");
    }
}
