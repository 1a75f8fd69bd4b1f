package io.camelsegment.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 128 bits, a hash with a secret key: who does not know the key can choose no texts that collide. Much
 * cheaper than SHA-256 for the short texts that ids are. Immutable and thread-safe.
 *
 * @see <a href="https://github.com/veorq/SipHash">SipHash's reference implementation</a>
 */
final class SipHash {

    /** Bytes of a key. */
    static final int KEY_BYTES = 16;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long k0;
    private final long k1;

    /**
     * Creates a hash.
     *
     * @param key {@value #KEY_BYTES} bytes
     */
    SipHash(byte[] key) {
        this.k0 = (long) WORDS.get(key, 0);
        this.k1 = (long) WORDS.get(key, Long.BYTES);
    }

    /** Returns the hash of the first bytes of an array, as two little-endian numbers. */
    Hash128 hash(byte[] bytes, int length) {
        State state = new State(k0, k1);
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            state.add((long) WORDS.get(bytes, i));
        }
        long last = (long) length << 56;
        for (int shift = 0; i < length; i++, shift += Byte.SIZE) {
            last |= (bytes[i] & 0xFFL) << shift;
        }
        return state.end(last);
    }

    /** The four words of the algorithm. */
    private static final class State {

        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL ^ 0xee;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void add(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        Hash128 end(long last) {
            add(last);
            v2 ^= 0xee;
            fourRounds();
            long first = v0 ^ v1 ^ v2 ^ v3;
            v1 ^= 0xdd;
            fourRounds();
            return new Hash128(first, v0 ^ v1 ^ v2 ^ v3);
        }

        private void fourRounds() {
            round();
            round();
            round();
            round();
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
