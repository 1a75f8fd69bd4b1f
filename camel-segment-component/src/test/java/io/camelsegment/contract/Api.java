package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The tracking API of a test class, with a source that keeps what it delivers. Each whole request also goes to a twin,
 * whose sources make one Exchange of it: the two answer the same, and deliver as many events.
 */
final class Api implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    /** The write key of the source whose route keeps its events. */
    static final String KEY = "WEB_KEY";
    /** The write key of a source whose route fails. */
    static final String FAILING_KEY = "FAILING_KEY";
    /** Likewise, of sources with one Exchange a request. */
    static final String TOGETHER_KEY = "TOGETHER_KEY";

    static final String FAILING_TOGETHER_KEY = "FAILING_TOGETHER_KEY";
    /** The write key of a source whose route is suspended. */
    static final String SUSPENDED_KEY = "SUSPENDED_KEY";

    static final String SUCCESS = "{\"success\":true}";
    static final String EVENT = "{\"userId\":\"u1\",\"event\":\"Order Completed\",\"messageId\":\"m1\"}";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Queue<SegmentEvent> delivered = new ConcurrentLinkedQueue<>();
    private final Queue<SegmentEvent> deliveredByTwin = new ConcurrentLinkedQueue<>();
    private SegmentServer server;
    private SegmentServer twin;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        server = serverOf("event", delivered);
        twin = serverOf("request", deliveredByTwin);
    }

    private static SegmentServer serverOf(String exchange, Queue<SegmentEvent> delivered) throws Exception {
        SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:web?deduplicate=false&exchange=" + exchange + "&writeKey=" + KEY)
                        .to("direct:keep");
                from("segment:failing?exchange=" + exchange + "&writeKey=" + FAILING_KEY)
                        .throwException(new IllegalStateException("the sink is down"));
                from("segment:together?exchange=request&writeKey=" + TOGETHER_KEY)
                        .to("direct:keep");
                from("segment:failing-together?exchange=request&writeKey=" + FAILING_TOGETHER_KEY)
                        .throwException(new IllegalStateException("the sink is down"));
                from("segment:suspended?exchange=" + exchange + "&writeKey=" + SUSPENDED_KEY)
                        .routeId("suspended")
                        .to("direct:keep");
                from("direct:keep")
                        .split(body())
                        .process(one -> delivered.add(one.getMessage().getBody(SegmentEvent.class)));
            }
        });
        server.context().getRouteController().suspendRoute("suspended");
        return server;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        delivered.clear();
        deliveredByTwin.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        server.close();
        twin.close();
    }

    List<SegmentEvent> delivered() {
        return List.copyOf(delivered);
    }

    /** Returns the record of the only event that was delivered. */
    String onlyRecord() {
        assertThat(delivered).hasSize(1);
        return new String(delivered.element().json(), StandardCharsets.UTF_8);
    }

    /** Posts JSON with the write key in the header. */
    Answer post(String path, String json) throws IOException {
        return post(path, KEY, json);
    }

    /** Posts JSON with a write key in the header, or with none when it is null. */
    Answer post(String path, String writeKey, String json) throws IOException {
        String authorization = writeKey == null ? "" : "Authorization: " + SegmentServer.basic(writeKey + ":");
        return send("POST " + path + " HTTP/1.1\nContent-Type: application/json\n" + authorization, RawHttp.utf8(json));
    }

    Answer get(String path, String... headers) throws IOException {
        return exchange("GET " + path + " HTTP/1.1\nHost: " + uri().getAuthority() + "\n" + String.join("\n", headers));
    }

    /** Sends a request whose {@code Host} and {@code Content-Length} are added. */
    Answer send(String head, byte[] body) throws IOException {
        return exchange(
                head.strip() + "\nHost: " + uri().getAuthority() + "\nContent-Length: " + body.length + "\n", body);
    }

    /** Sends a request as it is. */
    Answer exchange(String head, byte... body) throws IOException {
        int before = delivered.size();
        Answer answer = RawHttp.exchange(uri(), head, body);
        int events = delivered.size() - before;
        URI ofTwin = twin.uri("/");
        int beforeOfTwin = deliveredByTwin.size();
        Answer same = RawHttp.exchange(ofTwin, head.replace(uri().getAuthority(), ofTwin.getAuthority()), body);
        assertThat(same.status()).as("with exchange=request").isEqualTo(answer.status());
        assertThat(same.body().replace(ofTwin.getAuthority(), uri().getAuthority()))
                .as("with exchange=request")
                .isEqualTo(answer.body());
        assertThat(deliveredByTwin.size() - beforeOfTwin)
                .as("events with exchange=request")
                .isEqualTo(events);
        return answer;
    }

    RawHttp connect() throws IOException {
        return new RawHttp(uri());
    }

    SegmentServer server() {
        return server;
    }

    URI uri() {
        return server.uri("/");
    }

    static JsonNode json(Answer answer) throws JsonProcessingException {
        return JSON.readTree(answer.body());
    }
}
