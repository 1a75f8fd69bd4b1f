package io.camelsegment.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads several bytes at once. */
final class Bytes {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    /** Returns the eight bytes at {@code p}; the first is the lowest. */
    static long eight(byte[] bytes, int p) {
        return (long) EIGHT.get(bytes, p);
    }
}
