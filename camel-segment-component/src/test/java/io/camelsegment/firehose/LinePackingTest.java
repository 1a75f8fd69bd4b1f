package io.camelsegment.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.DeliveryStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.Bodies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalAwsExtension.class)
class LinePackingTest {

    private static final int LARGEST = 1_000 * 1024;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;
    private DeliveryStream stream;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        stream = aws.createDeliveryStream("lake");
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private List<Exchange> send(List<String> bodies, String... options) throws Exception {
        String uri =
                "segment-firehose:lake?packing=NEWLINE&accessKey=A&secretKey=S&batchWhenIdle=true&requestTimeout=1m&deliveryTimeout=2m"
                        + "&uriEndpointOverride=" + aws.endpoint() + (options.length == 0 ? "" : "&")
                        + String.join("&", options);
        return Bodies.send(context, uri, null, bodies);
    }

    private static List<String> events(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"n\":" + i + ",\"text\":\"" + "x".repeat(300) + "\"}")
                .toList();
    }

    private List<String> lines() {
        return new String(stream.content(), StandardCharsets.UTF_8).lines().toList();
    }

    private static void assertDelivered(List<Exchange> done) {
        assertThat(done).allMatch(exchange -> exchange.getException() == null);
    }

    @Test
    void writesTheSameLinesInFewerRecords() throws Exception {
        assertDelivered(send(events(20_000), "maxInFlightRequests=1"));

        assertThat(lines()).containsExactlyElementsOf(events(20_000));
        assertThat(stream.recordCount()).isLessThan(500);
        assertThat(stream.records()).allMatch(record -> record.length <= LARGEST);
    }

    @Test
    void tellsEachExchangeTheRecordThatItsEventIsIn() throws Exception {
        Set<String> told = new TreeSet<>();
        for (Exchange exchange : send(events(20_000))) {
            told.add(exchange.getMessage().getHeader(SegmentFirehoseConstants.RECORD_ID, String.class));
        }

        assertThat(told).hasSize((int) stream.recordCount());
    }

    @Test
    void losesAndDoublesNothingWhenPackedRecordsFail() throws Exception {
        aws.faults().on("PutRecordBatch").failRecords(0.3, "ServiceUnavailableException");

        assertDelivered(send(events(20_000)));

        assertThat(lines()).containsExactlyInAnyOrderElementsOf(events(20_000));
    }

    @Test
    void fillsARecordToTheLastByte() throws Exception {
        List<String> bodies = List.of("x".repeat(LARGEST - 12), "0123456789", "y");

        assertDelivered(send(bodies));

        assertThat(stream.records()).extracting(record -> record.length).containsExactly(LARGEST, 2);
    }

    @Test
    void sendsPackedRecordsOneByOneWhereTheBatchCallIsDenied() throws Exception {
        aws.faults().on("firehose:PutRecordBatch").fail("AccessDeniedException");

        assertDelivered(send(events(20_000)));

        assertThat(lines()).containsExactlyInAnyOrderElementsOf(events(20_000));
        assertThat(aws.calls().of("firehose:PutRecord").records()).isLessThan(500);
    }
}
