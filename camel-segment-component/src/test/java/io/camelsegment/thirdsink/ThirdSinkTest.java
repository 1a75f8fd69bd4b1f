package io.camelsegment.thirdsink;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentConstants;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sink of one's own has without doing anything for it. */
class ThirdSinkTest {

    private final QueueService service = new QueueService();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Object> ids = new ConcurrentHashMap<>();
    private final SegmentServer server = new SegmentServer();

    @BeforeEach
    void start() throws Exception {
        server.context().getRegistry().bind("meters", meters);
        server.context().addComponent("test-queue", new QueueComponent(service)); // the one line of registration
        server.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB").to("test-queue:orders").process(exchange -> {
                    Object id = exchange.getMessage().getHeader(QueueEndpoint.ID_HEADER);
                    Object filtered = exchange.getMessage().getHeader(SegmentConstants.FILTERED);
                    ids.put(
                            exchange.getMessage().getHeader(SegmentConstants.MESSAGE_ID, String.class),
                            id == null ? filtered : id);
                });
                from("segment:all?writeKey=ALL&exchange=request").to("test-queue:orders");
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fillsItsOwnBatchesRepeatsWhatFailedAndGivesEachExchangeItsResult() throws Exception {
        HttpResponse<String> answer = post(45, "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(service.messages()).hasSize(45).allMatch(message -> message.startsWith("orders {"));
        assertThat(service.batches()).allMatch(size -> size <= 10).contains(10);
        assertThat(ids).hasSize(45);
        assertThat(ids.values()).doesNotHaveDuplicates().allMatch(id -> id.toString()
                .startsWith("message-"));
        assertThat(counter("segment.records.delivered")).isEqualTo(45);
        assertThat(counter("segment.records.retried")).isEqualTo(1);
    }

    @Test
    void skipsEventsWhoseIntegrationsExcludeIt() throws Exception {
        HttpResponse<String> answer = post(3, ",\"integrations\":{\"" + QueueEndpoint.INTEGRATION + "\":false}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(service.messages()).isEmpty();
        assertThat(ids.values()).hasSize(3).containsOnly(QueueEndpoint.INTEGRATION);
    }

    @Test
    void takesTheEventsOfARequestAsOneBody() throws Exception {
        assertThat(post("ALL", 45, "").statusCode()).isEqualTo(200);
        assertThat(post("ALL", 3, ",\"integrations\":{\"" + QueueEndpoint.INTEGRATION + "\":false}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(service.messages()).hasSize(45).allMatch(message -> message.startsWith("orders {"));
        assertThat(service.batches()).allMatch(size -> size <= 10).contains(10);
        assertThat(counter("segment.records.delivered")).isEqualTo(45);
    }

    @Test
    void closesItsConnectionWithTheContext() throws Exception {
        assertThat(post(1, "").statusCode()).isEqualTo(200);
        assertThat(service.connectionsClosed()).isZero();

        server.close();

        assertThat(service.connectionsClosed()).isEqualTo(1);
    }

    private double counter(String name) {
        return meters.get(name)
                .tags("service", "queue", "region", "here", "stream", "orders")
                .functionCounter()
                .count();
    }

    private HttpResponse<String> post(int events, String members) throws Exception {
        return post("WEB", events, members);
    }

    private HttpResponse<String> post(String writeKey, int events, String members) throws Exception {
        String batch = IntStream.range(0, events)
                .mapToObj(i -> "{\"type\":\"track\",\"event\":\"Ordered\",\"userId\":\"u\",\"messageId\":\"m" + i + "\""
                        + members + "}")
                .collect(Collectors.joining(","));
        return server.post("/v1/batch", writeKey, "{\"batch\":[" + batch + "]}");
    }
}
