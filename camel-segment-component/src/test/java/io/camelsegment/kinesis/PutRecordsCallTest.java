package io.camelsegment.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.client.Written;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.testing.AwsHttp;
import io.camelsegment.testing.MarshalledBody;
import io.camelsegment.testing.OwnJvm;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The bodies are those that the SDK's own marshallers write for the same records, byte for byte. */
@OwnJvm("sets a system property that every Kinesis client reads")
class PutRecordsCallTest {

    private static final String ARN = "arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/" + "s".repeat(128);

    @AfterEach
    void useCborAgain() {
        System.clearProperty(SdkSystemSetting.CBOR_ENABLED.property());
    }

    static Stream<List<PendingRecord>> batches() {
        return Stream.of(
                List.of(record(1, "k")),
                // Where CBOR needs one more byte for the length.
                List.of(record(23, "k".repeat(23)), record(24, "k".repeat(24))),
                List.of(record(255, "k".repeat(255)), record(256, "k".repeat(256))),
                List.of(record(65_535, "a"), record(65_536, "b")),
                List.of(record(1 << 20, "large")),
                List.of(
                        record(5, "schlüssel"),
                        record(5, "鍵".repeat(85)),
                        record(5, "🔑".repeat(63)),
                        record(5, "\"\\\n\u0001")),
                Stream.generate(() -> record(400, "user_1")).limit(500).toList());
    }

    @ParameterizedTest
    @MethodSource("batches")
    void writesTheCborOfTheSdk(List<PendingRecord> records) {
        assertThat(body("events", records, true)).isEqualTo(sdk("events", records));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void writesTheJsonOfTheSdk(List<PendingRecord> records) {
        System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), "false");
        assertThat(body("events", records, false)).isEqualTo(sdk("events", records));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void writesTheArnAsTheSdkDoes(List<PendingRecord> records) {
        assertThat(body(ARN, records, true)).isEqualTo(sdk(ARN, records));
        System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), "false");
        assertThat(body(ARN, records, false)).isEqualTo(sdk(ARN, records));
    }

    private static byte[] body(String stream, List<PendingRecord> records, boolean isCbor) {
        PutRecordsCall call = new PutRecordsCall(stream, records, isCbor);
        byte[] body = Written.body(call);
        assertThat(call.mostBytes()).isGreaterThanOrEqualTo(isCbor ? body.length : 0);
        return body;
    }

    private static byte[] sdk(String stream, List<PendingRecord> records) {
        MarshalledBody marshalled = new MarshalledBody();
        try (KinesisAsyncClient sdk = KinesisAsyncClient.builder()
                .region(Region.US_WEST_2)
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClientBuilder(AwsHttp.builder())
                .overrideConfiguration(config -> config.addExecutionInterceptor(marshalled))
                .build()) {
            return marshalled.of(() -> sdk.putRecords(PutRecordsRequest.builder()
                            .streamName(stream.equals(ARN) ? null : stream)
                            .streamARN(stream.equals(ARN) ? stream : null)
                            .records(records.stream()
                                    .map(record -> PutRecordsRequestEntry.builder()
                                            .data(SdkBytes.fromByteArray(record.data()))
                                            .partitionKey(record.partitionKey())
                                            .build())
                                    .toList())
                            .build())
                    .join());
        }
    }

    private static PendingRecord record(int length, String key) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return new PendingRecord(data, key, length + key.getBytes(UTF_8).length, true, null);
    }
}
