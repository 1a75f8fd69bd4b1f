package io.camelsegment.tracking.server;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
    /** The largest ratio that Deflate reaches. */
    private static final int MOST_COMPRESSION = 1032;
    /** The longest array that every JVM can make. */
    private static final int MOST_ARRAY = Integer.MAX_VALUE - 8;
    /** Bytes that are decompressed at once. */
    private static final int MOST_INPUT = 8192;

    private final HttpServerRequest request;
    private final RequestMemory memory;
    private final long declaredLength;
    private byte[] bytes = NOTHING;
    private int size;
    private long heldBytes;
    private boolean mislabelled;

    /**
     * Creates an empty body.
     *
     * @param request has the length and encoding in its headers
     * @param memory  counts the bytes
     */
    RequestBody(HttpServerRequest request, RequestMemory memory) {
        this.request = request;
        this.memory = memory;
        this.declaredLength = declaredLength(request.getHeader(HttpHeaders.CONTENT_LENGTH));
    }

    private static long declaredLength(String header) {
        try {
            return header == null ? -1 : Long.parseLong(header);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }

    /** Returns the number of bytes received. */
    int size() {
        return size;
    }

    /** Returns the declared length; -1 when there is none. */
    long declaredLength() {
        return declaredLength;
    }

    /**
     * Adds a chunk. Of a body in one chunk, which is most, the chunk's array is taken as it is.
     *
     * @param chunk    this body's alone, not changed afterwards
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
            byte[] whole = size == 0 && capacity == grown ? arrayOf(chunk) : null;
            if (whole != null) {
                bytes = whole;
                size = grown;
                return true;
            }
            bytes = Arrays.copyOf(bytes, capacity);
        }
        chunk.getBytes(bytes, size);
        size = grown;
        return true;
    }

    /** Returns the array that has exactly a chunk's bytes; null when there is none, as with a part of a larger one. */
    @SuppressWarnings("deprecation") // Vert.x 4 has no other way to a buffer's array without a copy
    private static byte[] arrayOf(Buffer chunk) {
        ByteBuf bytes = chunk.getByteBuf();
        boolean exact = bytes.hasArray()
                && bytes.arrayOffset() + bytes.readerIndex() == 0
                && bytes.array().length == bytes.readableBytes();
        return exact ? bytes.array() : null;
    }

    /**
     * Returns the array size for so many bytes: the declared length, so that the array need not grow again, but at most
     * {@link #TRUSTED_GROWTH} times the bytes received. Otherwise a sender could fill the memory with a declaration.
     */
    private int capacity(int grown, int maxBytes) {
        long trusted = Math.min((long) grown * TRUSTED_GROWTH, maxBytes);
        if (declaredLength >= grown) {
            return (int) Math.min(declaredLength, trusted);
        }
        return size == 0 ? grown : (int) Math.min(2L * grown, trusted);
    }

    /** Sets the whole body. */
    void set(byte[] json) {
        bytes = json;
        size = json.length;
    }

    /**
     * Returns whether the headers tell two ends of the body. With {@code Transfer-Encoding: chunked} Netty has dropped
     * the length, as RFC 9112 says; what is left is an encoding that Netty does not know, or HTTP/1.0.
     */
    boolean hasTwoEnds() {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                && request.headers().contains(HttpHeaders.CONTENT_LENGTH);
    }

    /**
     * Returns exactly the body's bytes, decompressed; one byte more than {@code maxBytes} if there are more. JSON that
     * is called gzip is read as it is, and gzip that is not called anything is decompressed: proxies do such.
     *
     * @throws IOException if the body is called gzip and is neither that nor JSON
     */
    byte[] json(int maxBytes) throws IOException {
        boolean gzip = isGzip();
        if (gzip ? looksLikeJson() : looksLikeGzip() && !hasUnknownEncoding()) {
            mislabelled = true;
            gzip = !gzip;
        }
        if (!gzip) {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
        return decompressed(Math.min(maxBytes, MOST_ARRAY - 1) + 1);
    }

    /** Returns the decompressed bytes, at most so many, read into an array of the length that the last bytes tell. */
    private byte[] decompressed(int most) throws IOException {
        // A false length has no more effect than that of a body which really decompresses to so many bytes.
        int told = size < Integer.BYTES
                ? 0
                : ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN).getInt(size - Integer.BYTES);
        long possible = Math.min((long) size * MOST_COMPRESSION, most);
        byte[] json = new byte[(int) Math.min(Integer.toUnsignedLong(told), possible)];
        try (InputStream in =
                new GZIPInputStream(new ByteArrayInputStream(bytes, 0, size), Math.min(size + 1, MOST_INPUT))) {
            int read = in.readNBytes(json, 0, json.length);
            byte[] more = in.readNBytes(most - read); // checks the end, too
            if (more.length == 0 && read == json.length) {
                return json;
            }
            byte[] all = Arrays.copyOf(json, read + more.length);
            System.arraycopy(more, 0, all, read, more.length);
            return all;
        }
    }

    /** Returns whether the declared encoding is not that of the body, once it was read. */
    boolean isMislabelled() {
        return mislabelled;
    }

    private boolean looksLikeJson() {
        int first = hasByteOrderMark() ? 3 : 0;
        while (first < size && bytes[first] >= 0 && bytes[first] <= ' ') {
            first++;
        }
        return first < size && (bytes[first] == '{' || bytes[first] == '[');
    }

    private boolean hasByteOrderMark() {
        return size > 2 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
    }

    private boolean looksLikeGzip() {
        return size > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    }

    private boolean isGzip() {
        return encodings(true) == 1 && encodings(false) == 0;
    }

    /**
     * Returns whether the declared encoding is unknown. The body is read as it is: some senders name a charset there.
     */
    boolean hasUnknownEncoding() {
        return encodings(false) > 0 || encodings(true) > 1;
    }

    /** Counts the encodings that are gzip, or that are something else; {@code identity} is none. */
    private int encodings(boolean gzip) {
        String header = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (header == null) {
            return 0;
        }
        int count = 0;
        for (int start = 0; start <= header.length(); ) {
            int comma = header.indexOf(',', start);
            int end = comma < 0 ? header.length() : comma;
            String name = header.substring(start, end).trim();
            if (!name.isEmpty() && !name.equalsIgnoreCase("identity")) {
                boolean isGzip = name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip");
                count += isGzip == gzip ? 1 : 0;
            }
            start = end + 1;
        }
        return count;
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
