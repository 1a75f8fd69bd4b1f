package io.camelsegment.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.SinkContract;
import io.camelsegment.testing.AwsHttp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;

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

    @Test
    void usesAClientOfYoursAndSendsAgainWhatItRefuses() throws Exception {
        createStream("lake");
        aws.faults().on("PutRecordBatch").times(1).failRecords(0.5, "ServiceUnavailableException");
        try (FirehoseAsyncClient client = FirehoseAsyncClient.builder()
                .region(Region.US_WEST_2)
                .endpointOverride(aws.endpoint())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("A", "S")))
                .httpClientBuilder(AwsHttp.builder())
                .build()) {
            context.getRegistry().bind("mine", client);

            List<Exchange> done = sendAll("segment-firehose:lake?amazonKinesisFirehoseAsyncClient=#mine", bodies(50));

            assertThat(done).allMatch(exchange -> exchange.getException() == null);
            assertThat(arrived("lake", 50)).hasSize(50).doesNotHaveDuplicates();
        }
    }
}
