package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.SegmentBatch;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From HTTP through the mapping into streams of AWS, in both exchange modes. */
@ExtendWith(LocalAwsExtension.class)
class MappingDeliveryTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalAws aws;
    private Collector collector;
    private String service;

    MappingDeliveryTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void prepare() throws Exception {
        aws.reset();
        collector = new Collector();
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @ParameterizedTest
    @CsvSource({"kinesis, event", "kinesis, request", "firehose, event", "firehose, request"})
    void eachEventIsInEachOfItsStreamsOnceAndInNoOther(String sink, String exchange) throws Exception {
        start(
                sink,
                exchange,
                "row.User+Registered=new_users&row.Order+*=orders,audit&row.page=pages,audit"
                        + "&row.Debug+*=none&row.track%3Apage=clicks&row.*=everything");
        List.of("new_users", "orders", "audit", "pages", "clicks", "everything").forEach(this::create);

        int status = collector.send(
                track("m1", "user registered "),
                track("m2", "Order Completed"),
                track("m3", "Debug Clicked"),
                track("m4", "page"),
                "{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"m5\",\"name\":\"Order Page\"}",
                track("m6", "other"));

        assertThat(status).isEqualTo(200);
        assertThat(ids("new_users")).containsExactly("m1");
        assertThat(ids("orders")).containsExactly("m2");
        assertThat(ids("audit")).containsExactlyInAnyOrder("m2", "m4", "m5");
        assertThat(ids("pages")).containsExactlyInAnyOrder("m4", "m5");
        assertThat(ids("clicks")).containsExactly("m4");
        assertThat(ids("everything")).containsExactlyInAnyOrder("m1", "m2", "m4", "m5", "m6");
    }

    @ParameterizedTest
    @CsvSource({"kinesis, event", "kinesis, request", "firehose, event", "firehose, request"})
    void aFailureOfOneStreamIsAnsweredAndWhatIsSentAgainGoesToThatStreamAlone(String sink, String exchange)
            throws Exception {
        start(sink, exchange, "row.A=a,both&row.B=b,both&sink.lingerTime=1ms");
        List.of("a", "b", "both").forEach(this::create);
        aws.faults()
                .on(sink.equals("kinesis") ? "PutRecords" : "PutRecordBatch")
                .resource("both")
                .failRecords(1, "ValidationException");

        assertThat(collector.send(track("m1", "A"), track("m2", "B"))).isIn(429, 503);

        aws.faults().clear();
        assertThat(collector.send(track("m1", "A"), track("m2", "B"))).isEqualTo(200);
        assertThat(ids("a")).containsExactly("m1");
        assertThat(ids("b")).containsExactly("m2");
        assertThat(ids("both")).containsExactlyInAnyOrder("m1", "m2");
    }

    private static SegmentEvent renamed(SegmentEvent event) {
        return event.event() != null && event.event().startsWith("Old")
                ? event.with("event", event.event().replace("Old", "New"))
                : event;
    }

    @ParameterizedTest
    @CsvSource({"event", "request"})
    void anEventThatTheRouteHasRenamedIsMappedByItsNewName(String exchange) throws Exception {
        service = "kinesis";
        List.of("old", "new", "pages", "last").forEach(this::create);
        collector.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                var route = from("segment:web?writeKey=WEB&exchange=" + exchange);
                if (exchange.equals("event")) {
                    route.setBody(one -> renamed(one.getMessage().getBody(SegmentEvent.class)))
                            .process(Transforms.rename("New 2").to("New 3"))
                            .setBody(one -> last(one.getMessage().getBody(SegmentEvent.class)));
                } else {
                    route.setBody(one ->
                                    one.getMessage().getBody(SegmentBatch.class).map(MappingDeliveryTest::renamed))
                            .process(Transforms.rename("New 2").to("New 3"))
                            .setBody(one ->
                                    one.getMessage().getBody(SegmentBatch.class).map(MappingDeliveryTest::last));
                }
                route.to("segment-mapping:lake?sink=kinesis&sink.uriEndpointOverride=" + aws.endpoint()
                        + "&sink.accessKey=AKID&sink.secretKey=SECRET&row.Old+*=old&row.New+*=new&row.page=pages"
                        + "&row.Last=last");
            }
        });

        assertThat(collector.send(
                        track("m1", "Old 1"),
                        track("m2", "Old 2"),
                        track("m3", "Old to a page"),
                        "{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"m4\"}"))
                .isEqualTo(200);

        assertThat(ids("old")).isEmpty();
        assertThat(ids("new")).containsExactly("m1");
        assertThat(ids("last")).containsExactly("m2");
        assertThat(ids("pages")).containsExactlyInAnyOrder("m3", "m4");
    }

    private static SegmentEvent last(SegmentEvent event) {
        if ("New to a page".equals(event.event())) {
            return event.with("type", "page");
        }
        return "New 3".equals(event.event()) ? event.with("event", "Last") : event;
    }

    @Test
    void aHeaderThatTheRouteHasSetCounts() throws Exception {
        service = "kinesis";
        List.of("mine", "new", "groups").forEach(this::create);
        collector.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB")
                        .choice()
                        .when(simple("${body.messageId} == 'm1'"))
                        .setHeader("CamelSegmentEvent", constant("Mine"))
                        .otherwise()
                        .setHeader("CamelSegmentType", constant("group"))
                        .end()
                        .process(Transforms.rename("Old 1").to("New 1"))
                        .setBody(one ->
                                one.getMessage().getBody(SegmentEvent.class).with("event", "New 2"))
                        .to("segment-mapping:lake?sink=kinesis&sink.uriEndpointOverride=" + aws.endpoint()
                                + "&sink.accessKey=AKID&sink.secretKey=SECRET&row.Mine=mine&row.New+*=new"
                                + "&row.group=groups");
            }
        });

        assertThat(collector.send(track("m1", "Old 1"), track("m2", "Old 1"))).isEqualTo(200);

        assertThat(ids("mine")).containsExactly("m1");
        assertThat(ids("groups")).containsExactly("m2");
        assertThat(ids("new")).isEmpty();
    }

    private void start(String sink, String exchange, String options) throws Exception {
        service = sink;
        collector.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB&exchange=" + exchange)
                        .to("segment-mapping:lake?sink=" + sink + "&sink.uriEndpointOverride=" + aws.endpoint()
                                + "&sink.accessKey=AKID&sink.secretKey=SECRET&" + options);
            }
        });
    }

    private void create(String stream) {
        if (service.equals("kinesis")) {
            aws.createStream(stream, 1);
        } else {
            aws.createDeliveryStream(stream);
        }
    }

    private static String track(String messageId, String event) {
        return "{\"type\":\"track\",\"userId\":\"u\",\"messageId\":\"" + messageId + "\",\"event\":\"" + event + "\"}";
    }

    private List<String> ids(String stream) throws IOException {
        List<String> records = service.equals("kinesis")
                ? aws.stream(stream).records().stream().map(KinesisRecord::text).toList()
                : aws.deliveryStream(stream).records().stream()
                        .map(line -> new String(line, StandardCharsets.UTF_8))
                        .toList();
        List<String> ids = new ArrayList<>();
        for (String json : records) {
            ids.add(JSON.readTree(json).get("messageId").asText());
        }
        return ids;
    }
}
