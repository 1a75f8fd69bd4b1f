package io.camelsegment;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server whose routes get batches of six events, and three Kinesis streams behind it. */
@ExtendWith(LocalAwsExtension.class)
abstract class BatchRoutes {

    static final List<String> ALL = List.of("u0", "u1", "u2", "u3", "u4", "u5");
    static final List<String> BAD = List.of("u1", "u4");
    static final List<String> GOOD = List.of("u0", "u2", "u3", "u5");

    final Queue<Object> seen = new ConcurrentLinkedQueue<>();
    LocalAws aws;
    private SegmentServer server;

    @BeforeEach
    final void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        List.of("events", "copy", "rest").forEach(stream -> aws.createStream(stream, 2));
    }

    @AfterEach
    final void stop() {
        if (server != null) {
            server.close();
        }
    }

    interface Routes {
        void configure(RouteBuilder builder, Supplier<RouteDefinition> source);
    }

    final void serve(Routes routes) {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                routes.configure(this, () -> from("segment:web?writeKey=WEB&exchange=request"));
            }
        });
    }

    final String kinesis(String stream) {
        return "segment-kinesis:" + stream + "?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                + "&accessKey=AKIDTEST&secretKey=SECRETTEST";
    }

    /** Sends all events in one request; returns the status. */
    final int send() throws Exception {
        String batch = ALL.stream()
                .map(user -> "{\"type\":\"page\",\"name\":\"Home\",\"userId\":\"" + user + "\",\"messageId\":\"m-"
                        + user + "\"}")
                .collect(Collectors.joining(",", "{\"batch\":[", "]}"));
        return server.post("/v1/batch", "WEB", batch).statusCode();
    }

    /** Lets a stream refuse the events of some users for good, so that they fail at once. */
    final Fault refuse(String stream, List<String> users) {
        return aws.faults()
                .on("PutRecords")
                .resource(stream)
                .failRecords(entry -> users.contains(entry.partitionKey()), "ValidationException");
    }

    final List<String> arrived(String stream) {
        return aws.stream(stream).records().stream()
                .map(KinesisRecord::partitionKey)
                .toList();
    }

    static List<String> users(Object batch) {
        List<String> users = new ArrayList<>();
        ((Iterable<?>) batch).forEach(event -> users.add(((SegmentEvent) event).userId()));
        return users;
    }
}
