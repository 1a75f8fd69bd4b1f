package io.camelsegment.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.testing.ContactedHosts;
import io.camelsegment.testing.SegmentServer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** One source whose route keeps what it delivers, or fails as often as it is told to. */
final class Collector implements AutoCloseable {

    static final String WRITE_KEY = "SDK_KEY";

    private final ContactedHosts contacted = new ContactedHosts();
    private final Queue<JsonNode> delivered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final SegmentServer server = new SegmentServer(new RouteBuilder() {
        @Override
        public void configure() {
            errorHandler(noErrorHandler());
            from("segment:sdk?writeKey=" + WRITE_KEY).process(Collector.this::deliver);
        }
    });

    private void deliver(Exchange exchange) {
        if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("the sink is down");
        }
        delivered.add(exchange.getMessage().getBody(JsonNode.class));
    }

    void failNext(int events) {
        failuresLeft.set(events);
    }

    boolean hasFailedAsOftenAsTold() {
        return failuresLeft.get() == 0;
    }

    List<JsonNode> delivered() {
        return List.copyOf(delivered);
    }

    /** Forgets what was delivered so far. */
    void forget() {
        delivered.clear();
    }

    /** Returns what was delivered by type; fails when a type was delivered twice. */
    Map<String, JsonNode> deliveredByType() {
        return delivered.stream()
                .collect(Collectors.toMap(event -> event.path("type").asText(), event -> event));
    }

    /** Returns host and port, such as {@code 127.0.0.1:8080}. */
    String authority() {
        return server.uri("/").getAuthority();
    }

    ContactedHosts contacted() {
        return contacted;
    }

    @Override
    public void close() {
        server.close();
        contacted.close();
    }
}
