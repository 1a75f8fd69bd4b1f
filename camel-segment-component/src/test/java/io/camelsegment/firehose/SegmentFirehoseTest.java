package io.camelsegment.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.sink.SinkContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class SegmentFirehoseTest extends SinkContract {

    @Override
    protected String scheme() {
        return "segment-firehose";
    }

    @Override
    protected String integrationName() {
        return "Amazon Kinesis Firehose";
    }

    @Override
    protected String batchAction() {
        return "PutRecordBatch";
    }

    @Override
    protected int recordLimit() {
        return 1_000 * 1024 - 1;
    }

    @Override
    protected void createStream(String name) {
        aws.createDeliveryStream(name);
    }

    @Override
    protected List<String> arrived(String stream, int atLeast) {
        return aws.deliveryStream(stream).awaitRecords(atLeast, PATIENCE).stream()
                .map(data -> new String(data, StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    protected String dataOf(String json) {
        return json + "\n";
    }

    @Test
    void makesReadableLines() throws Exception {
        createStream("lake");

        sendAll(uri("lake"), List.of("{\"n\":1}", "{\"n\":2}\n", event("u1", null, "m1", "{\n\"n\": 3\n}")));

        assertThat(new String(aws.deliveryStream("lake").content(), StandardCharsets.UTF_8).lines())
                .containsExactlyInAnyOrder("{\"n\":1}", "{\"n\":2}", "{ \"n\": 3 }");
    }

    @Test
    void tellsEachExchangeItsRecordId() throws Exception {
        createStream("lake");

        List<Exchange> done = sendAll(uri("lake"), bodies(50));

        assertThat(done)
                .extracting(
                        exchange -> exchange.getMessage().getHeader("CamelAwsKinesisFirehoseRecordId", String.class))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }
}
