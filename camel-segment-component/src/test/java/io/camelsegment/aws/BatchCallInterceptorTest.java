package io.camelsegment.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.camelsegment.delivery.RecordResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.utils.async.SimplePublisher;

/** What becomes of a batch between the SDK and its HTTP client. */
@Timeout(30)
class BatchCallInterceptorTest {

    private static final String ANSWER =
            "{\"FailedRecordCount\": 0, \"Records\": [{\"SequenceNumber\": \"21\", \"ShardId\": \"shardId-000000000000\"}]}";
    private static final RecordResult RESULT = RecordResult.delivered("shardId-000000000000", "21");
    private static final byte[] BODY = "any bytes are a body here".getBytes(UTF_8);

    private final byte[] body = BODY.clone();
    private final ScriptedHttp http = new ScriptedHttp();
    private final KinesisAsyncClient client = KinesisAsyncClient.builder()
            .region(Region.US_WEST_2)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
            .httpClient(http)
            .putAuthScheme(new BatchCallAuthScheme())
            .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry())
                    .addExecutionInterceptor(new BatchCallInterceptor()))
            .build();
    private final BatchCall call = new BatchCall("Records", "SequenceNumber", 1) {
        @Override
        protected ByteBuffer json() {
            throw new AssertionError("the SDK uses CBOR for Kinesis");
        }

        @Override
        protected ByteBuffer cbor() {
            return ByteBuffer.wrap(body);
        }
    };

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void sendsAndSignsTheBodyOfTheCall() throws Exception {
        http.answer(200, Map.of("Content-Type", "application/x-amz-cbor-1.1"), cbor(ANSWER));
        send();

        assertThat(http.body).isEqualTo(BODY);
        assertThat(http.request.firstMatchingHeader("Content-Length")).hasValue(Integer.toString(BODY.length));
        assertThat(http.request.firstMatchingHeader("x-amz-content-sha256"))
                .hasValue(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(BODY)));
        assertThat(http.request.firstMatchingHeader("Authorization").orElse("")).contains("x-amz-content-sha256");
        assertThat(call.results()).containsExactly(RESULT);
    }

    @Test
    void sendsTheBodyWithoutACopyOfIt() throws Exception {
        http.answer(200, Map.of(), cbor(ANSWER));
        http.beforeBody = () -> body[0] = 'A';
        send();
        assertThat(new String(http.body, UTF_8)).isEqualTo("Any bytes are a body here");
    }

    /** All of these the SDK reads, too. */
    static Stream<Arguments> answers() throws IOException {
        byte[] cbor = cbor(ANSWER);
        return Stream.of(
                Arguments.of(Map.of(), cbor),
                Arguments.of(Map.of("Content-Type", "application/cbor"), cbor),
                Arguments.of(Map.of("Content-Type", "application/x-amz-cbor-1.1; charset=utf-8"), cbor),
                Arguments.of(Map.of("x-amz-crc32", "12345"), cbor),
                Arguments.of(Map.of("content-encoding", "gzip"), gzip(cbor)),
                Arguments.of(Map.of("Content-Encoding", "gzip", "X-Amz-Crc32", "12345"), gzip(cbor)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void readsAnswersWhateverTheirHeadersSay(Map<String, String> headers, byte[] answer) {
        http.answer(200, headers, answer);
        send();
        assertThat(call.results()).containsExactly(RESULT);
    }

    @Test
    void putsTheAnswerTogetherFromItsParts() throws IOException {
        byte[] answer = cbor(ANSWER);
        http.answer(
                200,
                Map.of(),
                Arrays.copyOfRange(answer, 0, 3),
                new byte[0],
                Arrays.copyOfRange(answer, 3, answer.length));
        send();
        assertThat(call.results()).containsExactly(RESULT);
    }

    @Test
    void findsNoResultInAnEmptyAnswer() {
        http.answer(200, Map.of());
        send();
        assertThat(call.results()).isEmpty();
    }

    @Test
    void leavesErrorsToTheSdk() throws IOException {
        http.answer(
                400,
                Map.of("Content-Type", "application/x-amz-cbor-1.1"),
                cbor("{\"__type\": \"ResourceNotFoundException\", \"message\": \"no stream\"}"));
        assertThatThrownBy(this::send)
                .hasCauseInstanceOf(KinesisException.class)
                .hasMessageContaining("no stream");
    }

    @Test
    void leavesOtherCallsAlone() throws IOException {
        http.answer(200, Map.of(), cbor("{\"SequenceNumber\": \"7\", \"ShardId\": \"shardId-000000000001\"}"));
        PutRecordResponse response = client.putRecord(request ->
                        request.streamName("events").partitionKey("k").data(SdkBytes.fromUtf8String("x")))
                .join();
        assertThat(response.sequenceNumber()).isEqualTo("7");
        assertThat(new String(http.body, UTF_8)).contains("PartitionKey");
    }

    @Test
    void knowsOnlyTheTypesThatItWrites() {
        assertThatThrownBy(() -> call.body("application/cbor"))
                .hasMessage("expected application/x-amz-cbor-1.1 or application/x-amz-json-1.1 but the AWS SDK sends"
                        + " application/cbor");
    }

    private void send() {
        client.putRecords(PutRecordsRequest.builder()
                        .streamName("events")
                        .records(List.of())
                        .overrideConfiguration(BatchCallInterceptor.configuration(call))
                        .build())
                .join();
    }

    private static byte[] cbor(String json) throws IOException {
        return new CBORMapper().writeValueAsBytes(new ObjectMapper().readTree(json));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }

    /** Takes one request and gives one answer. */
    private static final class ScriptedHttp implements SdkAsyncHttpClient {

        private int status;
        private Map<String, String> headers = Map.of();
        private byte[][] parts = {};
        /** Done when the request is signed, before its body is read. */
        private Runnable beforeBody = () -> {};

        private SdkHttpRequest request;
        private byte[] body;

        void answer(int withStatus, Map<String, String> withHeaders, byte[]... inParts) {
            status = withStatus;
            headers = withHeaders;
            parts = inParts;
        }

        @Override
        public CompletableFuture<Void> execute(AsyncExecuteRequest call) {
            request = call.request();
            beforeBody.run();
            Received received = new Received();
            call.requestContentPublisher().subscribe(received);
            return received.done.thenAccept(bytes -> {
                body = bytes;
                SdkHttpFullResponse.Builder response =
                        SdkHttpFullResponse.builder().statusCode(status);
                headers.forEach(response::putHeader);
                call.responseHandler().onHeaders(response.build());
                SimplePublisher<ByteBuffer> content = new SimplePublisher<>();
                call.responseHandler().onStream(content);
                for (byte[] part : parts) {
                    content.send(ByteBuffer.wrap(part)).join();
                }
                content.complete().join();
            });
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    /** Takes all at once, as an HTTP client does. */
    static final class Received implements Subscriber<ByteBuffer> {

        final CompletableFuture<byte[]> done = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            byte[] array = new byte[part.remaining()];
            part.get(array);
            bytes.writeBytes(array);
        }

        @Override
        public void onError(Throwable error) {
            done.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            done.complete(bytes.toByteArray());
        }
    }
}
