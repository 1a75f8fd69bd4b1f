package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.tracking.Deduplication.Route;
import io.camelsegment.tracking.server.Outcomes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Events with the messageId of one that the route still has. */
@ParameterizedClass
@CsvSource({"false, false", "false, true", "true, false", "true, true"})
class DuplicatesUnderWayTest {

    private final Exception failure = new IllegalStateException("no sink");

    private final List<Routed> routed = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SourceMetrics metrics;
    private final IdempotentRepository delivered;
    private final boolean together;
    private Deduplication events;

    DuplicatesUnderWayTest(boolean hashes, boolean together) {
        this.delivered = hashes ? new MessageIdRepository() : new MemoryIdempotentRepository();
        ServiceHelper.startService(delivered);
        this.together = together;
        DefaultCamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("meters", meters);
        metrics = new SourceMetrics(context, "web");
        events = deduplication(
                delivered,
                (events, log, span, outcomes) -> routed.add(new Routed(ids(events), outcomes)),
                Runnable::run);
    }

    private Deduplication deduplication(IdempotentRepository repository, Route route, Executor again) {
        return new Deduplication("web", repository, metrics, route, together, again);
    }

    private static List<String> ids(List<SegmentEvent> events) {
        return events.stream().map(SegmentEvent::messageId).toList();
    }

    /** What the route got at once. */
    private record Routed(List<String> ids, Deduplication.Routed outcomes) {

        void end(Exception failure) {
            outcomes.ended(bits(failure == null ? 0 : ids.size()), failure);
        }
    }

    /** Returns a set of the first positions. */
    private static BitSet bits(int count) {
        BitSet bits = new BitSet();
        bits.set(0, count);
        return bits;
    }

    /** A request and how its events ended: ok, or the failure. */
    private static final class Request implements Outcomes {

        private final List<String> outcomes = Collections.synchronizedList(new ArrayList<>());

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
        events.process(Stream.of(messageIds).map(DuplicatesUnderWayTest::event).toList(), null, null, request);
        return request;
    }

    @Test
    void areDeliveredWithTheFirst() {
        Request first = send("m1");
        Request second = send("m1");
        Request third = send("m1");
        assertThat(routed).hasSize(1);
        assertThat(second.outcomes).isEmpty();

        routed.get(0).end(null);

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

        routed.get(0).end(failure);
        assertThat(routed).hasSize(2);
        assertThat(first.outcomes).containsExactly("no sink");
        assertThat(second.outcomes).isEmpty();
        assertThat(third.outcomes).isEmpty();
        routed.get(1).end(failure);
        assertThat(second.outcomes).containsExactly("no sink");
        routed.get(2).end(null);

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

        routed.get(0).end(failure);
        routed.get(1).end(failure);

        assertThat(routed).as("attempts").hasSize(3);
        assertThat(requests.get(2).outcomes).isEmpty();
        assertThat(requests.get(3).outcomes).containsExactly("no sink");
        assertThat(requests.get(4).outcomes).containsExactly("no sink");
        routed.get(2).end(null);
        assertThat(requests.get(2).outcomes).containsExactly("ok");
        assertThat(events.waiting()).isZero();
    }

    private List<List<String>> routedIds() {
        return routed.stream().map(Routed::ids).toList();
    }

    /** Ends what the route has got since the last time, a first event first. */
    private void endAll(Exception outcome) {
        List<Routed> all = List.copyOf(routed);
        routed.clear();
        all.forEach(each -> each.end(outcome));
    }

    private double count(String outcome) {
        return meters.get("segment.events").tag("outcome", outcome).counter().count();
    }

    @Test
    void ofTheSameRequestEndAsTheFirstDoes() {
        Request good = send("m1", "m2", "m1", "m1");
        assertThat(routedIds())
                .isEqualTo(together ? List.of(List.of("m1", "m2")) : List.of(List.of("m1"), List.of("m2")));
        endAll(null);
        assertThat(good.outcomes).containsExactly("ok", "ok", "ok", "ok");
        assertThat(count("duplicate")).isEqualTo(2);

        Request bad = send("m3", "m3");
        Request other = send("m3");
        endAll(failure);

        assertThat(bad.outcomes).containsExactly("no sink", "no sink");
        assertThat(routedIds()).as("the other request's").containsExactly(List.of("m3"));
        endAll(null);
        assertThat(other.outcomes).containsExactly("ok");
        assertThat(events.waiting()).isZero();
        assertThat(count("failed")).as("of those that the route did not have").isEqualTo(1);
    }

    @Test
    void areLeftOutOfTheirRequestWithWhatWasDelivered() {
        send("m1");
        endAll(null);
        Request first = send("m2", "m1", "m3");
        assertThat(first.outcomes).containsExactly("ok");
        Request second = send("m0", "m3", "m1", "m4", "m2");
        assertThat(second.outcomes).containsExactly("ok");

        assertThat(routedIds())
                .isEqualTo(
                        together
                                ? List.of(List.of("m2", "m3"), List.of("m0", "m4"))
                                : List.of(List.of("m2"), List.of("m3"), List.of("m0"), List.of("m4")));
        assertThat(events.waiting()).isEqualTo(2);
        endAll(null);
        assertThat(first.outcomes).containsExactly("ok", "ok", "ok");
        assertThat(second.outcomes).containsExactly("ok", "ok", "ok", "ok", "ok");
        assertThat(count("duplicate")).isEqualTo(4);
        assertThat(send("m4", "m3", "m2", "m1", "m0").outcomes).hasSize(5);
        assertThat(routed).isEmpty();
    }

