package io.camelsegment.aws.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;

/** The body of an answer without its content encoding. */
final class AnswerBody {

    /** Most bytes of an answer: several times what the largest batch needs. */
    static final int MOST_BYTES = 8 << 20;

    private AnswerBody() {}

    /**
     * Returns the body.
     *
     * @throws IOException if it cannot be decoded, or is too large
     */
    static ByteBuffer decoded(Answer answer) throws IOException {
        if (!answer.headers().contains(HttpHeaderNames.CONTENT_ENCODING, "gzip", true)) {
            return answer.body();
        }
        try (InputStream gzip = new GZIPInputStream(
                new ByteArrayInputStream(answer.body().array(), 0, answer.body().limit()))) {
            byte[] body = gzip.readNBytes(MOST_BYTES + 1);
            if (body.length > MOST_BYTES) {
                throw tooLarge();
            }
            return ByteBuffer.wrap(body);
        }
    }

    static ConnectionException tooLarge() {
        return new ConnectionException("the answer has more than " + MOST_BYTES + " bytes");
    }
}
