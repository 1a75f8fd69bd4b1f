package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Vert.x of the sinks, and the end of it. */
class EventLoopsTest {

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.createStream("events", 1);
    }

    private static <T> T in(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static EventLoops started(CamelContext context) {
        context.start();
        return Senders.of(context).eventLoops();
    }

    private static VertxPlatformHttpServer addServer(CamelContext context) throws Exception {
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("127.0.0.1");
        configuration.setBindPort(0);
        VertxPlatformHttpServer server = new VertxPlatformHttpServer(configuration);
        context.addService(server, true, true);
        return server;
    }

    private static boolean isClosed(Vertx vertx) {
        return ((VertxInternal) vertx).getEventLoopGroup().isShutdown();
    }

    @Test
    void areThoseOfTheRegistryWhichStayOpen() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("vertx", vertx);

            assertThat(started(context).vertx()).isSameAs(vertx);

            context.stop();
            assertThat(isClosed(vertx)).isFalse();
        } finally {
            vertx.close();
        }
    }

    @Test
    void areThoseOfTheServerThatReadsTheRequests() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();
            VertxPlatformHttpServer server = addServer(context);

            assertThat(Senders.of(context).eventLoops().vertx()).isSameAs(server.getVertx());
        }
    }

    @Test
    void areOurOwnWithoutAnotherAndEndWithTheContext() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Vertx vertx = started(context).vertx();
            assertThat(isClosed(vertx)).isFalse();

            context.stop();

            assertThat(isClosed(vertx)).isTrue();
        }
    }

    @Test
    void runATaskOnTheCallingLoopWithoutTheContextOfItsRequest() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            EventLoops loops = started(context);
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Thread> caller = new CompletableFuture<>();
                CompletableFuture<Thread> ran = new CompletableFuture<>();
                CompletableFuture<Context> seen = new CompletableFuture<>();
                CompletableFuture<Boolean> inline = new CompletableFuture<>();
                ContextInternal request =
                        ((VertxInternal) loops.vertx()).createEventLoopContext().duplicate();
                request.runOnContext(start -> {
                    request.localContextData().put("user", "u1");
                    loops.execute(() -> {
                        ran.complete(Thread.currentThread());
                        seen.complete(Vertx.currentContext());
                    });
                    inline.complete(ran.isDone());
                    caller.complete(Thread.currentThread());
                });

                assertThat(in(ran)).isSameAs(in(caller));
                assertThat(in(inline)).isFalse();
                assertThat(in(seen).owner()).isSameAs(loops.vertx());
                assertThat(((ContextInternal) in(seen)).isDuplicate()).isFalse();
                assertThat(((ContextInternal) in(seen)).localContextData()).doesNotContainKey("user");
            }
        }
    }

    @Test
    void runATaskOnTheCallingLoopAlsoWithoutAContext() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            EventLoops loops = started(context);
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Thread> caller = new CompletableFuture<>();
                CompletableFuture<Thread> ran = new CompletableFuture<>();
                ((VertxInternal) loops.vertx()).getEventLoopGroup().next().execute(() -> {
                    loops.execute(() -> ran.complete(Thread.currentThread()));
                    caller.complete(Thread.currentThread());
                });

                assertThat(in(ran)).isSameAs(in(caller));
            }
        }
    }

    @Test
    void runATaskOfAnyOtherThreadOnALoop() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            EventLoops loops = started(context);
            CompletableFuture<Boolean> direct = new CompletableFuture<>();
            loops.execute(() -> direct.complete(
                    Context.isOnEventLoopThread() && Vertx.currentContext().owner() == loops.vertx()));
            assertThat(in(direct)).isTrue();

            CompletableFuture<Boolean> ofWorker = new CompletableFuture<>();
            var unused = loops.vertx().executeBlocking(() -> {
                loops.execute(() -> ofWorker.complete(Context.isOnEventLoopThread()));
                return null;
            });
            assertThat(in(ofWorker)).isTrue();

            Vertx other = Vertx.vertx();
            try {
                CompletableFuture<Object> ofOther = new CompletableFuture<>();
                other.runOnContext(start -> loops.execute(
                        () -> ofOther.complete(Vertx.currentContext().owner())));
                assertThat(in(ofOther)).isSameAs(loops.vertx());
            } finally {
                other.close();
            }
        }
    }

    @Test
    void refuseTasksWhenTheirVertxIsClosed() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("vertx", vertx);
            EventLoops loops = started(context);

            in(vertx.close().toCompletionStage().toCompletableFuture());

            assertThatThrownBy(() -> loops.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }

    private List<CompletableFuture<Exchange>> send(CamelContext context, int records) throws Exception {
        AsyncProducer producer = context.getEndpoint("segment-kinesis:events?accessKey=AKIDTEST&secretKey=SECRETTEST"
                        + "&batchRecords=5&uriEndpointOverride=" + aws.endpoint())
                .createAsyncProducer();
        context.addService(producer);
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withBody(("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8))
                    .build();
            CompletableFuture<Exchange> done = new CompletableFuture<>();
            producer.process(exchange, doneSync -> done.complete(exchange));
            sent.add(done);
        }
        return sent;
    }

    /** The HTTP server closes its Vert.x when it stops. */
    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void deliverEverythingAtAStopWheneverTheServerWasAdded(String server) throws Exception {
        List<CompletableFuture<Exchange>> sent;
        Vertx vertx;
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();
            if (server.equals("before")) {
                addServer(context);
            }
            vertx = Senders.of(context).eventLoops().vertx();
            if (server.equals("after")) {
                addServer(context);
            }
            aws.faults().on("PutRecords").times(3).fail("InternalFailure");
            sent = send(context, 20);

            context.stop();
        }

        for (CompletableFuture<Exchange> one : sent) {
            assertThat(in(one).getException()).isNull();
        }
        assertThat(aws.stream("events").records()).hasSize(20);
        assertThat(isClosed(vertx)).isTrue();
    }

    @Test
    void loseNothingWhenTheirVertxIsClosedBeforeTheContext() throws Exception {
        Vertx vertx = Vertx.vertx();
        List<CompletableFuture<Exchange>> sent;
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("vertx", vertx);
            context.start();
            aws.faults().on("PutRecords").times(2).fail("InternalFailure");
            sent = new ArrayList<>(send(context, 7));

            in(vertx.close().toCompletionStage().toCompletableFuture());
            sent.addAll(send(context, 7));
            context.stop();
            assertThat(SharedBeans.memoryBudget(context).heldBytes()).isZero();
        }

        int delivered = 0;
        for (CompletableFuture<Exchange> one : sent) {
            Exception failure = in(one).getException();
            if (failure == null) {
                delivered++;
            } else {
                assertThat(failure).isInstanceOf(DeliveryException.class);
            }
        }
        assertThat(aws.stream("events").records()).hasSizeGreaterThanOrEqualTo(delivered);
    }
}
