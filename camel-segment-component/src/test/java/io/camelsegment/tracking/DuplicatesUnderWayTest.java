package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.tracking.server.Outcomes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;

/** Events with the messageId of one that the route still has. */
class DuplicatesUnderWayTest {

    private final Exception failure = new IllegalStateException("no sink");

    private final List<Outcomes> routed = new ArrayList<>();
    private final SourceMetrics metrics = new SourceMetrics(new DefaultCamelContext(), "web");
    private final MessageIdRepository delivered = new MessageIdRepository();
    private Deduplication events = new Deduplication(
            "web", delivered, metrics, (events, log, outcomes) -> routed.add(outcomes), Runnable::run);

    /** A request and how its events ended: ok, or the failure. */
    private static final class Request implements Outcomes {

        private final List<String> outcomes = new ArrayList<>();

        @Override
        public void ended(int events, Throwable failure) {
            outcomes.addAll(Collections.nCopies(events, failure == null ? "ok" : failure.getMessage()));
        }
    }

    private static SegmentEvent event(String messageId) {
        Instant now = Instant.EPOCH;
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(EventType.PAGE, null, "u1", null, null, messageId, now, now, json);
    }

    private Request send(String... messageIds) {
        Request request = new Request();
        events.process(Stream.of(messageIds).map(DuplicatesUnderWayTest::event).toList(), null, request);
        return request;
    }

    @Test
    void areDeliveredWithTheFirst() {
        Request first = send("m1");
        Request second = send("m1");
        Request third = send("m1");
        assertThat(routed).hasSize(1);
        assertThat(second.outcomes).isEmpty();

        routed.get(0).ended(1, null);

        assertThat(routed).hasSize(1);
        assertThat(List.of(first, second, third))
                .allSatisfy(request -> assertThat(request.outcomes).containsExactly("ok"));
        assertThat(events.waiting()).isZero();
        assertThat(send("m1").outcomes).containsExactly("ok");
        assertThat(routed).hasSize(1);
    }

    @Test
    void takeThePlaceOfTheFirstOneByOneWhenItFails() {
        Request first = send("m1");
        Request second = send("m1");
        Request third = send("m1");

        routed.get(0).ended(1, failure);
        assertThat(routed).hasSize(2);
        assertThat(first.outcomes).containsExactly("no sink");
        assertThat(second.outcomes).isEmpty();
        assertThat(third.outcomes).isEmpty();
        routed.get(1).ended(1, failure);
        assertThat(second.outcomes).containsExactly("no sink");
        routed.get(2).ended(1, null);

        assertThat(third.outcomes).containsExactly("ok");
        assertThat(routed).hasSize(3);
        assertThat(events.waiting()).isZero();
    }

    @Test
    void waitForTwoAttemptsAtMost() {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            requests.add(send("m1"));
        }

        routed.get(0).ended(1, failure);
        routed.get(1).ended(1, failure);

        assertThat(routed).as("attempts").hasSize(3);
        assertThat(requests.get(2).outcomes).isEmpty();
        assertThat(requests.get(3).outcomes).containsExactly("no sink");
        assertThat(requests.get(4).outcomes).containsExactly("no sink");
        routed.get(2).ended(1, null);
        assertThat(requests.get(2).outcomes).containsExactly("ok");
        assertThat(events.waiting()).isZero();
    }

    @Test
    void ofTheSameRequestEndAsTheFirstDoes() {
        Request good = send("m1", "m2", "m1", "m1");
        assertThat(routed).hasSize(2);
        routed.get(0).ended(1, null);
        routed.get(1).ended(1, null);
        assertThat(good.outcomes).containsExactly("ok", "ok", "ok", "ok");

        Request bad = send("m3", "m3");
        Request other = send("m3");
        routed.get(2).ended(1, failure);

        assertThat(bad.outcomes).containsExactly("no sink", "no sink");
        assertThat(routed).as("the other request's").hasSize(4);
        routed.get(3).ended(1, null);
        assertThat(other.outcomes).containsExactly("ok");
        assertThat(events.waiting()).isZero();
    }

    @Test
    void areDeliveredWhenTooManyWait() {
        send("m1");
        for (int i = 0; i < Deduplication.MAX_WAITING; i++) {
            send("m1");
        }
        assertThat(routed).hasSize(1);

        Request next = send("m1");

        assertThat(routed).hasSize(2);
        routed.get(1).ended(1, null);
        assertThat(next.outcomes).containsExactly("ok");
        routed.get(0).ended(1, null);
        assertThat(events.waiting()).isZero();
    }

    @Test
    void doNotGrowTheStackHoweverManyFail() {
        List<Outcomes> first = new ArrayList<>();
        events = new Deduplication(
                "web",
                delivered,
                metrics,
                (events, log, outcomes) -> {
                    if (first.isEmpty()) {
                        first.add(outcomes);
                    } else {
                        outcomes.ended(1, failure);
                    }
                },
                Runnable::run);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            requests.add(send("m1"));
        }

        first.get(0).ended(1, failure);

        assertThat(requests).allSatisfy(request -> assertThat(request.outcomes).containsExactly("no sink"));
        assertThat(events.waiting()).isZero();
    }

    @Test
    void areToldOfARouteThatThrowsAndOfARepositoryThatDoes() {
        MemoryIdempotentRepository broken = new MemoryIdempotentRepository() {
            @Override
            public boolean contains(String key) {
                throw new NoSuchFieldError("x");
            }

            @Override
            public boolean add(String key) {
                throw new NoSuchFieldError("x");
            }
        };
        List<Integer> calls = new ArrayList<>();
        events = new Deduplication(
                "web",
                broken,
                metrics,
                (events, log, outcomes) -> {
                    calls.add(1);
                    if (calls.size() == 1) {
                        throw new NoSuchFieldError("route");
                    }
                    outcomes.ended(1, null);
                },
                Runnable::run);

        assertThat(send("m1").outcomes).containsExactly("route");
        assertThat(send("m1").outcomes).containsExactly("ok");
    }
}
