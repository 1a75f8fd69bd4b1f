package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.SegmentConstants;
import io.camelsegment.routes.HeldComponent.Held;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
        assertThat(done.get().getException()).isNull();
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
        assertThat(done.get().getException()).isNull();
    }

    @Test
    void theyFailWhenTheirEndpointDoes() throws Exception {
        mapping.setUnmapped("other:rest");
        start();

        CompletableFuture<Exchange> done = send("screen", "Home");
        other.held.remove().fail(new IllegalStateException("disk full"));

        assertThat(done.get().getException()).hasMessage("disk full");
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
                errorHandler(noErrorHandler());
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

    private void firehoseTakes(CompletableFuture<Exchange> done, String stream) throws Exception {
        Held held = firehose.held.remove();
        assertThat(held.uri()).isEqualTo(stream);
        held.succeed();
        assertThat(done.get().getException()).isNull();
    }

    private double unmapped(String destination) {
        return meters.get("segment.firehose.unmapped")
                .tag("destination", destination)
                .counter()
                .count();
    }
}
