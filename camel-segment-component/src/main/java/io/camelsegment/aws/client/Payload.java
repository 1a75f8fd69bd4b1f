package io.camelsegment.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * The body of a request, in one buffer with room for the head in front. It is hashed while it is written, since its
 * bytes are in the processor's cache then. Not thread-safe.
 */
public final class Payload {

    private static final int HASHED_AT_A_TIME = 16 << 10;
    private static final byte[] NOTHING = {};

    private final ByteBuf buffer;
    private final MessageDigest sha256 = SignatureV4.sha256();
    private final int begin;
    private int hashedUpTo;
    /** Of the longest text in Base64 so far. */
    private byte[] encoded = NOTHING;

    /**
     * Creates an empty payload.
     *
     * @param headRoom bytes in front of it, for the head
     * @param most     bytes that it will probably not exceed; it grows where it does
     */
    Payload(ByteBufAllocator allocator, int headRoom, int most) {
        buffer = allocator.heapBuffer(headRoom + most);
        begin = headRoom;
        buffer.setIndex(headRoom, headRoom);
        hashedUpTo = headRoom;
    }

    /** Writes a byte. */
    public Payload put(int value) {
        buffer.writeByte(value);
        return this;
    }

    /** Writes two bytes, the higher first. */
    public Payload putShort(int value) {
        buffer.writeShort(value);
        return this;
    }

    /** Writes four bytes, the highest first. */
    public Payload putInt(int value) {
        buffer.writeInt(value);
        return this;
    }

    /** Writes bytes. */
    public Payload put(byte[] bytes) {
        buffer.writeBytes(bytes);
        hash(HASHED_AT_A_TIME);
        return this;
    }

    /** Writes bytes as Base64, with padding. */
    public Payload putBase64(byte[] bytes) {
        int length = (bytes.length + 2) / 3 * 4;
        if (encoded.length < length) {
            encoded = new byte[length];
        }
        Base64.getEncoder().encode(bytes, encoded);
        buffer.writeBytes(encoded, 0, length);
        hash(HASHED_AT_A_TIME);
        return this;
    }

    /** Returns a stream that writes to the payload. */
    public OutputStream asStream() {
        return new OutputStream() {
            @Override
            public void write(int value) {
                put(value);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                buffer.writeBytes(bytes, from, length);
                hash(HASHED_AT_A_TIME);
            }
        };
    }

    private void hash(int least) {
        int length = buffer.writerIndex() - hashedUpTo;
        if (length >= least) {
            sha256.update(buffer.array(), buffer.arrayOffset() + hashedUpTo, length);
            hashedUpTo += length;
        }
    }

    /** Returns the number of bytes written. */
    public int length() {
        return buffer.writerIndex() - begin;
    }

    /** Returns SHA-256 of the bytes, in hexadecimal digits; to be called once, after the last byte. */
    String hash() {
        hash(1);
        return SignatureV4.hex(sha256.digest());
    }

    /** Writes the head in front of the payload. */
    void putHead(CharSequence head) {
        byte[] bytes = head.toString().getBytes(UTF_8);
        if (bytes.length > begin) {
            throw new IllegalStateException("the head has " + bytes.length + " bytes, there is room for " + begin);
        }
        buffer.setBytes(begin - bytes.length, bytes);
        buffer.readerIndex(begin - bytes.length);
    }

    /** Returns the buffer; the caller releases it. */
    ByteBuf buffer() {
        return buffer;
    }
}
