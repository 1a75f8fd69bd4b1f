package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.SegmentConstants;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.testing.SegmentServer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeduplicationTest {

    private final Queue<Object> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final MemoryIdempotentRepository shared = new MemoryIdempotentRepository();
    private SegmentServer server;

    @BeforeEach
    void start() {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                getContext().getRegistry().bind("shared", shared);
                from("segment:web?writeKey=WEB&deduplicate=true").process(exchange -> {
                    if (failing.get()) {
                        throw new IllegalStateException("no sink");
                    }
                    arrived.add(exchange.getIn().getHeader(SegmentConstants.MESSAGE_ID));
                });
                getContext().getRegistry().bind("broken", new BrokenRepository());
                from("segment:broken?writeKey=BROKEN&deduplicate=true&idempotentRepository=#broken")
                        .process(exchange -> arrived.add(exchange.getIn().getHeader(SegmentConstants.MESSAGE_ID)));
                from("segment:cluster?writeKey=CLUSTER&deduplicate=true&idempotentRepository=#shared")
                        .process(exchange -> arrived.add(exchange.getIn().getHeader(SegmentConstants.MESSAGE_ID)));
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
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

    @Test
    void remembersUpToSoManyIdsAndForgetsTheOldest() {
        MessageIdRepository ids = new MessageIdRepository(Duration.ofHours(1), 10);
        for (int i = 1; i <= 20; i++) {
            assertThat(ids.add("web:" + i)).isTrue();
            assertThat(ids.add("web:" + i)).isFalse();
        }

        assertThat(ids.contains("web:20")).isTrue();
        assertThat(ids.contains("web:11")).isTrue();
        assertThat(ids.contains("web:10")).isFalse();
        assertThat(ids.contains("server:20")).isFalse();
    }

    @Test
    void forgetsWhatItIsToldTo() {
        MessageIdRepository ids = new MessageIdRepository();
        ids.add("web:1");
        ids.add("web:2");

        assertThat(ids.remove("web:1")).isTrue();
        assertThat(ids.remove("web:1")).isFalse();
        assertThat(ids.contains("web:1")).isFalse();
        ids.clear();
        assertThat(ids.contains("web:2")).isFalse();
    }

    @Test
    void remembersForEver() {
        MessageIdRepository ids = new MessageIdRepository(Duration.ofSeconds(Long.MAX_VALUE), 10);
        ids.add("web:1");

        assertThat(ids.contains("web:1")).isTrue();
    }

    @Test
    void refusesABoundlessMemory() {
        assertThatThrownBy(() -> new MessageIdRepository(Duration.ZERO, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("window above zero");
    }
}
