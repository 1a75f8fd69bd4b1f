package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What both sinks do where the batch call, the call for single records, or both are denied. */
@Execution(ExecutionMode.CONCURRENT)
public abstract class SinglePutContract {

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    protected static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final int KEYS = 20;
    private static final String DENIED = "AccessDeniedException";

    private static final AtomicInteger STREAMS = new AtomicInteger();

    /** Of no other test, so that its lines in the log are known. */
    protected final String stream = "singly-" + STREAMS.incrementAndGet();

    protected LocalAws aws;
    private final DefaultCamelContext context = new DefaultCamelContext();

    /** Returns the scheme of the sink. */
    protected abstract String scheme();

    /** Returns the batch call as IAM writes it. */
    protected abstract String batchAction();

    /** Returns the call for single records as IAM writes it. */
    protected abstract String singleAction();

    protected abstract void createStream();

    /** Returns the bodies of all that arrived in the stream, in order of arrival. */
    protected abstract List<String> arrived();

    /** Returns the name of the header that the sink takes the key from whose records keep their order, null if none. */
    protected abstract String keyHeader();

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        createStream();
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String uri(String... options) {
        String joined = options.length == 0 ? "" : "&" + String.join("&", options);
        if (!joined.contains("requestTimeout")) {
            joined += "&requestTimeout=1m"; // on a busy machine an answer may be late, and then a record arrives twice
        }
        return scheme() + ":" + stream + "?uriEndpointOverride=" + aws.endpoint()
                + "&accessKey=AKIDTEST&secretKey=SECRETTEST&deliveryTimeout=2m" + joined;
    }

    private Exchange exchange(String body) {
        Exchange exchange = ExchangeBuilder.anExchange(context)
                .withBody(body)
                .withPattern(ExchangePattern.InOut)
                .build();
        if (keyHeader() != null) {
            exchange.getIn().setHeader(keyHeader(), body.substring(0, body.indexOf('-')));
        }
        return exchange;
    }

    /** Sends all in this order, without waiting in between. */
    private List<CompletableFuture<Exchange>> send(String uri, List<String> bodies) throws Exception {
        AsyncProducer producer = context.getEndpoint(uri).createAsyncProducer();
        context.addService(producer);
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (String body : bodies) {
            CompletableFuture<Exchange> future = new CompletableFuture<>();
            Exchange exchange = exchange(body);
            producer.process(exchange, doneSync -> future.complete(exchange));
            sent.add(future);
        }
        return sent;
    }

    private static List<Exception> failures(List<CompletableFuture<Exchange>> sent) throws Exception {
        List<Exception> failures = new ArrayList<>();
        for (CompletableFuture<Exchange> future : sent) {
            Exception failure =
                    future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException();
            if (failure != null) {
                failures.add(failure);
            }
        }
        return failures;
    }

