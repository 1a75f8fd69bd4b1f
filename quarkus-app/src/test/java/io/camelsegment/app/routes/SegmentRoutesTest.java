package io.camelsegment.app.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.HeldComponent.Held;
import io.camelsegment.app.routes.HeldComponent.HeldEndpoint;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.routes.MappingTable;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes by themselves: stand-ins take the place of the source and of the sinks. */
class SegmentRoutesTest {

    private static final AwsAccess AWS = new AwsAccess(
            "eu-west-1", "arn:aws:iam::123456789012:role/events", "ws_/+&%= 1", URI.create("http://127.0.0.1:4566"));

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CamelContext camel = new DefaultCamelContext();
    private final HeldComponent source = new HeldComponent();
    private final HeldComponent kinesis = new HeldComponent();
    private final HeldComponent firehose = new HeldComponent();
    private final HeldComponent dead = new HeldComponent();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private boolean deduplicate;
    private String unmapped;
    private Duty lakeDuty = Duty.REQUIRED;
    private SegmentRoutes routes;

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void everyRouteHasAnIdAndADescription() throws Exception {
        start(Set.of("web"), Set.of("web"));

        assertThat(camel.getRoutes())
                .extracting(Route::getRouteId, Route::getDescription)
                .containsExactly(
                        tuple("segment-destination-analytics", "Delivers to the Kinesis data stream events"),
                        tuple("segment-destination-lake", "Delivers to the Firehose delivery streams of its mapping"),
                        tuple("segment-source-web", "Events of the source web to analytics, lake"));
    }

    @Test
    void anEventGoesToTheStreamAndToEachDeliveryStreamOnce() throws Exception {
        start(Set.of("web"), Set.of("web"));

        CompletableFuture<Exchange> done = send("track", "user registered");

        assertThat(kinesis.held).extracting(Held::uri).containsExactly("events");
        assertThat(firehose.held).extracting(Held::uri).containsExactlyInAnyOrder("new_users", "tracks", "everything");
        firehose.held.forEach(Held::succeed);
        assertThat(done).isNotDone();
        kinesis.held.forEach(Held::succeed);
        assertThat(done.get().getException()).isNull();
    }

    @Test
    void anEventThatOneDeliveryStreamRefusesIsNotAcknowledged() throws Exception {
        start(Set.of("web"), Set.of("web"));

        CompletableFuture<Exchange> done = send("page", null);
        kinesis.held.remove().succeed();
        firehose.held.remove().fail(new IllegalStateException("throttled"));

        assertThat(done.get().getException()).hasMessage("throttled");
    }

    @Test
    void nobodyWaitsForADestinationThatIsNotRequired() throws Exception {
        lakeDuty = new Duty(false, null);
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        CompletableFuture<Exchange> done = send("page", null);
        assertThat(firehose.held).hasSize(1);
        assertThat(done).isNotDone();
        kinesis.held.remove().succeed();
        assertThat(done.get().getException()).isNull();

        firehose.held.remove().succeed();
        assertThat(routes.missed().get("lake").count()).isZero();
    }

