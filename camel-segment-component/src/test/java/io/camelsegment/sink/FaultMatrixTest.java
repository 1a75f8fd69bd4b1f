package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.Ledger;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.FaultRule;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.tracking.SegmentExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * Every fault that the stand-in knows, against both services, with single events and with batches. The sender repeats
 * requests as an SDK does. One CamelContext goes through all of it: recovery takes no restart. The cases run side by
 * side, each on a stream of its own; a test waits for its case.
 */
@ExtendWith(LocalAwsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultMatrixTest {

    private static final int SIDE_BY_SIDE = 16;
    private static final int EVENTS = 200;
    private static final int KEYS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SECRET = "matrix-secret";
    private static final String ROLE = "matrix";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE);
    private final List<Arguments> running = new ArrayList<>();
    private LocalAws aws;

    @BeforeAll
    void start(LocalAws localAws) throws Exception {
        aws = localAws;
        Stream.of(ROLE, Service.KINESIS.deniedRole(), Service.FIREHOSE.deniedRole())
                .forEach(role -> aws.createRole(role, SECRET));
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("base", "base")));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        context.start();
        for (Service service : Service.values()) {
            // A first call takes long, and what outlasts the requestTimeout is sent twice.
            service.create(aws, "first-call");
            for (String role : List.of(ROLE, service.deniedRole())) {
                Situation first = new Situation(aws, service, SegmentExchange.EVENT, "first-call", role);
                send(first, producer(endpoint(first, "requestTimeout=30s")), events("first", 1));
            }
        }
        for (boolean impatient : List.of(true, false)) { // the longest first
            for (Service service : Service.values()) {
                for (SegmentExchange exchange : SegmentExchange.values()) {
                    faultsOf(service)
                            .filter(fault -> fault.impatient == impatient)
                            .forEach(fault -> start(service, exchange, fault));
                }
            }
        }
    }

    private void start(Service service, SegmentExchange exchange, Case fault) {
        String stream = "stream-" + running.size();
        Future<?> end = threads.submit(() -> {
            run(new Situation(aws, service, exchange, stream, fault.role), fault);
            return null;
        });
        running.add(arguments(named(service.name() + ' ' + exchange, service), named(fault.name(), end)));
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        context.stop();
    }

    Stream<Arguments> cases() {
        return running.stream();
    }

    private static Stream<Case> faultsOf(Service service) {
        List<Case> faults = new ArrayList<>();
        for (String code : List.of(
                "InternalFailure",
                "ServiceUnavailableException",
                "ThrottlingException",
                "LimitExceededException",
                "ProvisionedThroughputExceededException",
                "ExpiredTokenException",
                "InvalidSignatureException")) {
            faults.add(
                    passing("three calls fail with " + code, put -> put.times(3).fail(code)));
        }
        for (String code : List.of(
                "ProvisionedThroughputExceededException",
                "InternalFailure",
                "ServiceUnavailableException",
                "KMSThrottlingException",
                "ACodeThatNobodyKnows")) {
            faults.add(passing("of three calls, 40 % of the records fail with " + code, put -> put.times(3)
                    .failRecords(0.4, code)));
        }
        for (String code : List.of(
                "AccessDeniedException",
                "ResourceNotFoundException",
                "UnrecognizedClientException",
                "KMSDisabledException",
                "KMSAccessDeniedException",
                "KMSInvalidStateException",
                "KMSNotFoundException",
                "KMSOptInRequired",
                "InvalidKMSResourceException")) {
            faults.add(lasting("all calls fail with " + code, put -> put.fail(code)));
        }
        faults.add(passing("three calls take 300 ms", put -> put.times(3).delay(Duration.ofMillis(300))));
        faults.add(passing("a call is never answered", put -> put.times(1).neverAnswer())
                .impatiently());
        faults.add(unknown(
                        "a call is carried out and never answered",
                        put -> put.times(1).afterStoring().neverAnswer())
                .impatiently());
        faults.add(passing("three connections are cut", put -> put.times(3).cutConnection()));
        faults.add(unknown(
                "two connections are cut after the records are stored",
                put -> put.times(2).afterStoring().cutConnection()));
        faults.add(unknown("two answers are truncated", put -> put.times(2).truncateAnswer()));
        faults.add(passing(
                "a proxy answers three calls with 502", put -> put.times(3).htmlPage(502)));
        faults.add(passing(
                "a proxy answers three calls with 200", put -> put.times(3).htmlPage(200)));
        faults.add(unknown(
                "a failure is answered for two calls that were carried out",
                put -> put.times(2).afterStoring().fail("InternalFailure")));
        faults.add(unknown("an answer has a result too few", put -> put.times(1).changeResultCount(-1)));
        faults.add(
                unknown("an answer has a result too many", put -> put.times(1).changeResultCount(1)));
        faults.add(passing("the clock is an hour off", put -> put.times(3).skewClock(Duration.ofHours(1))));
        faults.add(new Case("the sessions expire", Doubles.NONE, ROLE, FaultMatrixTest::expireSessionsBetweenCalls));
        faults.add(new Case(
                "the role cannot be assumed for a while",
                Doubles.NONE,
                service.deniedRole(),
                FaultMatrixTest::denyTheRole));
        faults.add(
                new Case("the stream is deleted and made again", Doubles.NONE, ROLE, FaultMatrixTest::deleteTheStream));
        if (service == Service.KINESIS) {
            faults.add(passing("the shards are at their limits", FaultRule::throttleShards));
            faults.add(new Case("the shards are split and merged between calls", Doubles.NONE, ROLE, s -> {
                s.put().after(1).times(1).run(() -> s.aws.stream(s.stream).updateShardCount(5));
                s.put().after(3).times(1).run(() -> s.aws.stream(s.stream).updateShardCount(2));
                return () -> {};
            }));
        }
        return faults.stream();
    }

    /** The fault ends by itself. */
    private static Case passing(String name, Function<FaultRule, Fault> fault) {
        return of(name, Doubles.NONE, fault, false);
    }

    /** The fault ends by itself; records of which nobody knows whether they arrived may arrive twice. */
    private static Case unknown(String name, Function<FaultRule, Fault> fault) {
        return of(name, Doubles.POSSIBLE, fault, false);
    }

    /** The fault lasts until somebody mends it. */
    private static Case lasting(String name, Function<FaultRule, Fault> fault) {
        return of(name, Doubles.NONE, fault, true);
    }

    private static Case of(String name, Doubles doubles, Function<FaultRule, Fault> fault, boolean mend) {
        return new Case(name, doubles, ROLE, situation -> {
            Fault active = fault.apply(situation.put());
            return mend ? active::remove : () -> {};
        });
    }

    private static Runnable expireSessionsBetweenCalls(Situation s) {
        s.put().after(1).times(1).run(s.aws::expireSessions);
        s.put().after(4).times(1).run(s.aws::expireSessions);
        return () -> {};
    }

    private static Runnable denyTheRole(Situation s) {
        s.aws.expireSessions();
        return s.aws.faults().on("AssumeRole").resource(s.role).fail("AccessDenied")::remove;
    }

    private static Runnable deleteTheStream(Situation s) {
        s.service.delete(s.aws, s.stream);
        return () -> s.service.create(s.aws, s.stream);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void losesNothingAndRecovers(Service service, Future<?> end) throws Throwable {
        try {
            end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private void run(Situation situation, Case fault) throws Exception {
        situation.service.create(aws, situation.stream);
        SinkEndpoint endpoint =
                endpoint(situation, "batchRecords=50&deliveryTimeout=2m&requestTimeout=" + fault.requestTimeout());
        BatchSender sender = Senders.of(context).acquire(endpoint).sender();
        AsyncProducer producer = producer(endpoint);
        Runnable mend = fault.effect.apply(situation);

        sendUntilDelivered(situation, producer, events("first", EVENTS), mend);
        List<Throwable> afterwards = send(situation, producer, events("second", EVENTS)).values().stream()
                .flatMap(Stream::ofNullable)
                .toList();

        assertThat(afterwards).as("failures after the fault").isEmpty();
        List<String> arrived = situation.service.read(aws, situation.stream);
        assertThat(arrived).as("what is missing").containsAll(events("first", EVENTS));
        assertThat(arrived).as("what is missing").containsAll(events("second", EVENTS));
        if (fault.doubles == Doubles.NONE) {
            assertThat(arrived).doesNotHaveDuplicates();
        }
        await("every callback has returned")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sender.ledger().held()).isZero());
        Ledger ledger = sender.ledger();
        assertThat(ledger.delivered()).as("delivered, of " + ledger).isEqualTo(2L * EVENTS);
        assertThat(ledger.accepted()).isEqualTo(ledger.delivered() + ledger.failed() + ledger.refused());
        Senders.of(context).release(endpoint);
    }

    private SinkEndpoint endpoint(Situation situation, String options) {
        return context.getEndpoint(
                situation.service.scheme + ":" + situation.stream + "?uriEndpointOverride=" + aws.endpoint()
                        + "&roleAddress=" + aws.role(situation.role).arn() + "&secretId=" + SECRET + "&" + options,
                SinkEndpoint.class);
    }

    private AsyncProducer producer(SinkEndpoint endpoint) throws Exception {
        AsyncProducer producer = endpoint.createAsyncProducer();
        context.addService(producer);
        return producer;
    }

    /** Repeats what failed, as an SDK does, and mends the fault once something has failed or all has arrived. */
    private void sendUntilDelivered(Situation situation, AsyncProducer producer, List<String> events, Runnable mend) {
        List<String> left = new ArrayList<>(events);
        boolean[] mended = {false};
        await("all is delivered")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    Map<String, Throwable> outcomes = send(situation, producer, left);
                    outcomes.values().stream().flatMap(Stream::ofNullable).forEach(failure -> assertThat(failure)
                            .isInstanceOfSatisfying(
                                    DeliveryException.class, refusal -> assertThat(refusal.isRetryable())
                                            .as(refusal.getMessage())
                                            .isTrue()));
                    left.removeIf(event -> outcomes.get(event) == null);
                    if (!mended[0]) {
                        mended[0] = true;
                        mend.run();
                    }
                    return left.isEmpty();
                });
    }

    /** Sends all at once and returns how each ended: null for delivered. */
    private Map<String, Throwable> send(Situation situation, AsyncProducer producer, List<String> events)
            throws Exception {
        return situation.exchange == SegmentExchange.EVENT
                ? sendOneByOne(producer, events)
                : sendTogether(producer, events);
    }

    private Map<String, Throwable> sendOneByOne(AsyncProducer producer, List<String> events) throws Exception {
        Map<String, CompletableFuture<Exchange>> sent = new HashMap<>();
        for (String event : events) {
            Exchange exchange = ExchangeBuilder.anExchange(context)
                    .withBody(event)
                    .withHeader(SegmentConstants.PARTITION_KEY, key(event))
                    .build();
            sent.put(event, send(producer, exchange));
        }
        Map<String, Throwable> outcomes = new HashMap<>();
        for (Map.Entry<String, CompletableFuture<Exchange>> entry : sent.entrySet()) {
            Exchange done = entry.getValue().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            outcomes.put(entry.getKey(), done.getException());
        }
        return outcomes;
    }

    private Map<String, Throwable> sendTogether(AsyncProducer producer, List<String> events) throws Exception {
        SegmentBatch batch =
                new SegmentBatch(events.stream().map(FaultMatrixTest::event).toList());
        Exchange done = send(
                        producer,
                        ExchangeBuilder.anExchange(context).withBody(batch).build())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Map<String, Throwable> outcomes = new HashMap<>();
        events.forEach(event -> outcomes.put(event, null));
        if (done.getException() != null) {
            done.getMessage()
                    .getBody(SegmentBatch.class)
                    .forEach(undelivered -> outcomes.put(undelivered.messageId(), done.getException()));
        }
        return outcomes;
    }

    private static CompletableFuture<Exchange> send(AsyncProducer producer, Exchange exchange) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        producer.process(exchange, doneSync -> done.complete(exchange));
        return done;
    }

    private static String key(String event) {
        return "key-" + Math.floorMod(event.hashCode(), KEYS);
    }

    private static SegmentEvent event(String name) {
        byte[] json = name.getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(EventType.PAGE, null, key(name), null, null, name, Instant.EPOCH, Instant.EPOCH, json);
    }

    private static List<String> events(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + '-' + i).toList();
    }

    private enum Doubles {
        NONE,
        POSSIBLE
    }

    /**
     * A fault.
     *
     * @param role   the name of the role that the sender assumes
     * @param effect begins it and returns what mends it
     */
    private record Case(
            String name, Doubles doubles, String role, boolean impatient, Function<Situation, Runnable> effect) {

        Case(String name, Doubles doubles, String role, Function<Situation, Runnable> effect) {
            this(name, doubles, role, false, effect);
        }

        /**
         * For calls that are not answered. Others wait: what is sent again because its answer was late arrives twice.
         */
        Case impatiently() {
            return new Case(name, doubles, role, true, effect);
        }

        String requestTimeout() {
            return impatient ? "5s" : "1m";
        }
    }

    private record Situation(LocalAws aws, Service service, SegmentExchange exchange, String stream, String role) {

        FaultRule put() {
            return aws.faults().on(service.action).resource(stream);
        }
    }

    private enum Service {
        KINESIS("segment-kinesis", "kinesis:Put*") {
            @Override
            void create(LocalAws aws, String stream) {
                aws.createStream(stream, 3);
            }

            @Override
            void delete(LocalAws aws, String stream) {
                aws.deleteStream(stream);
            }

            @Override
            List<String> read(LocalAws aws, String stream) {
                return aws.stream(stream).records().stream()
                        .map(KinesisRecord::text)
                        .toList();
            }
        },
        FIREHOSE("segment-firehose", "firehose:Put*") {
            @Override
            void create(LocalAws aws, String stream) {
                aws.createDeliveryStream(stream);
            }

            @Override
            void delete(LocalAws aws, String stream) {
                aws.deleteDeliveryStream(stream);
            }

            @Override
            List<String> read(LocalAws aws, String stream) {
                return new String(aws.deliveryStream(stream).content(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
            }
        };

        private final String scheme;
        private final String action;

        Service(String scheme, String action) {
            this.scheme = scheme;
            this.action = action;
        }

        String deniedRole() {
            return "denied-" + name();
        }

        abstract void create(LocalAws aws, String stream);

        abstract void delete(LocalAws aws, String stream);

        abstract List<String> read(LocalAws aws, String stream);
    }
}
