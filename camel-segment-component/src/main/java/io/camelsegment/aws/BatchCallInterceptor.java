package io.camelsegment.aws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Lets a {@link BatchCall} write the body of a request that names no records, and read the answer, of which the SDK sees an empty one;
 * leaves other calls alone. Thread-safe.
 */
final class BatchCallInterceptor implements ExecutionInterceptor {

    private static final ExecutionAttribute<BatchCall> CALL = new ExecutionAttribute<>("SegmentBatchCall");
    private static final ExecutionAttribute<Integer> LENGTH = new ExecutionAttribute<>("SegmentBatchLength");
    private static final String CBOR = "application/x-amz-cbor-1.1";
    private static final byte[] EMPTY_CBOR = {(byte) 0xA0};
    private static final byte[] EMPTY_JSON = {'{', '}'};
    /** About the answer to 500 records. */
    private static final int USUAL_ANSWER = 64 << 10;

    /** Returns what is to be set at the SDK's request of a call. */
    static AwsRequestOverrideConfiguration configuration(BatchCall call) {
        return AwsRequestOverrideConfiguration.builder()
                .putExecutionAttribute(CALL, call)
                .build();
    }

    /** The SDK asks for this before {@link #modifyHttpRequest}. */
    @Override
    public Optional<AsyncRequestBody> modifyAsyncHttpContent(
            Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        BatchCall call = attributes.getAttribute(CALL);
        if (call == null) {
            return context.asyncRequestBody();
        }
        ByteBuffer body = isCbor(context.httpRequest()) ? call.cbor() : call.json();
        attributes.putAttribute(LENGTH, body.remaining());
        return Optional.of(AsyncRequestBody.fromByteBufferUnsafe(body));
    }

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        Integer length = attributes.getAttribute(LENGTH);
        return length == null
                ? context.httpRequest()
                : context.httpRequest().toBuilder()
                        .putHeader("Content-Length", length.toString())
                        .build();
    }

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        BatchCall call = attributes.getAttribute(CALL);
        if (call == null || !context.httpResponse().isSuccessful()) {
            return context.responsePublisher();
        }
        boolean cbor = isCbor(context.httpResponse());
        ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_ANSWER);
        return context.responsePublisher().map(content -> SdkPublisher.adapt(content)
                .map(part -> keep(part, body))
                .addTrailingData(() -> {
                    call.answered(body.toByteArray(), cbor);
                    return List.of(ByteBuffer.wrap(cbor ? EMPTY_CBOR : EMPTY_JSON));
                }));
    }

    private static boolean isCbor(SdkHttpHeaders message) {
        return message.firstMatchingHeader("Content-Type").filter(CBOR::equals).isPresent();
    }

    /** Keeps the bytes and hands none on. */
    private static ByteBuffer keep(ByteBuffer part, ByteArrayOutputStream body) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        body.writeBytes(bytes);
        return ByteBuffer.allocate(0);
    }
}
