package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.TransformException;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that a transform of the route cannot change are refused like broken ones; the others are delivered. */
class RefusedByRouteTest {

    private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
    private final Queue<String> invalid = new ConcurrentLinkedQueue<>();

    private static void refuse(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof SegmentBatch batch) {
            SegmentBatch bad = batch.filter(RefusedByRouteTest::isBad);
            if (!bad.isEmpty()) {
                Map<Integer, String> messages = new HashMap<>();
                bad.indexes().stream().forEach(i -> messages.put(i, "bad one " + i));
                BatchFailure.fail(exchange, new TransformException("no_way", "bad", messages, null), bad);
            }
        } else if (isBad((SegmentEvent) body)) {
            throw new TransformException("no_way", "bad one", null);
        }
    }

    private static boolean isBad(SegmentEvent event) {
        return event.userId().startsWith("bad");
    }

    private void deliver(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof SegmentBatch batch) {
            batch.forEach(event -> delivered.add(event.userId()));
        } else {
            delivered.add(exchange.getMessage().getBody(SegmentEvent.class).userId());
        }
    }

    private SegmentServer server(String options) {
        return new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB&invalidUri=direct:invalid&" + options)
                        .process(RefusedByRouteTest::refuse)
                        .process(RefusedByRouteTest.this::deliver);
                from("direct:invalid")
                        .process(exchange -> invalid.add(exchange.getMessage()
                                        .getBody(SegmentEvent.class)
                                        .userId() + " " + exchange.getMessage().getHeader("CamelSegmentInvalid")));
            }
        });
    }

    private static String batch(String... users) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < users.length; i++) {
            events.add(
                    users[i].isEmpty()
                            ? "7"
                            : "{\"type\":\"page\",\"userId\":\"" + users[i] + "\",\"messageId\":\"m-" + users[i]
                                    + "\"}");
        }
        return "{\"batch\":[" + String.join(",", events) + "]}";
    }

    @ParameterizedTest
    @CsvSource({
        "exchange=event, bad one, bad one",
        "exchange=request, bad one 0, bad one 2",
        "exchange=event&deduplicate=true, bad one, bad one",
        "exchange=request&deduplicate=true, bad one 0, bad one 2"
    })
    void othersAreDeliveredAndTheRefusedListed(String options, String first, String second) throws Exception {
        try (SegmentServer server = server(options)) {
            // Of the events that are handed on, the index is not that in the request.
            HttpResponse<String> answer = server.post("/v1/batch", "WEB", batch("", "bad1", "good1", "bad2", "good2"));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{\"success\":true,\"rejected\":["
                            + "{\"index\":0,\"code\":\"bad_request\","
                            + "\"message\":\"expected object but was number at $.batch[0]\"},"
                            + "{\"index\":1,\"messageId\":\"m-bad1\",\"code\":\"no_way\",\"message\":\"" + first
                            + "\"},"
                            + "{\"index\":3,\"messageId\":\"m-bad2\",\"code\":\"no_way\",\"message\":\"" + second
                            + "\"}]}");
            assertThat(delivered).containsExactlyInAnyOrder("good1", "good2");
            assertThat(invalid).contains("bad1 no_way", "bad2 no_way");
        }
    }

    /** The answer has the sender repeat them all; what is refused is counted and kept although another one fails. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "exchange=event",
                "exchange=request",
                "exchange=event&deduplicate=true",
                "exchange=request&deduplicate=true"
            })
    void theRefusedAreCountedAndKeptBesideTheFailed(String options) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                getContext().getRegistry().bind("meters", meters);
                from("segment:web?writeKey=WEB&invalidUri=direct:invalid&" + options)
                        .process(RefusedByRouteTest::refuse)
                        .process(RefusedByRouteTest::fail)
                        .process(RefusedByRouteTest.this::deliver);
                from("direct:invalid")
                        .process(exchange -> invalid.add(exchange.getMessage()
                                .getBody(SegmentEvent.class)
                                .userId()));
            }
        })) {
            HttpResponse<String> answer = server.post("/v1/batch", "WEB", batch("good", "bad1", "down", "bad2"));

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(delivered).containsExactly("good");
            assertThat(invalid).containsExactlyInAnyOrder("bad1", "bad2");
            assertThat(count(meters, "delivered")).isEqualTo(1);
            assertThat(count(meters, "failed")).isEqualTo(1);
            assertThat(count(meters, "rejected")).isEqualTo(2);
        }
    }

    private static double count(SimpleMeterRegistry meters, String outcome) {
        return meters.get("segment.events").tag("outcome", outcome).counter().count();
    }

    private static void fail(Exchange exchange) {
        IllegalStateException failure = new IllegalStateException("down for a moment");
        if (exchange.getMessage().getBody() instanceof SegmentBatch batch) {
            SegmentBatch down = batch.filter(event -> event.userId().equals("down"));
            if (!down.isEmpty()) {
                BatchFailure.fail(exchange, failure, down);
            }
        } else if (exchange.getMessage().getBody(SegmentEvent.class).userId().equals("down")) {
            throw failure;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exchange=event", "exchange=request"})
    void aSingleEventIsRefusedForGood(String options) throws Exception {
        try (SegmentServer server = server(options)) {
            HttpResponse<String> answer = server.post("/v1/page", "WEB", "{\"userId\":\"bad\"}");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"no_way\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exchange=event", "exchange=request"})
    void itsRepetitionsInARequestEndWithIt(String options) throws Exception {
        try (SegmentServer server = server(options + "&deduplicate=true")) {
            HttpResponse<String> answer = server.post("/v1/batch", "WEB", batch("bad", "bad", "good"));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"index\":0,\"messageId\":\"m-bad\"");
            assertThat(delivered).containsExactly("good");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exchange=event", "exchange=request"})
    void aRouteMayHandleIt(String options) throws Exception {
        Queue<String> dead = new ConcurrentLinkedQueue<>();
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                onException(TransformException.class).handled(true).process(exchange -> {
                    if (exchange.getMessage().getBody() instanceof SegmentBatch batch) {
                        batch.forEach(event -> dead.add(event.userId()));
                    } else {
                        dead.add(exchange.getMessage()
                                .getBody(SegmentEvent.class)
                                .userId());
                    }
                });
                from("segment:web?writeKey=WEB&" + options)
                        .process(RefusedByRouteTest::refuse)
                        .process(RefusedByRouteTest.this::deliver);
            }
        })) {
            HttpResponse<String> answer = server.post("/v1/batch", "WEB", batch("bad", "good"));

            assertThat(answer.body()).isEqualTo("{\"success\":true}");
            assertThat(dead).containsExactly("bad");
            assertThat(delivered).containsExactly("good");
        }
    }

    @Test
    void anotherFailureBesideItHasTheSenderRepeat() {
        TransformException refusal = new TransformException("no_way", "bad", null);
        Exception joined = new Exception("more than one", refusal);
        assertThat(TransformException.of(joined)).isSameAs(refusal);

        joined.addSuppressed(new TransformException("no_way", "bad too", null));
        assertThat(TransformException.of(joined)).isSameAs(refusal);

        joined.addSuppressed(new IllegalStateException("no stream"));
        assertThat(TransformException.of(joined)).isNull();
        assertThat(TransformException.of(null)).isNull();
        assertThat(TransformException.of(new IllegalStateException("no stream")))
                .isNull();
    }
}
