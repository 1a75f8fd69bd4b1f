package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.HeldComponent.Held;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FanOutTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final HeldComponent sinks = new HeldComponent();

    @BeforeEach
    void start() {
        camel.addComponent("sink", sinks);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void reachesEveryEndpointBeforeAnyOfThemIsDone() {
        Exchange exchange = exchange();
        CompletableFuture<Exchange> done = fanOut("sink:a", "sink:b", "sink:c").processAsync(exchange);

        assertThat(sinks.held).extracting(Held::uri).containsExactly("a", "b", "c");
        sinks.held.forEach(held -> {
            assertThat(done).isNotDone();
            held.succeed();
        });
        assertThat(done).isDone();
        assertThat(exchange.getException()).isNull();
    }

    @Test
    void failsWhenOnlyTheFirstEndpointFails() {
        Exchange exchange = exchange();
        CompletableFuture<Exchange> done = fanOut("sink:a", "sink:b").processAsync(exchange);
        IOException failure = new IOException("a is down");

        sinks.held.remove().fail(failure);
        assertThat(done).isNotDone();
        sinks.held.remove().succeed();

        assertThat(done).isDone();
        assertThat(exchange.getException()).isSameAs(failure);
    }

    @Test
    void isMarkedForRollbackWhenAnEndpointMarksItsExchange() {
        Exchange exchange = exchange();
        CompletableFuture<Exchange> done = fanOut("sink:a", "sink:b").processAsync(exchange);

        sinks.held.element().exchange().setRollbackOnlyLast(true);
        sinks.held.forEach(Held::succeed);

        assertThat(done).isDone();
        assertThat(exchange.isRollbackOnlyLast()).isTrue();
        assertThat(exchange.isRollbackOnly()).isFalse();
    }

    @Test
    void tellsOfAllFailuresWithoutTouchingTheExceptions() {
        Exchange exchange = exchange();
        CompletableFuture<Exchange> done =
                fanOut("sink:a", "sink:b", "sink:c", "sink:d").processAsync(exchange);
        // A producer may give all exchanges of a batch one exception.
        IOException shared = new IOException("down");
        IllegalStateException other = new IllegalStateException("closed");

        sinks.held.remove().fail(shared);
        sinks.held.remove().succeed();
        sinks.held.remove().fail(shared);
        sinks.held.remove().fail(other);

        assertThat(done).isDone();
        assertThat(exchange.getException())
                .hasMessageStartingWith("More than one of 4 endpoints failed")
                .hasSuppressedException(other)
                .cause()
                .isSameAs(shared);
        assertThat(exchange.getException(IOException.class)).isSameAs(shared);
        assertThat(shared).hasNoSuppressedExceptions();
    }

    @Test
    void givesASingleEndpointTheExchangeItself() {
        Exchange exchange = exchange();
        CompletableFuture<Exchange> done = fanOut("sink:a").processAsync(exchange);

        Held held = sinks.held.remove();
        held.succeed();

        assertThat(held.exchange()).isSameAs(exchange);
        assertThat(done).isDone();
    }

    @Test
    void keepsEndpointsFromSeeingEachOthersChanges() {
        Exchange exchange = exchange();
        CompletableFuture<Exchange> done = fanOut("sink:a", "sink:b").processAsync(exchange);

        Held a = sinks.held.remove();
        Held b = sinks.held.remove();
        a.exchange().getMessage().setHeader("shard", "1");
        a.exchange().getMessage().setBody("changed");

        assertThat(b.exchange().getMessage().getHeader("shard")).isNull();
        assertThat(b.exchange().getMessage().getBody()).isEqualTo("event");
        a.succeed();
        b.succeed();
        assertThat(done).isDone();
        assertThat(exchange.getMessage().getBody()).isEqualTo("event");
        assertThat(exchange.getMessage().getHeader("shard")).isNull();
    }

    @Test
    void isDoneAtOnceWhenAllEndpointsAre() {
        Exchange exchange = exchange();
        List<Boolean> callbacks = new ArrayList<>();

        boolean sync = fanOut("sink:done", "sink:done?region=other").process(exchange, callbacks::add);

        assertThat(sync).isTrue();
        assertThat(callbacks).containsExactly(true);
    }

    @Test
    void completesEachExchangeOnceWhenEndpointsAnswerFromManyThreads() throws Exception {
        FanOut fanOut = fanOut("sink:a", "sink:b", "sink:c");
        int exchanges = 2_000;
        CountDownLatch done = new CountDownLatch(exchanges);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < exchanges; i++) {
                fanOut.process(exchange(), doneSync -> done.countDown());
                for (Held held = sinks.held.poll(); held != null; held = sinks.held.poll()) {
                    threads.execute(held::succeed);
                }
            }
            done.await();
            assertThat(done.getCount()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void failsTheRoutesExchangeSoThatItsErrorHandlerSeesIt() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(IOException.class).handled(true).setBody(constant("parked"));
                from("direct:in").process(FanOut.to("sink:a", "sink:b"));
            }
        });
        Exchange exchange = exchange();
        AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
        CompletableFuture<Exchange> done = in.processAsync(exchange);

        sinks.held.remove().fail(new IOException("a is down"));
        sinks.held.remove().succeed();

        assertThat(done).isDone();
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isEqualTo("parked");
    }

    @Test
    void aBatchFailsWithTheEventsThatSomeEndpointDidNotTake() throws Exception {
        List<String> dead = new ArrayList<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(
                        deadLetterChannel("direct:dead").maximumRedeliveries(1).redeliveryDelay(0));
                from("direct:dead").process(exchange -> exchange.getMessage()
                        .getBody(SegmentBatch.class)
                        .forEach(event -> dead.add(event.messageId())));
                from("direct:in").process(FanOut.to("sink:a", "sink:b"));
            }
        });
        Exchange exchange = exchange();
        exchange.getMessage()
                .setBody(new SegmentBatch(
                        IntStream.range(0, 4).mapToObj(FanOutTest::event).toList()));
        CompletableFuture<Exchange> done =
                camel.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);

        sinks.held.remove().fail(new IOException("a is down"));
        sinks.held.remove().failWith("m0");
        assertThat(sinks.held).hasSize(2);
        assertThat(sinks.held).allSatisfy(held -> assertThat(
                        (SegmentBatch) held.exchange().getMessage().getBody())
                .hasSize(4));
        sinks.held.remove().failWith("m1");
        sinks.held.remove().failWith("m1", "m3");

        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
        assertThat(dead).containsExactly("m1", "m3");
    }

    @Test
    void aBatchLeavesBehindWhatABranchThatHandlesItsFailureHas() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dead").process(exchange -> {});
                from("direct:a").errorHandler(deadLetterChannel("direct:dead")).to("sink:a");
                from("direct:in").process(FanOut.to("direct:a", "sink:b"));
            }
        });
        Exchange exchange = exchange();
        SegmentBatch batch = new SegmentBatch(
                IntStream.range(0, 4).mapToObj(FanOutTest::event).toList());
        exchange.getMessage().setBody(batch);
        CompletableFuture<Exchange> done =
                camel.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);

        for (Held held : List.copyOf(sinks.held)) {
            if (held.uri().equals("a")) {
                held.failWith("m1");
            } else {
                held.succeed();
            }
        }

        assertThat(done.get(10, TimeUnit.SECONDS).getException()).isNull();
        assertThat(BatchFailure.leftBehind(exchange, batch))
                .extracting(SegmentEvent::messageId)
                .containsExactly("m0", "m2", "m3");
    }

    private static SegmentEvent event(int number) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(EventType.PAGE, "P", "u", null, null, "m" + number, Instant.EPOCH, Instant.EPOCH, json);
    }

    @Test
    void refusesToHaveNoEndpoint() {
        assertThatThrownBy(() -> fanOut().process(exchange()))
                .hasMessage("expected at least one endpoint in uris, but it is empty: name one");
    }

    private FanOut fanOut(String... uris) {
        FanOut fanOut = FanOut.to(uris);
        fanOut.setCamelContext(camel);
        fanOut.start();
        return fanOut;
    }

    private Exchange exchange() {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody("event");
        return exchange;
    }
}
