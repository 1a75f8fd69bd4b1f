package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConverter;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import io.vertx.core.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dynamic endpoints beyond a cache's size, whose producers Camel stops and creates again while records wait. Nothing is
 * delivered until all is sent: Camel's cache returns null when one thread stops the producer that another one takes.
 */
@ExtendWith(LocalAwsExtension.class)
class EvictedProducersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STREAMS = 12;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private AsyncProducer in;
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) throws Exception {
        aws = localAws;
        aws.reset();
        context.start();
        in = context.getEndpoint("direct:in?block=false").createAsyncProducer();
        in.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @ParameterizedTest
    @EnumSource
    void loseNothingAndRefuseNothingWithToD(Sink sink) throws Exception {
        losesAndRefusesNothing(sink, uri -> new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").errorHandler(noErrorHandler()).toD(uri, 2);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void loseNothingAndRefuseNothingWithARecipientList(Sink sink) throws Exception {
        losesAndRefusesNothing(sink, uri -> new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .errorHandler(noErrorHandler())
                        .recipientList(simple(uri))
                        .cacheSize(2);
            }
        });
    }

    private void losesAndRefusesNothing(Sink sink, Function<String, RouteBuilder> route) throws Exception {
        try (Receivers receivers = sink.receivers(aws, STREAMS)) {
            context.addRoutes(route.apply(receivers.uri("${header.stream}")));
            Runnable mend = receivers.breakDown().get();
            List<CompletableFuture<Exchange>> sent = new ArrayList<>();
            for (int i = 0; i < 20 * STREAMS; i++) {
                sent.add(send("stream" + i % STREAMS, event("stream" + i % STREAMS, i)));
            }
            mend.run();

            for (CompletableFuture<Exchange> one : sent) {
                assertThat(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                        .isNull();
            }
            for (int stream = 0; stream < STREAMS; stream++) {
                int first = stream;
                assertThat(receivers.arrivedIn("stream" + stream))
                        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20)
                                .mapToObj(round -> "m" + (first + round * STREAMS))
                                .toList());
            }
        }
    }

    @Test
    void moreStreamsThanCamelCachesByDefault() throws Exception {
        int streams = 1_100;
        try (Receivers receivers = Sink.KINESIS.receivers(aws, streams)) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").errorHandler(noErrorHandler()).toD(receivers.uri("${header.stream}"));
                }
            });
            Runnable mend = receivers.breakDown().get();
            List<CompletableFuture<Exchange>> sent = new ArrayList<>();
            for (int i = 0; i < 2 * streams; i++) {
                sent.add(send("stream" + i % streams, event("stream", i)));
            }
            mend.run();

            for (CompletableFuture<Exchange> one : sent) {
                assertThat(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                        .isNull();
            }
            assertThat(IntStream.range(0, streams)
                            .mapToObj(i -> aws.stream("stream" + i).recordCount()))
                    .allMatch(count -> count == 2);
        }
    }

    /** The thread that sends to one stream is Camel's means of stopping the producers of others. */
    @Test
    void doNotKeepTheRouteWaitingForTheirRecords() throws Exception {
        try (Receivers receivers = Sink.KINESIS.receivers(aws, STREAMS)) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .errorHandler(noErrorHandler())
                            .toD(
                                    receivers
                                            .uri("${header.stream}")
                                            .replace("requestTimeout=30s", "requestTimeout=2s"),
                                    1);
                }
            });
            Fault silence = aws.faults().on("PutRecords").resource("stream0").neverAnswer();
            CompletableFuture<Exchange> held = send("stream0", event("stream0", 0));

            for (int i = 1; i < STREAMS; i++) {
                assertThat(send("stream" + i, event("stream" + i, i))
                                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                .getException())
                        .isNull();
            }

            assertThat(held).as("the stream's own").isNotDone();
            silence.remove();
            assertThat(held.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                    .isNull();
            assertThat(receivers.arrivedIn("stream0")).contains("m0");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goOnWhenAThreadStillHasThem(boolean inABatch) throws Exception {
        try (Receivers receivers = Sink.FIREHOSE.receivers(aws, 1)) {
            AsyncProducer producer =
                    context.getEndpoint(receivers.uri("stream0")).createAsyncProducer();
            producer.start();
            producer.stop();
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withBody(inABatch ? batchOf(event("stream0", 1)) : event("stream0", 1))
                    .build();

            producer.process(exchange);

            assertThat(exchange.getException()).isNull();
            assertThat(receivers.arrivedIn("stream0")).containsExactly("m1");
        }
    }

    @Test
    void doNotLookForTheirSenderOnAnEventLoop() throws Exception {
        try (Receivers receivers = Sink.KINESIS.receivers(aws, 1)) {
            AsyncProducer producer =
                    context.getEndpoint(receivers.uri("stream0")).createAsyncProducer();
            producer.start();
            producer.stop();
            Exchange empty = ExchangeBuilder.anExchange(context)
                    .withBody(new SegmentBatch(List.of()))
                    .build();
            CompletableFuture<Boolean> endedAtOnce = new CompletableFuture<>();
            CompletableFuture<Boolean> endedOnALoop = new CompletableFuture<>();

            Senders.of(context)
                    .eventLoops()
                    .execute(() -> endedAtOnce.complete(
                            producer.process(empty, doneSync -> endedOnALoop.complete(Context.isOnEventLoopThread()))));

            assertThat(endedAtOnce.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
            assertThat(endedOnALoop.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
            assertThat(empty.getException()).isNull();
        }
    }

    @Test
    void areRefusedOnceTheContextHasStopped() throws Exception {
        try (Receivers receivers = Sink.KINESIS.receivers(aws, 1)) {
            AsyncProducer producer =
                    context.getEndpoint(receivers.uri("stream0")).createAsyncProducer();
            producer.start();
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withBody(event("stream0", 1))
                    .build();
            context.stop();
            producer.stop();

            producer.process(exchange);

            assertThat(exchange.getException())
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("the application is stopping");
        }
    }

    @Test
    void leaveASenderThatIsClosedWhenNobodyUsesItAndItsRecordsAreDelivered() throws Exception {
        try (Receivers receivers = Sink.KINESIS.receivers(aws, 1)) {
            Fault silence = aws.faults().on("PutRecords").neverAnswer();
            AsyncProducer producer =
                    context.getEndpoint(receivers.uri("stream0")).createAsyncProducer();
            producer.start();
            Senders senders = Senders.of(context);
            Senders.OpenSender open = senders.acquire((SinkEndpoint) producer.getEndpoint());
            senders.release((SinkEndpoint) producer.getEndpoint());
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withBody(event("stream0", 1))
                    .build();
            CompletableFuture<Exchange> held = new CompletableFuture<>();
            producer.process(exchange, doneSync -> held.complete(exchange));
            producer.stop();

            senders.closeUnused(Duration.ZERO);
            assertThat(senders.acquire((SinkEndpoint) producer.getEndpoint()))
                    .as("with a record under way")
                    .isSameAs(open);
            senders.release((SinkEndpoint) producer.getEndpoint());
            silence.remove();
            assertThat(held.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                    .isNull();
            await().atMost(PATIENCE).until(open.sender()::isIdle);
            senders.closeUnused(Duration.ofHours(1));
            assertThat(senders.acquire((SinkEndpoint) producer.getEndpoint()))
                    .as("used just now")
                    .isSameAs(open);
            senders.closeUnused(Duration.ZERO);
            assertThat(senders.acquire((SinkEndpoint) producer.getEndpoint()))
                    .as("in use")
                    .isSameAs(open);
            senders.release((SinkEndpoint) producer.getEndpoint());
            senders.release((SinkEndpoint) producer.getEndpoint());

            senders.closeUnused(Duration.ZERO);

            assertThat(senders.acquire((SinkEndpoint) producer.getEndpoint()))
                    .as("after the closing")
                    .isNotSameAs(open);
        }
    }

    private CompletableFuture<Exchange> send(String stream, String event) {
        Exchange exchange = ExchangeBuilder.anExchange(context)
                .withBody(event)
                .withHeader("stream", stream)
                .build();
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        in.process(exchange, doneSync -> done.complete(exchange));
        return done;
    }

    private static String event(String stream, int number) {
        return "{\"type\":\"track\",\"event\":\"" + stream + "\",\"userId\":\"u\",\"messageId\":\"m" + number + "\"}";
    }

    private static SegmentBatch batchOf(String json) throws Exception {
        return new SegmentBatch(List.of(SegmentConverter.toEvent(json.getBytes(StandardCharsets.UTF_8), null)));
    }

    private static List<String> messageIds(String text) {
        return Pattern.compile("(?<=\")m\\d+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private enum Sink {
        KINESIS {
            @Override
            Receivers receivers(LocalAws aws, int count) {
                IntStream.range(0, count).forEach(i -> aws.createStream("stream" + i, 1));
                return new Receivers(
                        stream -> "segment-kinesis:" + stream + options(aws),
                        stream -> aws.stream(stream).records().stream()
                                .flatMap(record -> messageIds(record.text()).stream())
                                .toList(),
                        () -> aws.faults().on("kinesis:Put*").fail("InternalFailure")::remove,
                        () -> {});
            }
        },
        FIREHOSE {
            @Override
            Receivers receivers(LocalAws aws, int count) {
                IntStream.range(0, count).forEach(i -> aws.createDeliveryStream("stream" + i));
                return new Receivers(
                        stream -> "segment-firehose:" + stream + options(aws),
                        stream ->
                                messageIds(new String(aws.deliveryStream(stream).content(), StandardCharsets.UTF_8)),
                        () -> aws.faults().on("firehose:Put*").fail("InternalFailure")::remove,
                        () -> {});
            }
        },
        SEGMENT {
            @Override
            Receivers receivers(LocalAws aws, int count) {
                Map<String, Queue<String>> arrived = new ConcurrentHashMap<>();
                AtomicBoolean broken = new AtomicBoolean();
                SegmentServer server = new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("segment:receiver?writeKey=R")
                                .errorHandler(noErrorHandler())
                                .process(exchange -> {
                                    if (broken.get()) {
                                        throw new IllegalStateException("broken down");
                                    }
                                    SegmentEvent event = exchange.getMessage().getBody(SegmentEvent.class);
                                    arrived.computeIfAbsent(event.event(), name -> new ConcurrentLinkedQueue<>())
                                            .add(event.messageId());
                                });
                    }
                });
                return new Receivers(
                        stream -> "segment:" + stream + "?writeKey=R&deliveryTimeout=2m&url=" + server.uri("/v1"),
                        stream -> List.copyOf(arrived.get(stream)),
                        () -> {
                            broken.set(true);
                            return () -> broken.set(false);
                        },
                        server::close);
            }
        };

        abstract Receivers receivers(LocalAws aws, int count);

        private static String options(LocalAws aws) {
            return "?accessKey=AKIDTEST&secretKey=SECRETTEST&requestTimeout=30s&deliveryTimeout=2m&uriEndpointOverride="
                    + aws.endpoint();
        }
    }

    /**
     * Where events go.
     *
     * @param uris    the endpoint of a stream
     * @param arrived the messageIds that arrived in a stream
     * @param breakDown lets all receivers fail; its result mends them
     */
    private record Receivers(
            Function<String, String> uris,
            Function<String, List<String>> arrived,
            Supplier<Runnable> breakDown,
            Runnable closer)
            implements AutoCloseable {

        String uri(String stream) {
            return uris.apply(stream);
        }

        List<String> arrivedIn(String stream) {
            return arrived.apply(stream);
        }

        @Override
        public void close() {
            closer.run();
        }
    }
}
