package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.SegmentServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource
class DeduplicationTest {

    @Parameter
    SegmentExchange exchange;

    private final Queue<Object> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final MemoryIdempotentRepository shared = new MemoryIdempotentRepository();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private SegmentServer server;

    @BeforeEach
    void start() {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                SegmentExchange mode = DeduplicationTest.this.exchange;
                errorHandler(noErrorHandler());
                getContext().getRegistry().bind("shared", shared);
                from("segment:web?writeKey=WEB&deduplicate=true&exchange=" + mode)
                        .process(exchange -> {
                            if (failing.get()) {
                                throw new IllegalStateException("no sink");
                            }
                            arrived.addAll(messageIds(exchange));
                        });
                for (String repository : List.of("", "&idempotentRepository=#shared")) {
                    String key = repository.isEmpty() ? "SLOW" : "SLOWCLUSTER";
                    from("segment:" + key + "?writeKey=" + key + "&deduplicate=true&exchange=" + mode + repository)
                            .routeId(key)
                            .process(exchange -> slowly(exchange));
                }
                getContext().getRegistry().bind("broken", new BrokenRepository());
                from("segment:broken?writeKey=BROKEN&deduplicate=true&exchange=" + mode
                                + "&idempotentRepository=#broken")
                        .process(exchange -> arrived.addAll(messageIds(exchange)));
                from("segment:cluster?writeKey=CLUSTER&deduplicate=true&exchange=" + mode
                                + "&idempotentRepository=#shared")
                        .process(exchange -> arrived.addAll(messageIds(exchange)));
            }
        });
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        server.close();
    }

    private static List<String> messageIds(Exchange exchange) {
        return exchange.getIn().getBody() instanceof SegmentBatch batch
                ? batch.toList().stream().map(SegmentEvent::messageId).toList()
                : List.of(exchange.getIn().getHeader(SegmentConstants.MESSAGE_ID, String.class));
    }

    /** Fails the first attempts of an event as often as its messageId says, each when the test lets it go on. */
    private void slowly(Exchange exchange) throws InterruptedException {
        String id = messageIds(exchange).get(0);
        int attempt = attempts.merge(id, 1, Integer::sum);
        if (attempt == 1) {
            entered.countDown();
            goOn.await();
        }
        if (id.startsWith("fails") && attempt <= id.charAt(5) - '0') {
            throw new IllegalStateException("no sink");
        }
        arrived.add(id);
    }

    private CompletableFuture<Integer> sendAsync(String writeKey, String messageId) {
        String body = "{\"batch\":[{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"" + messageId + "\"}]}";
        return server.client()
                .sendAsync(
                        server.request("/v1/batch", writeKey)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::statusCode);
    }

    private static List<Integer> statuses(List<CompletableFuture<Integer>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }

    @ParameterizedTest
    @CsvSource({"WEB,2", "WEB,3", "CLUSTER,2", "CLUSTER,3"})
    void deliversOnceWhatComesInSeveralRequestsAtOnce(String writeKey, int requests) {
        List<String> ids = IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();

        for (String id : ids) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                answers.add(sendAsync(writeKey, id));
            }
            assertThat(statuses(answers)).containsOnly(200);
        }

        assertThat(arrived).containsExactlyElementsOf(ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WEB", "CLUSTER"})
    void deliversOnceWhatIsTwiceInARequest(String writeKey) throws Exception {
        assertThat(send(writeKey, "m1", "m2", "m1")).isEqualTo(200);

        assertThat(arrived).containsExactly("m1", "m2");
    }

    @ParameterizedTest
    @CsvSource({
        "SLOW,fails0,200 200 200",
        "SLOW,fails1,200 200 429",
        "SLOW,fails2,200 429 429",
        "SLOWCLUSTER,fails0,200 200 200",
        "SLOWCLUSTER,fails1,200 200 429",
        "SLOWCLUSTER,fails2,200 429 429"
    })
    void letsTheSecondWaitForTheFirstAndDeliversItIfThatFails(String writeKey, String id, String expected)
            throws Exception {
        SegmentConsumer consumer =
                (SegmentConsumer) server.context().getRoute(writeKey).getConsumer();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        answers.add(sendAsync(writeKey, id));
        entered.await();
        answers.add(sendAsync(writeKey, id));
        answers.add(sendAsync(writeKey, id));
        await().atMost(Duration.ofSeconds(30)).until(() -> consumer.waiting() == 2);

        goOn.countDown();

        assertThat(statuses(answers).stream().sorted().map(String::valueOf).collect(Collectors.joining(" ")))
                .isEqualTo(expected);
        assertThat(arrived).containsExactly(id);
        assertThat(attempts).containsEntry(id, id.charAt(5) - '0' + 1);
        assertThat(consumer.waiting()).isZero();
    }

    /** As a database that is out of reach. */
    private static final class BrokenRepository extends MemoryIdempotentRepository {
        @Override
        public boolean add(String key) {
            throw new IllegalStateException("out of reach");
        }

        @Override
        public boolean contains(String key) {
            throw new IllegalStateException("out of reach");
        }
    }

    private int send(String writeKey, String... messageIds) throws Exception {
        StringBuilder events = new StringBuilder();
        for (String id : messageIds) {
            events.append(events.isEmpty() ? "" : ",")
                    .append("{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"")
                    .append(id)
                    .append("\"}");
        }
        return server.post("/v1/batch", writeKey, "{\"batch\":[" + events + "]}")
                .statusCode();
    }

    @Test
    void deliversEachEventOfARepeatedBatchOnce() throws Exception {
        assertThat(send("WEB", "m1", "m2")).isEqualTo(200);
        assertThat(send("WEB", "m1", "m2", "m3")).isEqualTo(200);

        assertThat(arrived).containsExactly("m1", "m2", "m3");
    }

    @Test
    void forgetsWhatFailed() throws Exception {
        failing.set(true);
        assertThat(send("WEB", "m1")).isEqualTo(429);
        failing.set(false);
        assertThat(send("WEB", "m1")).isEqualTo(200);

        assertThat(arrived).containsExactly("m1");
    }

    @Test
    void asksTheGivenRepositoryPerSource() throws Exception {
        shared.add("cluster:m1");

        assertThat(send("CLUSTER", "m1", "m2")).isEqualTo(200);
        assertThat(send("WEB", "m2")).isEqualTo(200);

        assertThat(arrived).containsExactly("m2", "m2");
        assertThat(shared.contains("cluster:m2")).isTrue();
    }

    @Test
    void deliversEventsWithoutMessageIdAsOftenAsTheyCome() throws Exception {
        String page = "{\"userId\":\"u1\"}";
        server.post("/v1/page", "WEB", page);
        server.post("/v1/page", "WEB", page);

        assertThat(arrived).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void deliversAlthoughTheRepositoryIsOutOfReach() throws Exception {
        assertThat(send("BROKEN", "m1", "m2")).isEqualTo(200);

        assertThat(arrived).containsExactly("m1", "m2");
    }
}
