package io.camelsegment.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.testing.SegmentServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What an observer is told of events, whether they have an Exchange each or one together. */
@ParameterizedClass
@ValueSource(strings = {"event", "request"})
@ExtendWith(LocalAwsExtension.class)
class ObservationTest {

    private static final String ANN =
            "{\"type\":\"track\",\"event\":\"Signed Up\",\"userId\":\"ann\",\"messageId\":\"m-ann\"}";
    private static final String BEN =
            "{\"type\":\"track\",\"event\":\"Signed Up\",\"userId\":\"ben\",\"messageId\":\"m-ben\","
                    + "\"integrations\":{\"Amazon Kinesis\":false}}";

    @Parameter
    String exchange;

    private final Told told = new Told();
    private LocalAws aws;
    private SegmentServer server;
    private Observation observation;

    /** Records a line for each call. */
    private static final class Told implements EventObserver {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void refused(Reception request, Refusal refusal) {
            lines.add("refused " + request.source() + " " + request.call() + " " + refusal.status() + " "
                    + refusal.code() + " " + !refusal.message().isEmpty());
        }

        @Override
        public void rejected(Reception request, Refusal refusal, String messageId, byte[] original) {
            lines.add("rejected " + request.source() + " " + messageId + " " + refusal.code() + " "
                    + new String(original, StandardCharsets.UTF_8));
        }

        @Override
        public void received(Reception request, SegmentEvent event, byte[] original) {
            lines.add("received " + request.source() + " " + request.call() + " " + request.userAgent() + " "
                    + request.address() + " " + event.messageId() + " "
                    + new String(original, StandardCharsets.UTF_8).length());
        }

        @Override
        public void duplicate(String source, SegmentEvent event) {
            lines.add("duplicate " + source + " " + event.messageId());
        }

        @Override
        public void filtered(StreamPlace stream, SegmentEvent event) {
            lines.add("filtered " + stream.stream() + " " + event.messageId());
        }

        @Override
        public void sending(StreamPlace stream, SegmentEvent event) {
            lines.add("sending " + stream.stream() + " " + event.messageId());
        }

        @Override
        public void delivered(StreamPlace stream, SegmentEvent event, String partition, String recordId) {
            lines.add("delivered " + stream + " " + event.messageId() + " " + partition + " " + !recordId.isEmpty());
        }

        @Override
        public void retried(StreamPlace stream, SegmentEvent event, String code, String message, int attempts) {
            lines.add("retried " + stream.stream() + " " + event.messageId() + " " + code + " " + attempts);
        }

        @Override
        public void failed(
                StreamPlace stream, String source, SegmentEvent event, String code, String message, int attempts) {
            lines.add(
                    "failed " + stream.stream() + " " + source + " " + event.messageId() + " " + code + " " + attempts);
        }
    }

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 1);
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB&deduplicate=true&exchange=" + exchange)
                        .to("segment-kinesis:events?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                                + "&accessKey=AKIDTEST&secretKey=SECRETTEST");
            }
        });
        observation = SharedBeans.observation(server.context());
        observation.observe(told);
        observation.watch(true);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int send(String... events) throws Exception {
        return server.send(server.request("/v1/batch", "WEB")
                        .header("User-Agent", "analytics-test/1.0")
                        .POST(BodyPublishers.ofString("{\"batch\":[" + String.join(",", events) + "]}")))
                .statusCode();
    }

    private List<String> lines() {
        return List.copyOf(told.lines);
    }

    @Test
    void anEventIsFollowedFromItsRequestToItsShard() throws Exception {
        assertThat(send(ANN)).isEqualTo(200);

        assertThat(lines())
                .containsExactly(
                        "received web batch analytics-test/1.0 127.0.0.1 m-ann " + ANN.length(),
                        "sending events m-ann",
                        "delivered StreamPlace[service=kinesis, region=us-west-2, stream=events] m-ann"
                                + " shardId-000000000000 true");
    }

    @Test
    void aSecondEventOfItsIdIsADuplicate() throws Exception {
        send(ANN);
        told.lines.clear();

        assertThat(send(ANN)).isEqualTo(200);

        assertThat(lines()).hasSize(2).last().isEqualTo("duplicate web m-ann");
    }

    @Test
    void integrationsFilterAnEvent() throws Exception {
        assertThat(send(BEN)).isEqualTo(200);

        assertThat(lines()).hasSize(2).last().isEqualTo("filtered events m-ben");
    }

    @Test
    void eachAttemptIsTold() throws Exception {
        aws.faults().on("PutRecords").times(1).failRecords(1, "InternalFailure");

        assertThat(send(ANN)).isEqualTo(200);

        assertThat(lines())
                .filteredOn(line -> !line.startsWith("received"))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("sending events m-ann"),
                        line -> assertThat(line).isEqualTo("retried events m-ann InternalFailure 1"),
                        line -> assertThat(line).startsWith("delivered "));
    }

    @Test
    void faultsAreToldThoughNobodyWatches() throws Exception {
        observation.watch(false);
        aws.faults().on("PutRecords").times(1).failRecords(1, "ValidationException");

        assertThat(send(ANN)).isEqualTo(429);
        send("{\"type\":\"track\",\"userId\":\"u\",\"messageId\":\"m-bad\"}");
        server.post("/v1/batch", "OTHER", "{\"batch\":[]}");
        server.post("/v1/batch", "WEB", "{");

        assertThat(lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("failed events web m-ann ValidationException 1"),
                        line -> assertThat(line)
                                .startsWith("rejected web m-bad ")
                                .endsWith("}"),
                        line -> assertThat(line).isEqualTo("refused null batch 400 project_not_found true"),
                        line -> assertThat(line).startsWith("refused web batch 400 "));
    }

    @Test
    void withoutAnObserverNothingIsTold() throws Exception {
        observation.observe(null);
        observation.watch(true);

        assertThat(send(ANN)).isEqualTo(200);

        assertThat(observation.feed()).isNull();
        assertThat(lines()).isEmpty();
    }
}
