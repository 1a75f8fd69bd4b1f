package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch of which some events fail, in the steps that routes are made of: none is lost, none is sent twice. */
class BatchInRoutesTest extends BatchRoutes {

    private static final List<String> BAD_IN_COPY = List.of("u4", "u5");
    private static final List<String> BAD_IN_BOTH = List.of("u1", "u4", "u5");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How a route reaches two streams. */
    private enum Way {
        MULTICAST,
        PARALLEL,
        STREAMING,
        SHARED_UNIT_OF_WORK,
        USE_ORIGINAL,
        STOP_ON_EXCEPTION,
        RECIPIENT_LIST,
        PARALLEL_RECIPIENT_LIST
    }

    private static void send(RouteDefinition route, Way way, String... uris) {
        switch (way) {
            case MULTICAST -> route.multicast().to(uris);
            case PARALLEL -> route.multicast().parallelProcessing().to(uris);
            case STREAMING -> route.multicast().parallelProcessing().streaming().to(uris);
            case SHARED_UNIT_OF_WORK -> route.multicast().shareUnitOfWork().to(uris);
            case USE_ORIGINAL ->
                route.multicast()
                        .aggregationStrategy(new UseOriginalAggregationStrategy())
                        .to(uris);
            case STOP_ON_EXCEPTION -> route.multicast().stopOnException().to(uris);
            case RECIPIENT_LIST ->
                route.setProperty("uris", () -> List.of(uris)).recipientList().exchangeProperty("uris");
            default ->
                route.setProperty("uris", () -> List.of(uris))
                        .recipientList()
                        .exchangeProperty("uris")
                        .parallelProcessing();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatSeveralStreamsDidNotTakeIsCaught(Way way) throws Exception {
        refuse("events", BAD);
        refuse("copy", BAD_IN_COPY);
        serve((builder, source) -> {
            RouteDefinition both = builder.from("direct:both").errorHandler(builder.noErrorHandler());
            send(both, way, kinesis("events"), kinesis("copy"));
            source.get()
                    .doTry()
                    .to("direct:both")
                    .doCatch(Exception.class)
                    .to(kinesis("rest"))
                    .end();
        });

        assertThat(send()).isEqualTo(200);

        assertThat(arrived("events")).doesNotHaveDuplicates();
        assertThat(arrived("copy")).doesNotHaveDuplicates();
        assertThat(arrived("rest")).doesNotHaveDuplicates();
        assertThat(with(arrived("events"), arrived("rest"))).isEqualTo(Set.copyOf(ALL));
        assertThat(with(arrived("copy"), arrived("rest"))).isEqualTo(Set.copyOf(ALL));
    }

    private static Set<String> with(List<String> some, List<String> others) {
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deadLettersHaveWhatTwoStreamsInARowDidNotTake(boolean original) throws Exception {
        refuse("events", BAD);
        refuse("copy", BAD_IN_COPY);
        serve((builder, source) -> {
            var dead = builder.deadLetterChannel("direct:dead");
            builder.errorHandler(original ? dead.useOriginalMessage() : dead);
            builder.from("direct:dead")
                    .process(exchange -> seen.add(users(exchange.getMessage().getBody())))
                    .to(kinesis("rest"));
            source.get().to(kinesis("events")).to(kinesis("copy"));
        });

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(BAD, List.of("u5"));
        assertThat(arrived("events")).containsExactlyInAnyOrder("u0", "u2", "u3", "u5");
        assertThat(arrived("copy")).containsExactlyInAnyOrder("u0", "u2", "u3");
        assertThat(arrived("rest")).containsExactlyInAnyOrderElementsOf(BAD_IN_BOTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"try", "continued"})
    void allEventsGoOnAfterAFailureThatIsHandled(String handling) throws Exception {
        refuse("events", BAD);
        serve((builder, source) -> {
            if (handling.equals("try")) {
                source.get()
                        .doTry()
                        .to(kinesis("events"))
                        .doCatch(Exception.class)
                        .to(kinesis("rest"))
                        .end()
                        .process(exchange ->
                                seen.addAll(users(exchange.getMessage().getBody())))
                        .to(kinesis("copy"));
            } else {
                builder.onException(Exception.class).continued(true).to(kinesis("rest"));
                source.get()
                        .to(kinesis("events"))
                        .process(exchange ->
                                seen.addAll(users(exchange.getMessage().getBody())))
                        .to(kinesis("copy"));
            }
        });

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(ALL));
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(GOOD);
        assertThat(arrived("rest")).containsExactlyInAnyOrderElementsOf(BAD);
        assertThat(arrived("copy")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    /** All fail, then some, then those are dead letters: the others go on to the next sink. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRedeliveryThatHelpsSomeLetsThemGoOn(boolean helpsAll) throws Exception {
        Fault all = refuse("events", ALL);
        Fault bad = refuse("events", BAD);
        serve((builder, source) -> {
            builder.errorHandler(builder.deadLetterChannel("direct:dead")
                    .maximumRedeliveries(3)
                    .redeliveryDelay(1)
                    .onRedelivery(exchange -> {
                        seen.add(exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER));
                        all.remove();
                        if (helpsAll && seen.size() == 3) {
                            bad.remove();
                        }
                    }));
            builder.from("direct:dead").to(kinesis("rest"));
            source.get().to(kinesis("events")).to(kinesis("copy"));
        });

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(1, 2, 3);
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(helpsAll ? ALL : GOOD);
        assertThat(arrived("rest")).containsExactlyInAnyOrderElementsOf(helpsAll ? List.of() : BAD);
        assertThat(arrived("copy")).containsExactlyInAnyOrderElementsOf(helpsAll ? ALL : GOOD);
    }

    @Test
    void branchesWithAPartOfTheBatchLeaveNoneOut() throws Exception {
        refuse("events", BAD);
        serve((builder, source) -> {
            builder.errorHandler(builder.deadLetterChannel("direct:dead"));
            builder.from("direct:dead").to(kinesis("rest"));
            source.get()
                    .setProperty("all", builder.body())
                    .process(exchange -> keep(exchange, List.of("u0", "u1", "u2")))
                    .to(kinesis("events"))
                    .process(exchange -> keep(exchange, List.of("u3", "u4", "u5")))
                    .to(kinesis("copy"));
        });

        assertThat(send()).isEqualTo(200);

        assertThat(arrived("events")).containsExactlyInAnyOrder("u0", "u2");
        assertThat(arrived("rest")).containsExactlyInAnyOrder("u1");
        assertThat(arrived("copy")).containsExactlyInAnyOrder("u3", "u4", "u5");
    }

    private static void keep(Exchange exchange, List<String> users) {
        exchange.getMessage()
                .setBody(exchange.getProperty("all", SegmentBatch.class)
                        .filter(event -> users.contains(event.userId())));
    }

    @Test
    void aRequestThatFailsIsRepeatedWithWhatIsMissingInEachStream() throws Exception {
        List<Fault> faults = List.of(refuse("events", BAD), refuse("copy", BAD_IN_COPY));
        serve((builder, source) -> source.get()
                .multicast()
                .parallelProcessing()
                .to(kinesis("events"), kinesis("copy"))
                .end());

        assertThat(send()).isEqualTo(429);
        faults.forEach(Fault::remove);
        assertThat(send()).isEqualTo(200);

        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(arrived("copy")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aStreamGetsAnEventOnceInALoop() throws Exception {
        serve((builder, source) -> source.get().loop(3).to(kinesis("events")).end());

        assertThat(send()).isEqualTo(200);

        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void aWireTapTakesTheWholeBatch() throws Exception {
        refuse("events", BAD);
        serve((builder, source) -> {
            builder.from("direct:tap")
                    .errorHandler(builder.noErrorHandler())
                    .process(exchange -> seen.addAll(users(exchange.getMessage().getBody())))
                    .to(kinesis("copy"));
            source.get()
                    .errorHandler(builder.deadLetterChannel("mock:dead"))
                    .wireTap("direct:tap")
                    .to(kinesis("events"));
        });

        assertThat(send()).isEqualTo(200);

        // Some twice, if they were under way in the second pass.
        await().atMost(PATIENCE).until(() -> arrived("copy").containsAll(ALL));
        assertThat(seen).containsAll(ALL);
    }

    @Test
    void aSedaQueueTakesTheWholeBatch() throws Exception {
        refuse("events", BAD);
        serve((builder, source) -> {
            builder.from("seda:queue")
                    .errorHandler(builder.deadLetterChannel("direct:dead"))
                    .to(kinesis("events"));
            builder.from("direct:dead").to(kinesis("rest"));
            source.get().to("seda:queue");
        });

        assertThat(send()).isEqualTo(200);

        await().atMost(PATIENCE).until(() -> arrived("rest").size() == BAD.size());
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(GOOD);
        assertThat(arrived("rest")).containsExactlyInAnyOrderElementsOf(BAD);
    }

    @Test
    void eventsTakenOutAndABatchPutBackKeepTheirKeys() throws Exception {
        serve((builder, source) -> source.get()
                .process(exchange -> {
                    SegmentBatch batch = exchange.getMessage().getBody(SegmentBatch.class);
                    exchange.getMessage().getHeaders();
                    for (SegmentEvent event : batch) {
                        exchange.getMessage().setBody(event);
                    }
                    seen.add(exchange.getMessage().getHeader(SegmentConstants.TYPE));
                    exchange.getMessage().setBody(batch);
                    seen.add(String.valueOf(exchange.getMessage().getHeader(SegmentConstants.USER_ID)));
                })
                .to(kinesis("events")));

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly("page", "null");
        assertThat(arrived("events")).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${body.type} == 'page'", "${body.event} == 'Home'", "${body.userId} != null"})
    void aPredicateForOneEventFailsTheRequest(String predicate) throws Exception {
        serve((builder, source) -> {
            builder.onException(Exception.class)
                    .process(exchange ->
                            seen.add(causes(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))));
            source.get().filter(builder.simple(predicate)).to(kinesis("events"));
        });

        assertThat(send()).isEqualTo(429);

        assertThat(seen.toString()).contains("needs one event", "split the batch", "exchange=event");
    }

    private static String causes(Throwable failure) {
        return failure == null ? "" : failure + causes(failure.getCause());
    }

    @Test
    void isWrittenAsAnArrayOrAsLines() throws Exception {
        serve((builder, source) -> source.get()
                .process(exchange -> seen.add(
                        exchange.getMessage().getBody(String.class).lines().count()))
                .process(exchange ->
                        seen.add(exchange.getMessage().getBody(List.class).size()))
                .marshal()
                .json()
                .unmarshal()
                .json(List.class)
                .process(exchange ->
                        seen.add(exchange.getMessage().getBody(List.class).size())));

        assertThat(send()).isEqualTo(200);

        assertThat(seen).containsExactly(6L, 6, 6);
    }
}
