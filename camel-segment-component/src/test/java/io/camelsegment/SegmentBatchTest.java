package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One Exchange for a whole request, from real HTTP to the real AWS SDK. */
class SegmentBatchTest extends BatchRoutes {

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
        Fault fault = refuse("events", BAD);
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
        Fault fault = refuse("events", BAD);
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
        refuse("events", BAD);
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
        Fault fault = refuse("events", BAD);
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
        Fault fault = refuse("events", BAD);
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
        Fault fault = refuse("events", BAD);
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
