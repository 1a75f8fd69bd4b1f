package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One Exchange for a whole request, from real HTTP to the real AWS SDK. */
@ExtendWith(LocalAwsExtension.class)
class SegmentBatchTest {

    private static final List<String> ALL = List.of("u0", "u1", "u2", "u3", "u4", "u5");
    private static final List<String> BAD = List.of("u1", "u4");
    private static final List<String> GOOD = List.of("u0", "u2", "u3", "u5");

    private final Queue<Object> seen = new ConcurrentLinkedQueue<>();
    private LocalAws aws;
    private SegmentServer server;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        List.of("events", "copy", "rest").forEach(stream -> aws.createStream(stream, 2));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private interface Route {
        void configure(RouteBuilder builder, Supplier<RouteDefinition> source);
    }

    private void serve(Route route) {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                route.configure(this, () -> from("segment:web?writeKey=WEB&exchange=request"));
            }
        });
    }

    private String kinesis(String stream, String... options) {
        return "segment-kinesis:" + stream + "?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                + "&accessKey=AKIDTEST&secretKey=SECRETTEST&deliveryTimeout=300ms" + String.join("", options);
    }

    private static String page(String userId) {
        return "{\"type\":\"page\",\"name\":\"Home\",\"userId\":\"" + userId + "\",\"messageId\":\"m-" + userId + "\"}";
    }

    /** Sends all events in one request; returns the status. */
    private int send() throws Exception {
        String batch = ALL.stream().map(SegmentBatchTest::page).collect(Collectors.joining(",", "{\"batch\":[", "]}"));
        return server.post("/v1/batch", "WEB", batch).statusCode();
    }

    private Fault refuseBad() {
        return aws.faults()
                .on("PutRecords")
                .resource("events")
                .failRecords(entry -> BAD.contains(entry.partitionKey()), "InternalFailure");
    }

    private List<String> arrived(String stream) {
        return aws.stream(stream).records().stream()
                .map(KinesisRecord::partitionKey)
                .toList();
    }

    private static List<String> users(Object batch) {
        List<String> users = new ArrayList<>();
        ((Iterable<?>) batch).forEach(event -> users.add(((SegmentEvent) event).userId()));
        return users;
    }

    @Test
    void isOneExchangeWithTheHeadersOfTheRequest() throws Exception {
        serve((builder, source) -> source.get()
                .process(exchange -> {
                    seen.add(users(exchange.getMessage().getBody()));
                    seen.add(Map.copyOf(exchange.getMessage().getHeaders()).keySet());
                })
                .to(kinesis("events")));

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(ALL, Set.of(SegmentConstants.SOURCE, SegmentConstants.RECEIVED_AT));
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aRedeliverySendsOnlyWhatTheStreamDoesNotHave() throws Exception {
        Fault fault = refuseBad();
        serve((builder, source) -> {
            builder.errorHandler(builder.defaultErrorHandler()
                    .maximumRedeliveries(3)
                    .redeliveryDelay(1)
                    .onRedelivery(exchange -> {
                        seen.add(exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER));
                        if (seen.size() == 3) {
                            fault.remove();
                        }
                    }));
            source.get().to(kinesis("events")).to(kinesis("copy"));
        });

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(1, 2, 3);
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(arrived("copy")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"current", "original message", "original body"})
    void deadLettersAreTheUndeliveredEvents(String body) throws Exception {
        Fault fault = refuseBad();
        serve((builder, source) -> {
            var dead = builder.deadLetterChannel("direct:dead")
                    .maximumRedeliveries(1)
                    .redeliveryDelay(1);
            builder.errorHandler(
                    switch (body) {
                        case "original message" -> dead.useOriginalMessage();
                        case "original body" -> dead.useOriginalBody();
                        default -> dead;
                    });
            builder.from("direct:dead")
                    .errorHandler(builder.noErrorHandler())
                    .process(exchange -> {
                        seen.add(users(exchange.getMessage().getBody()));
                        seen.add(users(exchange.getMessage().getBody(List.class)));
                        seen.add(exchange.getMessage()
                                .getBody(String.class)
                                .lines()
                                .count());
                        fault.remove();
                    })
                    .to(kinesis("events"))
                    .to(kinesis("rest"));
            source.get()
                    .setHeader("mine", builder.constant(1))
                    .to(kinesis("copy"))
                    .to(kinesis("events"));
        });

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(BAD, BAD, 2L);
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(arrived("rest")).containsExactlyInAnyOrderElementsOf(BAD);
    }

    @Test
    void aFailureOfNoSinkConcernsAllEvents() throws Exception {
        serve((builder, source) -> {
            builder.errorHandler(builder.deadLetterChannel("direct:dead").useOriginalMessage());
            builder.from("direct:dead")
                    .process(exchange -> seen.add(users(exchange.getMessage().getBody())));
            source.get().to(kinesis("events")).process(exchange -> {
                throw new IllegalStateException("no");
            });
        });

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(ALL);
    }

    @Test
    void doCatchGetsTheUndeliveredEvents() throws Exception {
        refuseBad();
        serve((builder, source) -> source.get()
                .doTry()
                .to(kinesis("events"))
                .doCatch(Exception.class)
                .to(kinesis("rest"))
                .end());

        assertThat(send()).isEqualTo(200);

        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(GOOD);
        assertThat(arrived("rest")).containsExactlyInAnyOrderElementsOf(BAD);
    }

    @Test
    void aMulticastFailsWithTheEventsOfTheSinkThatFailed() throws Exception {
        Fault fault = refuseBad();
        serve((builder, source) -> {
            builder.onException(Exception.class).handled(true).process(exchange -> {
                seen.add(users(exchange.getMessage().getBody()));
                fault.remove();
            });
            source.get()
                    .multicast()
                    .parallelProcessing()
                    .to(kinesis("events"), kinesis("copy"))
                    .end();
        });

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(BAD);
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(GOOD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSplitGivesEventsWithTheirHeaders(boolean headersSet) throws Exception {
        serve((builder, source) -> {
            RouteDefinition route = source.get();
            if (headersSet) {
                route.setHeader("mine", builder.constant("x"));
            }
            route.split(builder.body())
                    .parallelProcessing()
                    .process(exchange -> seen.add(exchange.getMessage().getHeader(SegmentConstants.TYPE) + " "
                            + exchange.getMessage().getHeader(SegmentConstants.EVENT) + " "
                            + exchange.getMessage().getHeader(SegmentConstants.PARTITION_KEY) + " "
                            + exchange.getMessage().getHeader("mine")))
                    .to(kinesis("events"));
        });

        assertThat(send()).isEqualTo(200);

        String mine = headersSet ? " x" : " null";
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        ALL.stream().map(user -> "page Home " + user + mine).toList());
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aSplitEventThatFailsFailsItself() throws Exception {
        Fault fault = refuseBad();
        serve((builder, source) ->
                source.get().split(builder.body()).parallelProcessing().to(kinesis("events")));

        assertThat(send()).isEqualTo(429);
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(GOOD);
        fault.remove();
        assertThat(send()).isEqualTo(200);

        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aRepeatedRequestSendsOnlyWhatIsMissing() throws Exception {
        Fault fault = refuseBad();
        serve((builder, source) -> source.get().to(kinesis("copy")).to(kinesis("events")));

        assertThat(send()).isEqualTo(429);
        fault.remove();
        assertThat(send()).isEqualTo(200);

        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(arrived("copy")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void saysWhatToDoWhereOneEventIsNeeded() {
        SegmentBatch batch = batchOf("u0", "u1");
        List<Function<SegmentBatch, Object>> methods = List.of(
                SegmentBatch::type,
                SegmentBatch::event,
                SegmentBatch::userId,
                SegmentBatch::anonymousId,
                SegmentBatch::groupId,
                SegmentBatch::messageId,
                SegmentBatch::timestamp,
                SegmentBatch::partitionKey,
                SegmentBatch::json,
                one -> one.isEnabledFor("Amazon Kinesis"));

        assertThat(methods).allSatisfy(method -> assertThatThrownBy(() -> method.apply(batch))
                .hasMessageContaining("needs one event")
                .hasMessageContaining("split the batch")
                .hasMessageContaining("exchange=event"));
    }

    private static SegmentBatch batchOf(String... users) {
        return new SegmentBatch(IntStream.range(0, users.length)
                .mapToObj(i -> new SegmentEvent(
                        i % 2 == 0 ? EventType.TRACK : EventType.PAGE,
                        "E",
                        users[i],
                        null,
                        null,
                        "m" + i,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        ("{\"u\":\n\"" + users[i] + "\"}").getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    @Test
    void groupsAndFiltersWithoutCopies() {
        SegmentBatch batch = batchOf("a", "b", "c");

        assertThat(batch.groupBy(SegmentEvent::type))
                .extractingFromEntries(entry -> entry.getKey() + " " + users(entry.getValue()))
                .containsExactly("TRACK [a, c]", "PAGE [b]");
        assertThat(users(batch.filter(event -> !event.userId().equals("b")))).containsExactly("a", "c");
        assertThat(batch.filter(event -> false)).isEmpty();
        assertThat(batch).hasToString("SegmentBatch[3 events]");
    }
}
