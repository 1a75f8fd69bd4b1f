package io.camelsegment.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {

    /** The key of the reference implementation's vectors: the bytes 0 to 15. */
    private static final SipHash HASH = new SipHash(bytes(16));

    /** Source: {@code vectors_sip128} in https://github.com/veorq/SipHash/blob/master/vectors.h. */
    @ParameterizedTest
    @CsvSource({
        "0, a3817f04ba25a8e66df67214c7550293",
        "1, da87c1d86b99af44347659119b22fc45",
        "2, 8177228da4a45dc7fca38bdef60affe4",
        "63, 5150d1772f50834a503e069a973fbd7c",
    })
    void isThatOfTheReferenceImplementation(int length, String expected) {
        assertThat(hex(HASH.hash(bytes(length), length))).isEqualTo(expected);
        assertThat(hex(HASH.hash(bytes(100), length)))
                .as("of the first bytes of more")
                .isEqualTo(expected);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static String hex(Hash128 hash) {
        return HexFormat.of()
                .formatHex(ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(hash.first())
                        .putLong(hash.second())
                        .array());
    }
}