    @Test
    void areRememberedWhenOthersOfTheirRequestFail() {
        Request first = send("m1", "m2", "m3");
        Request second = send("m1", "m2");
        List<Routed> begun = List.copyOf(routed);
        routed.clear();

        if (together) {
            begun.get(0).outcomes().ended(bits(1), failure);
        } else {
            begun.get(0).end(failure);
            begun.get(1).end(null);
            begun.get(2).end(null);
        }

        assertThat(first.outcomes).containsExactlyInAnyOrder("no sink", "ok", "ok");
        assertThat(second.outcomes).containsExactly("ok");
        assertThat(routedIds()).containsExactly(List.of("m1"));
        endAll(null);
        assertThat(second.outcomes).containsExactly("ok", "ok");
        assertThat(send("m1", "m2", "m3").outcomes).containsExactly("ok", "ok", "ok");
        assertThat(events.waiting()).isZero();
    }

    @Test
    void haveTheirTurnsEachByItselfWhenTheOtherRequestFails() {
        Request first = send("m1", "m2", "m3");
        Request second = send("m2", "m4", "m1");
        Request third = send("m2");
        List<Routed> begun = List.copyOf(routed);
        routed.clear();

        begun.stream().filter(each -> !each.ids().contains("m4")).forEach(each -> each.end(failure));

        assertThat(first.outcomes).containsExactly("no sink", "no sink", "no sink");
        assertThat(second.outcomes).isEmpty();
        assertThat(routedIds()).containsExactlyInAnyOrder(List.of("m1"), List.of("m2"));
        endAll(failure);
        assertThat(second.outcomes).containsExactly("no sink", "no sink");
        assertThat(routedIds()).containsExactly(List.of("m2"));
        endAll(null);
        assertThat(third.outcomes).containsExactly("ok");
        begun.stream().filter(each -> each.ids().contains("m4")).forEach(each -> each.end(null));
        assertThat(second.outcomes).containsExactly("no sink", "no sink", "ok");
        assertThat(events.waiting()).isZero();
        send("m1", "m2", "m3", "m4");
        assertThat(routed.stream().flatMap(each -> each.ids().stream())).containsExactly("m1", "m3");
    }

    @Test
    void endOnceThoughTheRouteEndsTwice() {
        Request request = send("m1", "m2");
        Request other = send("m1");

        List<Routed> begun = List.copyOf(routed);
        begun.forEach(each -> each.end(failure));
        begun.forEach(each -> each.end(null));

        assertThat(request.outcomes).containsExactly("no sink", "no sink");
        assertThat(other.outcomes).isEmpty();
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
        routed.get(1).end(null);
        assertThat(next.outcomes).containsExactly("ok");
        routed.get(0).end(null);
        assertThat(events.waiting()).isZero();
    }

    @Test
    void doNotGrowTheStackHoweverManyFail() {
        List<Deduplication.Routed> first = new ArrayList<>();
        events = deduplication(
                delivered,
                (events, log, span, outcomes) -> {
                    if (first.isEmpty()) {
                        first.add(outcomes);
                    } else {
                        outcomes.ended(bits(1), failure);
                    }
                },
                Runnable::run);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            requests.add(send("m1"));
        }

        first.get(0).ended(bits(1), failure);

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
        events = deduplication(
                broken,
                (events, log, span, outcomes) -> {
                    calls.add(1);
                    if (calls.size() == 1) {
                        throw new NoSuchFieldError("route");
                    }
                    outcomes.ended(bits(0), null);
                },
                Runnable::run);

        assertThat(send("m1").outcomes).containsExactly("route");
        assertThat(send("m1").outcomes).containsExactly("ok");
        assertThat(send("m1", "m2").outcomes).containsExactly("ok", "ok");
    }

    /** The route has a messageId once at a time and never after it was delivered, and each event ends once. */
    @Test
    void neitherGetLostNorOvertakenAmongThreads() throws Exception {
        Set<String> underWay = ConcurrentHashMap.newKeySet();
        Set<String> had = ConcurrentHashMap.newKeySet();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        events = deduplication(
                delivered,
                (some, log, span, outcomes) -> {
                    for (String id : ids(some)) {
                        if (!underWay.add(id) || had.contains(id)) {
                            wrong.add(id);
                        }
                    }
                    boolean fails = ThreadLocalRandom.current().nextInt(3) == 0;
                    threads.execute(() -> {
                        for (String id : ids(some)) {
                            if (!fails) {
                                had.add(id);
                            }
                            underWay.remove(id);
                        }
                        outcomes.ended(bits(fails ? some.size() : 0), fails ? failure : null);
                    });
                },
                threads);
        List<Request> requests = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        List<Future<?>> sent = new ArrayList<>();
        try {
            Random random = new Random(1);
            for (int i = 0; i < 1_000; i++) {
                List<SegmentEvent> some = random.ints(1 + random.nextInt(10), 0, 400)
                        .mapToObj(id -> event("m" + id))
                        .toList();
                Request request = new Request();
                requests.add(request);
                sizes.add(some.size());
                sent.add(threads.submit(() -> events.process(some, null, null, request)));
            }
            for (Future<?> each : sent) {
                each.get();
            }
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> requests.stream()
                                    .mapToInt(each -> each.outcomes.size())
                                    .sum()
                            >= sizes.stream().mapToInt(size -> size).sum());
        } finally {
            threads.shutdown();
        }
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        assertThat(wrong).isEmpty();
        assertThat(requests).extracting(each -> each.outcomes.size()).isEqualTo(sizes);
        assertThat(events.waiting()).isZero();
    }
}