    @Test
    void eachDestinationGetsAnEventOnceAfterTheSourceStartsAgain() throws Exception {
        lakeDuty = new Duty(false, null);
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));
        camel.getRouteController().stopRoute("segment-source-web");
        camel.getRouteController().startRoute("segment-source-web");

        CompletableFuture<Exchange> done = send("page", null);

        assertThat(kinesis.held).hasSize(1);
        assertThat(firehose.held).hasSize(1);
        firehose.held.remove().succeed();
        kinesis.held.remove().succeed();
        assertThat(done.get().getException()).isNull();
    }

    @Test
    void whatADestinationThatIsNotRequiredMissesIsCountedAndGoesToItsDeadLetters() throws Exception {
        lakeDuty = new Duty(false, "dead:letters");
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        CompletableFuture<Exchange> done = send("page", null);
        kinesis.held.remove().succeed();
        firehose.held.remove().fail(new IllegalStateException("throttled"));

        assertThat(done.get().getException()).isNull();
        assertThat(routes.missed().get("lake").count()).isOne();
        assertThat(routes.missed().get("lake").lost()).isZero();
        await().atMost(PATIENCE).until(() -> dead.held.size() == 1);
        assertThat(dead.held).singleElement().satisfies(letter -> {
            assertThat(letter.exchange().getMessage().getHeader(SegmentConstants.TYPE))
                    .isEqualTo("page");
            assertThat(letter.exchange().getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))
                    .hasMessage("throttled");
            letter.fail(new IllegalStateException("disk full"));
        });
    }

    @Test
    void aDestinationThatIsNotRequiredGetsNothingWhenHalfTheMemoryIsInUse() throws Exception {
        MemoryBudget budget = new MemoryBudget(100);
        camel.getRegistry().bind(SharedBeans.MEMORY_BUDGET, budget);
        lakeDuty = new Duty(false, "dead:letters");
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));
        budget.acquire(51);

        CompletableFuture<Exchange> done = send("page", null);
        kinesis.held.remove().succeed();

        assertThat(done.get().getException()).isNull();
        assertThat(firehose.held).isEmpty();
        await().atMost(PATIENCE).until(() -> dead.held.size() == 1);
        budget.release(1);
        assertThat(send("page", null)).isNotDone();
        assertThat(firehose.held).hasSize(1);
        assertThat(budget.heldBytes()).isEqualTo(50 + MemoryBudget.EXCHANGE_BYTES);
        List.of(dead, kinesis, firehose).forEach(component -> component.held.forEach(Held::succeed));
        assertThat(budget.heldBytes()).isEqualTo(50);
    }

    @Test
    void whatADestinationThatIsNotRequiredMissesWhileItIsStoppedIsCounted() throws Exception {
        lakeDuty = new Duty(false, "dead:letters");
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));
        camel.getRouteController().stopRoute("segment-destination-lake");

        CompletableFuture<Exchange> done = send("page", null);
        kinesis.held.remove().succeed();

        assertThat(done.get().getException()).isNull();
        assertThat(routes.missed().get("lake").count()).isOne();
    }

    @Test
    void whatDeadLettersRefuseIsCountedOnce() throws Exception {
        lakeDuty = new Duty(false, "dead:letters");
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        CompletableFuture<Exchange> done = send("page", null);
        kinesis.held.remove().succeed();
        firehose.held.remove().fail(new IllegalStateException("throttled"));
        await().atMost(PATIENCE).until(() -> dead.held.size() == 1);
        dead.held.remove().fail(new IllegalStateException("disk full"));

        assertThat(done.get().getException()).isNull();
        assertThat(routes.missed().get("lake").count()).isOne();
        assertThat(routes.missed().get("lake").lost()).isOne();
    }

    @Test
    void whatAFullDiskDoesNotTakeIsCountedAsLostAndLeavesNoFile(@TempDir Path directory) throws Exception {
        Instant now = Instant.now();
        for (Instant hour : List.of(now, now.plus(Duration.ofHours(1)))) {
            String name = ".lake-" + hour.toString().substring(0, "2026-11-30T01".length()) + ".jsonl";
            Files.createSymbolicLink(directory.resolve(name), Path.of("/dev/full"));
        }
        lakeDuty = new Duty(false, "file:" + directory);
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        miss("one");
        await().atMost(PATIENCE).until(() -> routes.missed().get("lake").lost() == 1);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).as("the other hour's link").hasSize(1);
        }

        miss("two");
        miss("three");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(linesIn(directory)).containsExactlyInAnyOrder("two", "three"));
        assertThat(routes.missed().get("lake").lost()).isOne();
        assertThat(routes.missed().get("lake").count()).isEqualTo(3);
    }

    /** Sends an event that the destination which is not required does not take. */
    private void miss(String body) throws Exception {
        Consumer web = source.consumers.element();
        Exchange exchange = web.getEndpoint().createExchange();
        exchange.getMessage().setHeader(SegmentConstants.TYPE, "page");
        exchange.getMessage().setBody(body);
        CompletableFuture<Exchange> done = ((AsyncProcessor) web.getProcessor()).processAsync(exchange);
        kinesis.held.remove().succeed();
        firehose.held.remove().fail(new IllegalStateException("throttled"));
        assertThat(done.get().getException()).isNull();
    }

    private static List<String> linesIn(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    @Test
    void ofABatchTheEventsCountThatADestinationMissed(@TempDir Path directory) throws Exception {
        lakeDuty = new Duty(false, "file:" + directory);
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        missOfBatch("m1", "m3");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(linesIn(directory)).containsExactly("{\"n\":1}", "{\"n\":3}"));
        assertThat(routes.missed().get("lake").count()).isEqualTo(2);
        assertThat(routes.missed().get("lake").lost()).isZero();
    }

    @Test
    void ofABatchTheEventsAreLostThatNoDeadLettersTook() throws Exception {
        lakeDuty = new Duty(false, "dead:letters");
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        missOfBatch("m1", "m3", "m4");
        await().atMost(PATIENCE).until(() -> dead.held.size() == 1);
        assertThat(dead.held.element().exchange().getMessage().getBody(SegmentBatch.class))
                .extracting(SegmentEvent::messageId)
                .containsExactly("m1", "m3", "m4");
        dead.held.remove().fail(new IllegalStateException("disk full"));
        camel.getRouteController().stopRoute("segment-destination-lake");
        CompletableFuture<Exchange> stopped = send(batch(5));
        kinesis.held.remove().succeed();

        assertThat(stopped.get().getException()).isNull();
        assertThat(routes.missed().get("lake").count()).isEqualTo(3 + 5);
        assertThat(routes.missed().get("lake").lost()).isEqualTo(3 + 5);
    }

    @Test
    void aBatchThatWaitsForADestinationThatIsNotRequiredIsCountedWithItsEvents() throws Exception {
        MemoryBudget budget = new MemoryBudget(1_000_000);
        camel.getRegistry().bind(SharedBeans.MEMORY_BUDGET, budget);
        lakeDuty = new Duty(false, null);
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        CompletableFuture<Exchange> done = send(batch(5));
        kinesis.held.remove().succeed();

        assertThat(done.get().getException()).isNull();
        assertThat(budget.heldBytes()).isEqualTo(MemoryBudget.EXCHANGE_BYTES + 5 * MemoryBudget.EVENT_BYTES);
        firehose.held.remove().succeed();
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void unmappedEventsOfABatchGoToAFileOneALine(@TempDir Path directory) throws Exception {
        unmapped = "file:" + directory;
        start(Set.of("other"), Set.of("web"), Map.of("page", List.of("pages")));

        assertThat(send(batch(3)).get().getException()).isNull();
        assertThat(send(batch(0)).get().getException()).isNull();

        assertThat(linesIn(directory)).containsExactly("{\"n\":0}", "{\"n\":1}", "{\"n\":2}");
    }

    /** Events m0, m1 and so on. */
    private static SegmentBatch batch(int events) {
        return new SegmentBatch(IntStream.range(0, events)
                .mapToObj(i -> new SegmentEvent(
                        EventType.TRACK,
                        "Clicked",
                        "u",
                        null,
                        null,
                        "m" + i,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        ("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    private CompletableFuture<Exchange> send(SegmentBatch batch) {
        Consumer web = source.consumers.element();
        Exchange exchange = web.getEndpoint().createExchange();
        exchange.getMessage().setBody(batch);
        return ((AsyncProcessor) web.getProcessor()).processAsync(exchange);
    }

    /** Sends a batch, of which the destination that is not required does not take some. */
    private void missOfBatch(String... messageIds) throws Exception {
        CompletableFuture<Exchange> done = send(batch(5));
        kinesis.held.remove().succeed();
        Held lake = firehose.held.remove();
        BatchFailure.fail(
                lake.exchange(),
                new IllegalStateException("throttled"),
                lake.exchange().getMessage().getBody(SegmentBatch.class).filter(event -> List.of(messageIds)
                        .contains(event.messageId())));
        lake.callback().done(false);
        assertThat(done.get().getException()).isNull();
    }

    @Test
    void whatNoDeadLettersTakeIsLost() throws Exception {
        lakeDuty = new Duty(false, null);
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        miss("one");
        assertThat(routes.missed().get("lake").lost()).isOne();
        camel.getRouteController().stopRoute("segment-destination-lake");
        CompletableFuture<Exchange> done = send("page", null);
        kinesis.held.remove().succeed();

        assertThat(done.get().getException()).isNull();
        assertThat(routes.missed().get("lake").lost()).isEqualTo(2);
        assertThat(routes.missed().get("lake").count()).isEqualTo(2);
    }

    @Test
    void anEventThatNoRowFitsMayGoToAFile(@TempDir Path directory) throws Exception {
        unmapped = "file:" + directory;
        start(Set.of("other"), Set.of("web"), Map.of("page", List.of("pages")));

        for (int i = 0; i < 3; i++) {
            Consumer web = source.consumers.element();
            Exchange exchange = web.getEndpoint().createExchange();
            exchange.getMessage().setHeader(SegmentConstants.TYPE, "screen");
            exchange.getMessage().setBody("{\"n\":\n" + i + "}");
            assertThat(((AsyncProcessor) web.getProcessor())
                            .processAsync(exchange)
                            .get()
                            .getException())
                    .isNull();
        }

        assertThat(linesIn(directory)).containsExactly("{\"n\": 0}", "{\"n\": 1}", "{\"n\": 2}");
    }

    @Test
    @Timeout(60)
    void nobodyWaitsForDeadLettersThatBlock() throws Exception {
        CountDownLatch unblocked = new CountDownLatch(1);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:slow").process(exchange -> unblocked.await());
            }
        });
        lakeDuty = new Duty(false, "direct:slow");
        start(Set.of("web"), Set.of("web"), Map.of("*", List.of("everything")));

        try {
            CompletableFuture<Exchange> done = send("page", null);
            firehose.held.remove().fail(new IllegalStateException("throttled"));
            kinesis.held.remove().succeed();

            assertThat(done.get().getException()).isNull();
        } finally {
            unblocked.countDown();
        }
    }

    @Test
    void anEventThatNoRowFitsIsMarkedAndCounted() throws Exception {
        start(Set.of("other"), Set.of("web"), Map.of("page", List.of("pages")));

        Exchange exchange = send("screen", "Home").get();

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader(FirehoseMapping.UNMAPPED)).isEqualTo(true);
        assertThat(meters.get("segment.firehose.unmapped")
                        .tag("destination", "lake")
                        .counter()
                        .count())
                .isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rest", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/rest"})
    void anEventThatNoRowFitsGoesWhereItsDestinationSays(String stream) throws Exception {
        unmapped = stream;
        start(Set.of("other"), Set.of("web"), Map.of("page", List.of("pages")));

        CompletableFuture<Exchange> done = send("screen", "Home");

        assertThat(firehose.held).singleElement().satisfies(held -> {
            assertThat(held.uri()).isEqualTo(stream);
            assertThat(held.options()).containsEntry("region", "eu-west-1");
            assertThat(done).isNotDone();
            held.succeed();
        });
        assertThat(done.get().getException()).isNull();
    }

    @Test
    void aKinesisDestinationMapsEventsToStreams() throws Exception {
        StreamRows rows = new StreamRows(
                Map.of("User Registered", List.of("new_users"), "Debug *", List.of("none")),
                MappingTable.Match.ALL,
                "rest");
        camel.getRegistry().bind("meters", meters);
        camel.addComponent("segment", source);
        camel.addComponent("segment-kinesis", kinesis);
        camel.addRoutes(new SegmentRoutes(
                List.of(new Source("web", "A")),
                List.of(new Destination.Kinesis(
                        "a b", Set.of("web"), AWS, Duty.REQUIRED, Transform.NONE, null, true, rows))));
        camel.start();

        CompletableFuture<Exchange> done = send("track", "user registered");
        assertThat(kinesis.held).singleElement().satisfies(held -> {
            assertThat(held.uri()).isEqualTo("new_users");
            assertThat(held.options()).containsEntry("region", "eu-west-1").containsEntry("useMessageId", true);
        });
        kinesis.held.remove().succeed();
        assertThat(done.get().getException()).isNull();

        assertThat(send("track", "Debug It").get().getException()).isNull();

        CompletableFuture<Exchange> rest = send("page", "Home");
        assertThat(kinesis.held).singleElement().satisfies(held -> assertThat(held.uri())
                .isEqualTo("rest"));
        kinesis.held.remove().succeed();
        assertThat(rest.get().getException()).isNull();
        assertThat(meters.get("segment.kinesis.unmapped")
                        .tag("destination", "a b")
                        .counter()
                        .count())
                .isOne();
    }

    @Test
    void aSourceFeedsOnlyTheDestinationsThatNameIt() throws Exception {
        start(Set.of("web"), Set.of("server"), new Source("web", "A"), new Source("server", "B"));

        CompletableFuture<Exchange> done = send("page", null);

        assertThat(firehose.held).isEmpty();
        kinesis.held.remove().succeed();
        assertThat(done.get().getException()).isNull();
    }

    @Test
    void aStoppedDestinationFailsItsEventsAtOnce() throws Exception {
        start(Set.of("web"), Set.of("web"));
        camel.getRouteController().stopRoute("segment-destination-lake");

        CompletableFuture<Exchange> done = send("page", null);
        kinesis.held.remove().succeed();

        assertThat(done.get().getException()).isInstanceOf(DirectConsumerNotAvailableException.class);
    }

    @Test
    void endpointsGetTheSecretsAndTheirUrisDoNot() throws Exception {
        start(Set.of("web"), Set.of("web"));

        assertThat(options("segment:web"))
                .containsOnly(
                        entry("writeKey", "KEY_A,KEY B&%"), entry("exchange", "request"), entry("useEventLoop", true));
        Map<String, Object> aws = Map.of(
                "region", "eu-west-1",
                "roleAddress", "arn:aws:iam::123456789012:role/events",
                "secretId", "ws_/+&%= 1",
                "overrideEndpoint", true,
                "uriEndpointOverride", "http://127.0.0.1:4566");
        assertThat(options("segment-firehose:new_users")).isEqualTo(aws);
        assertThat(options("segment-kinesis:events")).containsAllEntriesOf(aws).containsEntry("useMessageId", true);
        assertThat(camel.getEndpoints())
                .extracting(Endpoint::getEndpointUri)
                .noneMatch(uri -> uri.contains("KEY_A") || uri.contains("ws_"));
        assertThat(AWS.toString() + new Source("web", "KEY_A") + camel.getRoutes())
                .doesNotContain("KEY_A")
                .doesNotContain("ws_");
    }

    @Test
    void allSourcesRememberDeliveredEventsInOneRepository() throws Exception {
        deduplicate = true;
        start(Set.of("web"), Set.of("server"), new Source("web", "A"), new Source("server", "B"));

        assertThat(options("segment:web"))
                .containsEntry("deduplicate", true)
                .extractingByKey("idempotentRepository")
                .isInstanceOf(MessageIdRepository.class)
                .isSameAs(options("segment:server").get("idempotentRepository"))
                .extracting(ids -> ((MessageIdRepository) ids).getMaxBytes())
                .as("a tenth of the heap")
                .isEqualTo(Runtime.getRuntime().maxMemory() / 10);
    }

    @Test
    void aSourceThatNoDestinationNamesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SegmentRoutes(List.of(new Source("web", "A")), List.of()))
                .withMessage("expected at least one destination for the source web, but none names it:"
                        + " add it to a destination's sources");
    }

    private void start(Set<String> toKinesis, Set<String> toFirehose, Source... sources) throws Exception {
        Map<String, List<String>> rows =
                Map.of("User Registered", List.of("new_users"), "track", List.of("tracks"), "*", List.of("everything"));
        start(toKinesis, toFirehose, rows, sources);
    }

    private void start(Set<String> toKinesis, Set<String> toFirehose, Map<String, List<String>> rows, Source... sources)
            throws Exception {
        camel.getRegistry().bind("meters", meters);
        camel.addComponent("segment", source);
        camel.addComponent("segment-kinesis", kinesis);
        camel.addComponent("segment-firehose", firehose);
        camel.addComponent("dead", dead);
        routes = new SegmentRoutes(
                sources.length == 0 ? List.of(new Source("web", "KEY_A,KEY B&%")) : List.of(sources),
                List.of(
                        new Destination.Kinesis("analytics", toKinesis, AWS, Duty.REQUIRED, "events", true),
                        new Destination.Firehose(
                                "lake", toFirehose, AWS, lakeDuty, rows, MappingTable.Match.ALL, unmapped)));
        routes.setDeduplicate(deduplicate);
        camel.addRoutes(routes);
        camel.start();
    }

    private CompletableFuture<Exchange> send(String type, String event) {
        Consumer web = source.consumers.element();
        Exchange exchange = web.getEndpoint().createExchange();
        exchange.getMessage().setHeader(SegmentConstants.TYPE, type);
        exchange.getMessage().setHeader(SegmentConstants.EVENT, event);
        return ((AsyncProcessor) web.getProcessor()).processAsync(exchange);
    }

    private Map<String, Object> options(String uri) {
        return camel.getEndpoints().stream()
                .filter(endpoint -> endpoint.getEndpointUri().startsWith(uri.replace(":", "://")))
                .map(endpoint -> ((HeldEndpoint) endpoint).options())
                .findFirst()
                .orElseThrow();
    }
}
