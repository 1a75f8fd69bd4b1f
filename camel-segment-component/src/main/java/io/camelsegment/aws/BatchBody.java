package io.camelsegment.aws;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** Request body of a {@link BatchCall}. Thread-safe. */
final class BatchBody implements AsyncRequestBody {

    private final ByteBuffer bytes;
    private final AsyncRequestBody published;

    /**
     * Creates a body.
     *
     * @param bytes backed by an array; must not change any more
     */
    BatchBody(ByteBuffer bytes) {
        this.bytes = bytes;
        this.published = AsyncRequestBody.fromRemainingByteBufferUnsafe(bytes);
    }

    @Override
    public Optional<Long> contentLength() {
        return published.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        published.subscribe(subscriber);
    }

    InputStream newInputStream() {
        return new ByteArrayInputStream(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
}