    /** Names of 20 keys, each with its own running number. */
    private static List<String> bodies(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "k" + i % KEYS + "-" + i / KEYS)
                .toList();
    }

    private void assertOrderWithinEachKey() {
        if (keyHeader() == null) {
            return;
        }
        for (int key = 0; key < KEYS; key++) {
            String prefix = "k" + key + "-";
            List<Integer> numbers = arrived().stream()
                    .filter(body -> body.startsWith(prefix))
                    .map(body -> Integer.valueOf(body.substring(prefix.length())))
                    .toList();
            assertThat(numbers).isNotEmpty().isSorted();
        }
    }

    @Test
    void sendsOneByOneWhereTheBatchCallIsDeniedAndLosesAndDoublesNothing() throws Exception {
        aws.faults().on(batchAction()).fail(DENIED);

        assertThat(failures(send(uri(), bodies(2_000)))).isEmpty();

        assertThat(arrived()).containsExactlyInAnyOrderElementsOf(bodies(2_000));
        assertThat(aws.calls().of(singleAction()).records()).isEqualTo(2_000);
        assertOrderWithinEachKey();
    }

    @Test
    void returnsToBatchesOnceThePolicyIsMendedAndLogsEachChangeOnce() throws Exception {
        Fault denied = aws.faults().on(batchAction()).fail(DENIED);
        List<String> bodies = bodies(300);

        List<String> log = CapturedLog.of(() -> {
            List<CompletableFuture<Exchange>> sent = new ArrayList<>(send(uri(), bodies.subList(0, 100)));
            assertThat(failures(sent)).isEmpty();
            assertThat(aws.calls().of(singleAction()).records()).isEqualTo(100);
            denied.remove();
            int[] next = {100};
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
                assertThat(failures(send(uri(), bodies.subList(next[0], ++next[0]))))
                        .isEmpty();
                return aws.calls().of(batchAction()).records() > 0;
            });
            long singly = aws.calls().of(singleAction()).records();
            assertThat(failures(send(uri(), bodies.subList(next[0], 300)))).isEmpty();
            assertThat(aws.calls().of(singleAction()).records()).isEqualTo(singly);
        });

        assertThat(arrived()).containsExactlyInAnyOrderElementsOf(bodies);
        assertThat(log.stream()
                        .filter(line ->
                                line.contains(batchAction() + " is not allowed") && line.contains(stream + ":")))
                .singleElement()
                .asString()
                .contains("stream " + stream)
                .contains("records are sent one by one");
        assertThat(log.stream()
                        .filter(line ->
                                line.contains(batchAction() + " is allowed now") && line.contains(stream + ":")))
                .hasSize(1);
    }

    @Test
    void goesOnByTheBatchCallWhenOnlyThatIsAllowedInstead() throws Exception {
        Fault denied = aws.faults().on(batchAction()).fail(DENIED);
        assertThat(failures(send(uri(), bodies(10)))).isEmpty();
        denied.remove();
        aws.faults().on(singleAction()).fail(DENIED);

        assertThat(failures(send(uri(), bodies(20).subList(10, 20)))).isEmpty();

        assertThat(arrived()).containsExactlyInAnyOrderElementsOf(bodies(20));
    }

    @Test
    void parksTheStreamWhereBothCallsAreDenied() throws Exception {
        aws.faults().on(batchAction()).fail(DENIED);
        aws.faults().on(singleAction()).fail(DENIED);

        List<Exception> failures = failures(send(uri(), bodies(30)));

        assertThat(failures).hasSize(30).allSatisfy(failure -> assertThat(failure)
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("is not authorized to perform: " + batchAction()));
        assertThat(arrived()).isEmpty();
    }

    @Test
    void sendsAFailedRecordAgain() throws Exception {
        aws.faults().on(batchAction()).fail(DENIED);
        aws.faults().on(singleAction()).failRecords(0.1, "ServiceUnavailableException");

        assertThat(failures(send(uri(), bodies(400)))).isEmpty();

        assertThat(arrived()).containsExactlyInAnyOrderElementsOf(bodies(400));
        assertOrderWithinEachKey();
    }

    @Test
    void doublesNothingWhenTheRequestTimeoutEndsALongRowOfSinglePuts() throws Exception {
        aws.faults().on(batchAction()).fail(DENIED);
        aws.faults().on(singleAction()).delay(Duration.ofMillis(250));

        assertThat(failures(send(uri("requestTimeout=2500ms"), bodies(240)))).isEmpty();

        assertThat(arrived()).containsExactlyInAnyOrderElementsOf(bodies(240));
        assertOrderWithinEachKey();
    }

    @Test
    void losesNothingWhenASinglePutIsNotAnswered() throws Exception {
        aws.faults().on(batchAction()).fail(DENIED);
        aws.faults().on(singleAction()).times(3).neverAnswer();

        assertThat(failures(send(uri("requestTimeout=500ms"), bodies(100)))).isEmpty();

        assertThat(arrived()).containsAll(bodies(100));
    }
}
