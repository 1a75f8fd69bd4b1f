package io.camelsegment.aws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Lets a {@link BatchCall} write the body of the SDK's request, which has no records, and read the response, of which
 * the SDK sees an empty one. Leaves other calls alone. Thread-safe.
 */
final class BatchCallInterceptor implements ExecutionInterceptor {

    /** The name is random because the SDK accepts a name once, and Quarkus's dev mode loads this class repeatedly. */
    private static final ExecutionAttribute<BatchCall> CALL =
            new ExecutionAttribute<>("SegmentBatchCall " + UUID.randomUUID());

    private static final String CONTENT_ENCODING = "Content-Encoding";
    /** Checksum of the body that the service sent, which is not the body that the SDK sees. */
    private static final String CHECKSUM = "x-amz-crc32";

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Returns the configuration of the SDK's request for a call. */
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
        String contentType =
                context.httpRequest().firstMatchingHeader("Content-Type").orElse("");
        return Optional.of(new BatchBody(call.body(contentType)));
    }

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        BatchCall call = attributes.getAttribute(CALL);
        return call == null
                ? context.httpRequest()
                : context.httpRequest().toBuilder()
                        .putHeader("Content-Length", Integer.toString(call.bodyLength()))
                        .build();
    }

    @Override
    public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        SdkHttpResponse response = context.httpResponse();
        BatchCall call = attributes.getAttribute(CALL);
        if (call == null || !response.isSuccessful()) {
            return response;
        }
        Optional<String> encoding = response.firstMatchingHeader(CONTENT_ENCODING);
        call.answerIsGzip(encoding.filter("gzip"::equalsIgnoreCase).isPresent());
        return encoding.isEmpty() && response.firstMatchingHeader(CHECKSUM).isEmpty()
                ? response
                : response.toBuilder()
                        .removeHeader(CONTENT_ENCODING)
                        .removeHeader(CHECKSUM)
                        .build();
    }

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        BatchCall call = attributes.getAttribute(CALL);
        if (call == null || !context.httpResponse().isSuccessful()) {
            return context.responsePublisher();
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        return context.responsePublisher().map(content -> SdkPublisher.adapt(content)
                .map(part -> keep(part, answer))
                .addTrailingData(() -> {
                    call.answered(answer.toByteArray());
                    return List.of(ByteBuffer.wrap(call.emptyAnswer()));
                }));
    }

    /** Keeps the bytes and passes none on. */
    private static ByteBuffer keep(ByteBuffer part, ByteArrayOutputStream answer) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        answer.writeBytes(bytes);
        return NOTHING;
    }
}
