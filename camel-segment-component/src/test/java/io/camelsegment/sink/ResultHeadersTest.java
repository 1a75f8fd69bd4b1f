package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** After a sink there are its results, and none of the sinks before it. */
@ExtendWith(LocalAwsExtension.class)
class ResultHeadersTest {

    private static final String RESULTS =
            "CamelSegmentFiltered|CamelAwsKinesis(ShardId|SequenceNumber|FirehoseRecordId)";

    private final SegmentServer server = new SegmentServer();
    private final Queue<String> results = new ConcurrentLinkedQueue<>();
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("events");
        SegmentCredentials credentials = SegmentCredentials.of(server.context());
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("A", "S")));
        server.context().getRegistry().bind("kinesis", credentials.kinesisClient(null, null, null));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /**
     * The names of the sinks are K for Kinesis, F for Firehose and S for a Segment-compatible API. A is a stock
     * producer that sets the same headers, M sets one of them to the same text.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        K   | {}                              | SequenceNumber ShardId
        F   | {}                              | RecordId
        KF  | {}                              | RecordId
        FK  | {}                              | SequenceNumber ShardId
        KS  | {}                              |
        FKF | {}                              | RecordId
        KF  | {"Amazon Kinesis":false}        | RecordId
        KF  | {"Amazon Kinesis Firehose":false} | Filtered=Amazon Kinesis Firehose
        FK  | {"Amazon Kinesis":false}        | Filtered=Amazon Kinesis
        KF  | {"All":false}                   | Filtered=Amazon Kinesis Firehose
        KS  | {"Amazon Kinesis":false}        |
        AF  | {}                              | RecordId SequenceNumber ShardId
        AKF | {}                              | RecordId
        KAF | {}                              | RecordId SequenceNumber ShardId
        MS  | {}                              | SequenceNumber
        KMS | {}                              | SequenceNumber
        """)
    void areThoseOfTheLastSink(String sinks, String integrations, String expected) throws Exception {
        String aws2 = ":events?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride=" + aws.endpoint();
        server.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                var route = from("segment:web?writeKey=WEB").setHeader("X-Mine", constant("stays"));
                for (int i = 0; i < sinks.length(); i++) {
                    route.to(
                            switch (sinks.charAt(i)) {
                                case 'A' -> "aws2-kinesis:events?amazonKinesisClient=#kinesis";
                                case 'M' -> "direct:mine";
                                case 'K' -> "segment-kinesis" + aws2;
                                case 'F' -> "segment-firehose" + aws2;
                                default -> "segment:out?writeKey=R&url=" + server.uri("/v1");
                            });
                }
                route.process(exchange -> {
                    StringBuilder found = new StringBuilder(exchange.getIn().getHeader("X-Mine", String.class));
                    for (String name :
                            new TreeSet<>(exchange.getIn().getHeaders().keySet())) {
                        if (name.matches(RESULTS)) {
                            String shortName = name.replaceAll("CamelAwsKinesis(Firehose)?|CamelSegment", "");
                            found.append(' ').append(shortName);
                            if (shortName.equals("Filtered")) {
                                found.append('=').append(exchange.getIn().getHeader(name));
                            }
                        }
                    }
                    results.add(found.toString());
                });
                from("direct:mine").setHeader("CamelAwsKinesisSequenceNumber", constant("mine"));
                from("segment:receiver?writeKey=R").stop();
            }
        });

        String event = "{\"type\":\"page\",\"userId\":\"u1\",\"integrations\":" + integrations + "}";
        assertThat(server.post("/v1/page", "WEB", event).statusCode()).isEqualTo(200);

        assertThat(results).containsExactly(expected == null ? "stays" : "stays " + expected);
    }
}
