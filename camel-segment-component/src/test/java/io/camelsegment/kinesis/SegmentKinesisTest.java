package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.sink.SinkContract;
import io.camelsegment.testing.SegmentServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentKinesisTest extends SinkContract {

    private static final int KEY_BYTES = 16;

    @Override
    protected String scheme() {
        return "segment-kinesis";
    }

    @Override
    protected String integrationName() {
        return "Amazon Kinesis";
    }

    @Override
    protected String batchAction() {
        return "PutRecords";
    }

    @Override
    protected int recordLimit() {
        return (1 << 20) - KEY_BYTES;
    }

    @Override
    protected void createStream(String name) {
        aws.createStream(name, 4);
    }

    @Override
    protected List<String> arrived(String stream, int atLeast) {
        return aws.stream(stream).awaitRecords(atLeast, PATIENCE).stream()
                .map(KinesisRecord::text)
                .toList();
    }

    @Override
    protected String dataOf(String json) {
        return json;
    }

    @Override
    protected Exchange exchange(Object body) {
        Exchange exchange = super.exchange(body);
        if (body instanceof String text && text.startsWith("x")) {
            exchange.getIn().setHeader(SegmentKinesisConstants.PARTITION_KEY, "k".repeat(KEY_BYTES));
        }
        return exchange;
    }

    @Test
    void tellsEachExchangeWhereItsRecordIs() throws Exception {
        createStream("events");

        List<Exchange> done = sendAll(uri("events"), bodies(50));

        List<String> told = new ArrayList<>();
        for (Exchange exchange : done) {
            told.add(exchange.getMessage().getHeader("CamelAwsKinesisShardId") + " "
                    + exchange.getMessage().getHeader("CamelAwsKinesisSequenceNumber") + " "
                    + exchange.getMessage().getBody(String.class));
        }
        assertThat(aws.stream("events").records())
                .extracting(record -> record.shardId() + " " + record.sequenceNumber() + " " + record.text())
                .containsExactlyInAnyOrderElementsOf(told);
    }

    @Test
    void takesThePartitionKeyOfTheEvent() throws Exception {
        createStream("events");

        sendAll(
                uri("events"),
                List.of(event("u1", "a1", "m1", "1"), event(null, "a2", "m2", "2"), event(null, null, "m3", "3")));

        assertThat(keys()).containsExactlyInAnyOrder("1 u1", "2 a2", "3 m3");
    }

    @ParameterizedTest
    @CsvSource({"useMessageId=false, 1 u1, 2 a2", "useMessageId=true, 1 m1, 2 m2"})
    void takesThePartitionKeyOfEachEventOfABatch(String option, String first, String second) {
        createStream("events");
        Exchange exchange =
                exchange(new SegmentBatch(List.of(event("u1", "a1", "m1", "1"), event(null, "a2", "m2", "2"))));
        // As in the message of the first event, from which an aggregation goes on.
        exchange.getIn().setHeader(SegmentConstants.USER_ID, "u1");
        exchange.getIn().setHeader(SegmentConstants.MESSAGE_ID, "m1");
        exchange.getIn().setHeader(SegmentKinesisConstants.PARTITION_KEY, "u1");

        template.send(uri("events", option), exchange);

        assertThat(keys()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void takesThePartitionKeyThatTheRouteHasSetForABatch() {
        createStream("events");
        Exchange exchange = exchange(new SegmentBatch(List.of(event("u1", "a1", "m1", "1"))));
        exchange.getIn().setHeader(SegmentKinesisConstants.PARTITION_KEY, "mine");

        template.send(uri("events"), exchange);

        assertThat(keys()).containsExactly("1 mine");
    }

    @Test
    void takesTheMessageIdWhenAsked() throws Exception {
        createStream("events");

        sendAll(uri("events", "useMessageId=true"), List.of(event("u1", "a1", "m1", "1")));

        assertThat(keys()).containsExactly("1 m1");
    }

    @Test
    void takesThePartitionKeyOfTheHeaderBeforeTheEvents() {
        createStream("events");
        Exchange exchange = exchange(event("u1", "a1", "m1", "1"));
        exchange.getIn().setHeader(SegmentKinesisConstants.PARTITION_KEY, "mine");

        template.send(uri("events"), exchange);

        assertThat(keys()).containsExactly("1 mine");
    }

    @ParameterizedTest
    @CsvSource({
        "useMessageId=false, u1, u2", // as the source set it
        "useMessageId=false, mine, mine", // as the route set it
        "useMessageId=true, u1, m2"
    })
    void takesThePartitionKeyOfAnEventThatARouteHasMade(String option, String header, String key) {
        createStream("events");
        Exchange exchange = exchange(Map.of("type", "identify", "userId", "u2", "messageId", "m2"));
        exchange.getIn().setHeader(SegmentConstants.TYPE, "identify");
        exchange.getIn().setHeader(SegmentConstants.USER_ID, "u1");
        exchange.getIn().setHeader(SegmentConstants.MESSAGE_ID, "m1");
        exchange.getIn().setHeader(SegmentKinesisConstants.PARTITION_KEY, header);

        template.send(uri("events", option), exchange);

        assertThat(exchange.getException()).isNull();
        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey)
                .containsExactly(key);
        assertThat(exchange.getIn().getHeaders()).containsEntry(SegmentConstants.MESSAGE_ID, "m1");
        assertThat(exchange.getIn().getBody()).isInstanceOf(Map.class);
    }

    @Test
    void anEventOfASourceStaysOneWhenItsRouteChangesIt() throws Exception {
        createStream("events");
        String kinesis = uri("events");
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB")
                        .convertBodyTo(JsonNode.class)
                        .process(exchange ->
                                exchange.getMessage().getBody(ObjectNode.class).put("userId", "u2"))
                        .to(kinesis);
            }
        })) {
            String track = "{\"event\":\"E\",\"userId\":\"u1\",\"messageId\":\"m1\",\"integrations\":";
            assertThat(server.post("/v1/track", "WEB", track + "{\"All\":false}}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/v1/track", "WEB", track + "{}}").statusCode())
                    .isEqualTo(200);
        }

        assertThat(aws.stream("events").records()).singleElement().satisfies(record -> {
            assertThat(record.partitionKey()).isEqualTo("u2");
            assertThat(record.text()).contains("\"userId\":\"u2\"", "\"integrations\":{}");
        });
    }

    @Test
    void takesTheMessageIdOfTheHeaderForAnEventThatHasNone() {
        createStream("events");
        Exchange exchange = exchange("{\"type\":\"identify\",\"userId\":\"u2\"}");
        exchange.getIn().setHeader(SegmentConstants.MESSAGE_ID, "m1");

        template.send(uri("events", "useMessageId=true"), exchange);

        assertThat(keys()).containsExactly("{\"type\":\"identify\",\"userId\":\"u2\"} m1");
    }

    @Test
    void takesAnEmptyHeaderForNone() {
        createStream("events");
        Exchange exchange = exchange(event("u1", "a1", "m1", "1"));
        exchange.getIn().setHeader(SegmentKinesisConstants.PARTITION_KEY, "");

        template.send(uri("events"), exchange);

        assertThat(keys()).containsExactly("1 u1");
    }

    @Test
    void spreadsRecordsWithoutAKey() throws Exception {
        createStream("events");

        sendAll(uri("events"), bodies(100));

        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey)
                .doesNotHaveDuplicates();
    }

    @Test
    void takesKeysThatKinesisWouldNot() throws Exception {
        createStream("events");

        List<Exchange> done = sendAll(
                uri("events"),
                List.of(
                        event("\u00e9".repeat(256), null, "m1", "1"),
                        event("x".repeat(257), null, "m2", "2"),
                        event("half \uD83D pair", null, "m3", "3"),
                        event("", null, "m4", "4")));

        assertThat(done).allMatch(exchange -> exchange.getException() == null);
        assertThat(keys()).hasSize(4).contains("1 " + "\u00e9".repeat(256), "2 " + PartitionKeys.of("x".repeat(257)));
    }

    private List<String> keys() {
        return aws.stream("events").records().stream()
                .map(record -> record.text() + " " + record.partitionKey())
                .toList();
    }
}
