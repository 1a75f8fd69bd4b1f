package io.camelsegment.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.client.Written;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.testing.AwsHttp;
import io.camelsegment.testing.MarshalledBody;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.Record;

class PutRecordBatchCallTest {

    @Test
    void writesTheBodyOfTheSdk() {
        // Lengths with each number of padding bytes.
        List<PendingRecord> records = IntStream.of(1, 2, 3, 400, 401, 402, 100_000)
                .mapToObj(PutRecordBatchCallTest::record)
                .toList();
        PutRecordBatchCall call = new PutRecordBatchCall("new_users-1.x", records);
        byte[] body = Written.body(call);
        assertThat(body).isEqualTo(sdk("new_users-1.x", records)).hasSizeLessThanOrEqualTo(call.mostBytes());
    }

    private static byte[] sdk(String deliveryStreamName, List<PendingRecord> records) {
        MarshalledBody marshalled = new MarshalledBody();
        try (FirehoseAsyncClient sdk = FirehoseAsyncClient.builder()
                .region(Region.US_WEST_2)
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClientBuilder(AwsHttp.builder())
                .overrideConfiguration(config -> config.addExecutionInterceptor(marshalled))
                .build()) {
            return marshalled.of(() -> sdk.putRecordBatch(PutRecordBatchRequest.builder()
                            .deliveryStreamName(deliveryStreamName)
                            .records(records.stream()
                                    .map(record -> Record.builder()
                                            .data(SdkBytes.fromByteArray(record.data()))
                                            .build())
                                    .toList())
                            .build())
                    .join());
        }
    }

    private static PendingRecord record(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return new PendingRecord(data, null, length, true, null);
    }
}
