package io.camelsegment.localaws;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.function.Consumer;

/** Collects a request's body into one array, sized from Content-Length so that the bytes are copied once. */
final class RequestBody {
    private static final int INITIAL_BYTES = 8192;

    private final HttpServerRequest http;
    private final int maxBytes;
    private final Consumer<byte[]> whenComplete;
    private byte[] bytes;
    private int length;
    private boolean tooLarge;

    RequestBody(HttpServerRequest http, int maxBytes, Consumer<byte[]> whenComplete) {
        this.http = http;
        this.maxBytes = maxBytes;
        this.whenComplete = whenComplete;
    }

    /**
     * Collects the body. Reads a body that is too large to its end without keeping it, so that the connection stays
     * usable, and then answers 413, as AWS's front end does.
     */
    void collect() {
        String declared = http.getHeader("Content-Length");
        long expected = declared == null ? INITIAL_BYTES : Long.parseLong(declared);
        tooLarge = expected > maxBytes;
        bytes = new byte[tooLarge ? 0 : (int) expected];
        http.handler(this::append);
        http.endHandler(end -> complete());
    }

    private void append(Buffer chunk) {
        int needed = length + chunk.length();
        tooLarge |= needed > maxBytes;
        if (tooLarge) {
            return;
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        chunk.getBytes(0, chunk.length(), bytes, length);
        length = needed;
    }

    private void complete() {
        if (tooLarge) {
            http.response().setStatusCode(413).end();
        } else {
            whenComplete.accept(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        }
    }
}
