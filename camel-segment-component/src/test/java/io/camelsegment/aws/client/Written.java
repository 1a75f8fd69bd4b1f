package io.camelsegment.aws.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** What requests write. */
public final class Written {

    private Written() {}

    /** Returns the body of a request. */
    public static byte[] body(ServiceRequest request) {
        Payload payload = new Payload(UnpooledByteBufAllocator.DEFAULT, 0, request.mostBytes());
        ByteBuf buffer = payload.buffer();
        try {
            request.write(payload);
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            return bytes;
        } finally {
            buffer.release();
        }
    }
}
