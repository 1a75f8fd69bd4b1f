package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.HeldComponent.Held;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the events that no row fits, in a route of the user's own. */
class FirehoseMappingTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final HeldComponent firehose = new HeldComponent();
    private final HeldComponent other = new HeldComponent();
    private final FirehoseMapping mapping = FirehoseMapping.of(Map.of("Signed Up", "new_users", "page", "pages"));
    private int redeliveries;

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void theyAreCountedUnderTheRoutesId() throws Exception {
        start();
        assertThat(unmapped("lake")).isZero();

        assertThat(send("track", "Signed Out").get().getMessage().getHeader(FirehoseMapping.UNMAPPED))
                .isEqualTo(true);
        send("screen", "Home").get();
        firehoseTakes(send("page", "Home"), "pages");

        assertThat(unmapped("lake")).isEqualTo(2);
        assertThat(firehose.held).isEmpty();
    }

    @Test
    void theyAreCountedUnderTheMappingsName() throws Exception {
        mapping.setName("warehouse");
        start();

        send(null, null).get();

        assertThat(unmapped("warehouse")).isOne();
    }

    @Test
    void theyMayGoToADeliveryStream() throws Exception {
        mapping.setUnmapped("rest");
        mapping.setParameters(Map.of("region", "eu-west-1"));
        start();

        CompletableFuture<Exchange> done = send("track", "Signed Out");
        assertThat(firehose.held.element().options()).containsEntry("region", "eu-west-1");
        firehoseTakes(done, "rest");

        firehoseTakes(send("track", "signed up"), "new_users");
        assertThat(unmapped("lake")).isOne();
    }

    @Test
    void theyAndTheOthersMayGoToTheStreamOfAnArn() throws Exception {
        String arn = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/";
        mapping.setUnmapped(arn + "rest");
        mapping.getMap().put("Signed In", arn + "a, " + arn + "b");
        start();

        firehoseTakes(send("track", "Signed Out"), arn + "rest");

        CompletableFuture<Exchange> done = send("track", "Signed In");
        assertThat(firehose.held).extracting(Held::uri).containsExactly(arn + "a", arn + "b");
        firehose.held.forEach(Held::succeed);
        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
    }

    @Test
    void theyMayGoToAnyEndpoint() throws Exception {
        mapping.setUnmapped("other:rest?key=a");
        mapping.setParameters(Map.of("region", "eu-west-1"));
        start();

        CompletableFuture<Exchange> done = send("screen", "Home");

        Held held = other.held.remove();
        assertThat(held.uri()).isEqualTo("rest");
        assertThat(held.options()).isEqualTo(Map.of("key", "a"));
        assertThat(held.exchange().getMessage().getHeader(FirehoseMapping.UNMAPPED))
                .isEqualTo(true);
        assertThat(done).isNotDone();
        held.succeed();
        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
    }

    @Test
    void theyFailWhenTheirEndpointDoes() throws Exception {
        mapping.setUnmapped("other:rest");
        start();

        CompletableFuture<Exchange> done = send("screen", "Home");
        other.held.remove().fail(new IllegalStateException("disk full"));

        assertThat(done.get(10, TimeUnit.SECONDS).getException()).hasMessage("disk full");
    }

    private static SegmentEvent event(int number, EventType type, String name) {
        byte[] json = ("{\"n\":" + number + "}").getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(type, name, "u", null, null, "m" + number, Instant.EPOCH, Instant.EPOCH, json);
    }

    /** Numbers from 0 on, of: a sign-up, a page, a sign-up, a screen, a page. */
    private static SegmentBatch batch() {
        return new SegmentBatch(List.of(
                event(0, EventType.TRACK, "Signed Up"),
                event(1, EventType.PAGE, "Home"),
                event(2, EventType.TRACK, "signed up"),
                event(3, EventType.SCREEN, "Home"),
                event(4, EventType.PAGE, "Home")));
    }

    private static String ids(Object batch) {
        StringBuilder ids = new StringBuilder();
        ((SegmentBatch) batch).forEach(event -> ids.append(event.messageId()));
        return ids.toString();
    }

    private Map<String, String> heldBatches() {
        return firehose.held.stream()
                .collect(Collectors.toMap(
                        Held::uri, held -> ids(held.exchange().getMessage().getBody())));
    }

    @Test
    void eachStreamGetsItsEventsOfABatchTogetherAndInOrder() throws Exception {
        mapping.getMap().put("*", "everything");
        mapping.getMap().put("track", "new_users, tracks");
        start();

        CompletableFuture<Exchange> done = send(batch());

        assertThat(heldBatches())
                .containsOnly(
                        entry("new_users", "m0m2"),
                        entry("tracks", "m0m2"),
                        entry("pages", "m1m4"),
                        entry("everything", "m0m1m2m3m4"));
        firehose.held.forEach(Held::succeed);
        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
        assertThat(ids(done.get(10, TimeUnit.SECONDS).getMessage().getBody())).isEqualTo("m0m1m2m3m4");
    }

    @Test
    void aBatchFailsWithTheEventsOfTheStreamsThatFailed() throws Exception {
        start();

        CompletableFuture<Exchange> done = send(batch());
        held("new_users").failWith("m2");
        held("pages").fail(new IllegalStateException("closed"));

        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNotNull();
        assertThat(ids(done.get(10, TimeUnit.SECONDS).getMessage().getBody())).isEqualTo("m1m2m4");
        assertThat(unmapped("lake")).isOne();
    }

    @Test
    void unmappedEventsOfABatchAreMarkedCountedAndSentOnOnceHoweverOftenTheOthersAreRedelivered() throws Exception {
        mapping.setUnmapped("other:rest");
        redeliveries = 1;
        start();

        CompletableFuture<Exchange> done = send(batch());
        Held rest = other.held.remove();
        assertThat(ids(rest.exchange().getMessage().getBody())).isEqualTo("m3");
        assertThat(rest.exchange().getMessage().getHeader(FirehoseMapping.UNMAPPED))
                .isEqualTo(true);
        rest.succeed();
        held("pages").succeed();
        held("new_users").failWith("m0");
        assertThat(firehose.held).hasSize(2);
        assertThat(other.held).isEmpty();
        firehose.held.forEach(Held::succeed);

        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
        assertThat(unmapped("lake")).isOne();
    }

    @Test
    void unmappedEventsOfABatchThatFailAreSentOnAgain() throws Exception {
        mapping.setUnmapped("other:rest");
        redeliveries = 1;
        start();

        CompletableFuture<Exchange> done = send(batch());
        other.held.remove().fail(new IllegalStateException("disk full"));
        List<Held> first = List.copyOf(firehose.held);
        firehose.held.clear();
        first.forEach(Held::succeed);
        assertThat(other.held).hasSize(1);
        assertThat(ids(other.held.element().exchange().getMessage().getBody())).isEqualTo("m3");
        other.held.remove().fail(new IllegalStateException("disk full"));
        firehose.held.forEach(Held::succeed);

        assertThat(done.get(10, TimeUnit.SECONDS).getException()).hasMessage("disk full");
        assertThat(ids(done.get(10, TimeUnit.SECONDS).getMessage().getBody())).isEqualTo("m3");
    }

    @Test
    void anEventThatHasLostItsHeadersIsMappedByWhatItIs() throws Exception {
        start();

        firehoseTakes(send(event(0, EventType.PAGE, "Home")), "pages");

        assertThat(unmapped("lake")).isZero();
    }

    private Held held(String uri) {
        Held one = firehose.held.stream()
                .filter(held -> held.uri().equals(uri))
                .findFirst()
                .orElseThrow();
        firehose.held.remove(one);
        return one;
    }

    @Test
    void thereAreNoneBesideARowForEveryEvent() {
        FirehoseMapping all = FirehoseMapping.of(Map.of("*", "everything"));
        all.setUnmapped("rest");
        all.setCamelContext(camel);

        assertThatThrownBy(all::init)
                .hasStackTraceContaining(
                        "expected unmapped only without a row \"*\" in map, which fits every event, but"
                                + " there are both: remove one of them");
    }

    private void start() throws Exception {
        camel.getRegistry().bind("meters", meters);
        camel.addComponent("segment-firehose", firehose);
        camel.addComponent("other", other);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(
                        redeliveries == 0
                                ? noErrorHandler()
                                : defaultErrorHandler()
                                        .maximumRedeliveries(redeliveries)
                                        .redeliveryDelay(0));
                from("direct:in").routeId("lake").process(mapping);
            }
        });
        camel.start();
    }

    private CompletableFuture<Exchange> send(String type, String event) throws Exception {
        AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
        Exchange exchange = in.getEndpoint().createExchange();
        exchange.getMessage().setHeader(SegmentConstants.TYPE, type);
        exchange.getMessage().setHeader(SegmentConstants.EVENT, event);
        return in.processAsync(exchange);
    }

    private CompletableFuture<Exchange> send(Object body) throws Exception {
        AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
        Exchange exchange = in.getEndpoint().createExchange();
        exchange.getMessage().setBody(body);
        return in.processAsync(exchange);
    }

    private void firehoseTakes(CompletableFuture<Exchange> done, String stream) throws Exception {
        Held held = firehose.held.remove();
        assertThat(held.uri()).isEqualTo(stream);
        held.succeed();
        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
    }

    private double unmapped(String destination) {
        return meters.get("segment.firehose.unmapped")
                .tag("destination", destination)
                .counter()
                .count();
    }
}
