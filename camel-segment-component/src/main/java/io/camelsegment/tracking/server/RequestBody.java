package io.camelsegment.tracking.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The body of one request, and the memory that the request holds. Not thread-safe: it belongs to the event loop until
 * it is complete, then to the worker that delivers it, and to the event loop again for its release.
 */
final class RequestBody {

    private static final byte[] NOTHING = {};
    /** The array is at most this many times as large as the bytes received. */
    private static final int TRUSTED_GROWTH = 8;

    private final HttpServerRequest request;
    private final RequestMemory memory;
    private byte[] bytes = NOTHING;
    private int size;
    private long heldBytes;

    /**
     * Creates an empty body.
     *
     * @param request has the length and encoding in its headers
     * @param memory  counts the bytes
     */
    RequestBody(HttpServerRequest request, RequestMemory memory) {
        this.request = request;
        this.memory = memory;
    }

    /** Returns the number of bytes received. */
    int size() {
        return size;
    }

    /** Returns the declared length; -1 when there is none. */
    long declaredLength() {
        String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return header == null ? -1 : Long.parseLong(header);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }

    /**
     * Adds a chunk.
     *
     * @param maxBytes most bytes of the body, this chunk included
     * @return false if there is no memory for it
     */
    boolean append(Buffer chunk, int maxBytes) {
        int grown = size + chunk.length();
        if (grown > bytes.length) {
            int capacity = capacity(grown, maxBytes);
            if (!hold(capacity)) {
                capacity = grown;
                if (!hold(capacity)) {
                    return false;
                }
            }
            bytes = Arrays.copyOf(bytes, capacity);
        }
        chunk.getBytes(bytes, size);
        size = grown;
        return true;
    }

    /**
     * Returns the array size for so many bytes: the declared length, so that the array need not grow again, but at most
     * {@link #TRUSTED_GROWTH} times the bytes received. Otherwise a sender could fill the memory with a declaration.
     */
    private int capacity(int grown, int maxBytes) {
        long declared = declaredLength();
        long trusted = Math.min((long) grown * TRUSTED_GROWTH, maxBytes);
        if (declared >= grown) {
            return (int) Math.min(declared, trusted);
        }
        return size == 0 ? grown : (int) Math.min(2L * grown, trusted);
    }

    /** Sets the whole body. */
    void set(byte[] json) {
        bytes = json;
        size = json.length;
    }

    /**
     * Returns exactly the body's bytes, decompressed; one byte more than {@code maxBytes} if there are more.
     *
     * @throws IOException if the body does not have its declared encoding
     */
    byte[] json(int maxBytes) throws IOException {
        if (!isGzip()) {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes, 0, size), 8192)) {
            return gzip.readNBytes(maxBytes + 1);
        }
    }

    private boolean isGzip() {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return "gzip".equalsIgnoreCase(encoding) || "x-gzip".equalsIgnoreCase(encoding);
    }

    /**
     * Returns whether the declared encoding is unknown. The body is read as it is: some senders name a charset there.
     */
    boolean hasUnknownEncoding() {
        return request.getHeader(HttpHeaders.CONTENT_ENCODING) != null && !isGzip();
    }

    /** Drops the bytes, but keeps their memory counted. */
    void forget() {
        bytes = NOTHING;
    }

    /** Raises the counted bytes to a sum; returns false if there is no memory for them. */
    boolean hold(long sum) {
        if (sum > heldBytes) {
            if (!memory.tryRaise(heldBytes, sum)) {
                return false;
            }
            heldBytes = sum;
        }
        return true;
    }

    /** Sets the counted bytes to a sum; returns false if there is no memory for them. */
    boolean holdNoMoreThan(long sum) {
        if (sum < heldBytes) {
            memory.release(heldBytes - sum);
            heldBytes = sum;
        }
        return hold(sum);
    }

    /** Releases all memory. */
    void release() {
        memory.release(heldBytes);
        heldBytes = 0;
        bytes = NOTHING;
    }
}
