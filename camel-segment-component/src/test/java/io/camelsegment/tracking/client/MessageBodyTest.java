package io.camelsegment.tracking.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.SegmentServer;
import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What arrives at another camel-segment for each kind of message. */
class MessageBodyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVENT =
            "{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u1\",\"properties\":{\"total\":12.50}}";

    private static final BlockingQueue<SegmentEvent> arrived = new LinkedBlockingQueue<>();
    private static SegmentServer server;
    private static Sender events;
    private static Sender properties;

    @BeforeAll
    static void start() {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:in?writeKey=" + Sender.KEY)
                        .process(exchange -> arrived.add(exchange.getMessage().getBody(SegmentEvent.class)));
            }
        });
        String url = server.uri("/v1").toString();
        events = new Sender(url, "");
        properties = new Sender(url, "&bodyAs=properties");
    }

    @AfterAll
    static void stop() {
        events.close();
        properties.close();
        server.close();
    }

    record Order(double total) {}

    record OrderCompleted(String type, String event, String userId, Order properties) {}

    record SerializableOrderCompleted(String type, String event, String userId, Map<String, Double> properties)
            implements Serializable {}

    static Stream<Object> bodies() throws Exception {
        return Stream.of(
                EVENT,
                CharBuffer.wrap(EVENT),
                EVENT.getBytes(StandardCharsets.UTF_8),
                ByteBuffer.wrap(EVENT.getBytes(StandardCharsets.UTF_8)),
                new ByteArrayInputStream(EVENT.getBytes(StandardCharsets.UTF_8)),
                new StringReader(EVENT),
                JSON.readTree(EVENT),
                JSON.readValue(EVENT, Map.class),
                new OrderCompleted("track", "Order Completed", "u1", new Order(12.50)),
                new SerializableOrderCompleted("track", "Order Completed", "u1", Map.of("total", 12.50)));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void everyKindOfBodyArrives(Object body) throws Exception {
        SegmentEvent event = arrives(events.send(body));

        assertThat(event.event()).isEqualTo("Order Completed");
        assertThat(event.userId()).isEqualTo("u1");
        assertThat(JSON.readTree(event.json()).at("/properties/total").asDouble())
                .isEqualTo(12.50);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void theIntegrationsOfEveryKindOfBodyCount(Object body) throws Exception {
        try (Sender copies = new Sender(server.uri("/v1").toString(), "&integrationName=Copy")) {
            assertThat(arrives(copies.send(body)).event()).isEqualTo("Order Completed");

            Exchange refused = copies.send(
                    Map.of("type", "track", "event", "E", "userId", "u1", "integrations", Map.of("Copy", false)));
            assertThat(refused.getException()).isNull();
            assertThat(refused.getMessage().getHeader(SegmentConstants.FILTERED))
                    .isEqualTo("Copy");
        }
        assertThat(arrived).isEmpty();
    }

    @Test
    void jsonTextArrivesByteForByte() throws Exception {
        String exact =
                "\"properties\" : {\"n\":12345678901234567890.10, \"a\\u0062\":\"\\u00e9é\\ud83d\\ude00\",\"z\":null,"
                        + "\"long\":" + "9".repeat(2_000) + ", \"nested\":[1e0,{\"b\":{},\"a\":[]}] }";

        SegmentEvent event = arrives(events.send(
                "\uFEFF { \"userId\":\"u1\" ,\n\"type\":\"track\",\"event\":\"E\"," + exact + " , \"own\":true } "));

        assertThat(new String(event.json(), StandardCharsets.UTF_8))
                .contains(exact)
                .contains(",\"own\":true");
    }

    @Test
    void anEventThatWasReceivedBeforeKeepsItsTimeAndId() throws Exception {
        Instant longAgo = Instant.parse("2020-02-03T04:05:06.789Z");
        String json =
                "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u1\",\"messageId\":\"m1\",\"timestamp\":\"" + longAgo
                        + "\",\"originalTimestamp\":\"2020-02-03T04:00:00Z\",\"sentAt\":\"2020-02-03T04:00:01Z\","
                        + "\"receivedAt\":\"2020-02-03T04:05:07Z\",\"writeKey\":\"OLD\",\"_metadata\":{\"a\":1}}";
        SegmentEvent replayed = new SegmentEvent(
                io.camelsegment.event.EventType.TRACK,
                "E",
                "u1",
                null,
                null,
                "m1",
                longAgo,
                longAgo,
                json.getBytes(StandardCharsets.UTF_8));

        for (Object body : List.of(json, replayed)) {
            SegmentEvent event = arrives(events.send(body));

            assertThat(event.messageId()).isEqualTo("m1");
            // sentAt and receivedAt are a network's delay apart, and the clock is the same.
            assertThat(event.timestamp()).isBetween(longAgo, longAgo.plusSeconds(60));
            assertThat(new String(event.json(), StandardCharsets.UTF_8)).doesNotContain("OLD", "_metadata", "04:00:0");
        }
    }

    @Test
    void headersFillInWhatTheBodyLacks() throws Exception {
        Instant time = Instant.parse("2026-01-02T03:04:05.678Z");

        SegmentEvent event = arrives(events.send(
                Map.of("properties", Map.of("total", 1)),
                Map.of(
                        SegmentConstants.TYPE, "track",
                        SegmentConstants.EVENT, "Order \"Completed\"",
                        SegmentConstants.USER_ID, 17,
                        SegmentConstants.ANONYMOUS_ID, "a1",
                        SegmentConstants.GROUP_ID, "g1",
                        SegmentConstants.MESSAGE_ID, "m2",
                        SegmentConstants.TIMESTAMP, time)));

        assertThat(event.event()).isEqualTo("Order \"Completed\"");
        assertThat(event.userId()).isEqualTo("17");
        assertThat(event.anonymousId()).isEqualTo("a1");
        assertThat(event.groupId()).isEqualTo("g1");
        assertThat(event.messageId()).isEqualTo("m2");
        assertThat(JSON.readTree(event.json()).path("originalTimestamp").asText())
                .isEqualTo(time.toString());
    }

    @Test
    void theBodyOverridesTheHeadersEvenWithNull() throws Exception {
        SegmentEvent event = arrives(events.send(
                "{\"type\":\"page\",\"name\":\"Home\",\"userId\":null,\"anonymousId\":\"of the body\"}",
                Map.of(
                        SegmentConstants.TYPE, "track",
                        SegmentConstants.EVENT, "of the header",
                        SegmentConstants.USER_ID, "of the header",
                        SegmentConstants.ANONYMOUS_ID, "of the header")));

        assertThat(event.type().specName()).isEqualTo("page");
        assertThat(event.event()).isEqualTo("Home");
        assertThat(event.userId()).isNull();
        assertThat(event.anonymousId()).isEqualTo("of the body");
    }

    @Test
    void theNameOfAPageMayComeFromTheHeader() throws Exception {
        SegmentEvent event = arrives(
                events.send(Map.of("type", "screen", "userId", "u1"), Map.of(SegmentConstants.EVENT, "Settings")));

        JsonNode json = JSON.readTree(event.json());
        assertThat(json.path("name").asText()).isEqualTo("Settings");
        assertThat(json.has("event")).isFalse();
    }

    @Test
    void anObjectMayBeTheProperties() throws Exception {
        SegmentEvent event = arrives(properties.send(
                new Order(12.5),
                Map.of(
                        SegmentConstants.TYPE,
                        "track",
                        SegmentConstants.EVENT,
                        "Order Completed",
                        SegmentConstants.USER_ID,
                        "u1")));

        assertThat(event.event()).isEqualTo("Order Completed");
        assertThat(JSON.readTree(event.json()).path("properties").toString()).isEqualTo("{\"total\":12.5}");
    }

    @Test
    void anObjectMayBeTheTraits() throws Exception {
        SegmentEvent event = arrives(properties.send(
                "{\"plan\":\"pro\"}", Map.of(SegmentConstants.TYPE, "identify", SegmentConstants.USER_ID, "u1")));

        assertThat(JSON.readTree(event.json()).path("traits").toString()).isEqualTo("{\"plan\":\"pro\"}");
    }

    @Test
    void aMessageWithoutABodyHasNoProperties() throws Exception {
        SegmentEvent event = arrives(properties.send(
                null,
                Map.of(SegmentConstants.TYPE, "page", SegmentConstants.EVENT, "Home", SegmentConstants.USER_ID, "u1")));

        assertThat(JSON.readTree(event.json()).path("properties").toString()).isEqualTo("{}");
        assertThat(event.event()).isEqualTo("Home");
    }

    private static SegmentEvent arrives(Exchange sent) throws InterruptedException {
        assertThat(sent.getException()).isNull();
        return arrived.poll(10, TimeUnit.SECONDS);
    }
}
