package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PartitionKeysTest {

    @Property
    void countsBytesAsUtf8Does(@ForAll String text) {
        boolean valid = StandardCharsets.UTF_8.newEncoder().canEncode(text);

        assertThat(PartitionKeys.utf8Length(text)).isEqualTo(valid ? text.getBytes(StandardCharsets.UTF_8).length : -1);
    }

    @Property
    void isAlwaysTakenByKinesis(@ForAll String text) {
        String key = PartitionKeys.of(text);

        assertThat(key).hasSizeBetween(1, 256);
        assertThat(PartitionKeys.utf8Length(key)).isPositive();
    }

    @Test
    void keepsAKeyOf256Characters() {
        assertThat(PartitionKeys.of("\u00e9".repeat(256))).isEqualTo("\u00e9".repeat(256));
    }

    @Test
    void shortensALongerKeyAlwaysInTheSameWay() {
        String longer = "x".repeat(257);

        assertThat(PartitionKeys.of(longer)).hasSize(64).isEqualTo(PartitionKeys.of(longer));
        assertThat(PartitionKeys.of(longer)).isNotEqualTo(PartitionKeys.of(longer + "y"));
    }

    @Test
    void makesAKeyWhereThereIsNone() {
        assertThat(PartitionKeys.of(null)).isNotEmpty();
        assertThat(PartitionKeys.of("")).isNotEmpty();
    }

    @Test
    void countsCharactersAndNotBytes() {
        assertThat(PartitionKeys.of("\u20ac".repeat(256))).isEqualTo("\u20ac".repeat(256));
        assertThat(PartitionKeys.of("\uD83D\uDE00".repeat(128))).isEqualTo("\uD83D\uDE00".repeat(128));
        assertThat(PartitionKeys.of("\uD83D\uDE00".repeat(129))).hasSize(64);
    }

    @Test
    void shortensToTheHashThatThePageNames() throws Exception {
        String longer = "\u20ac".repeat(257);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(longer.getBytes(StandardCharsets.UTF_16BE));

        assertThat(PartitionKeys.of(longer)).isEqualTo(HexFormat.of().formatHex(hash));
    }

    @Test
    void spreadsLongKeysWithTheSameBeginningEvenly() throws Exception {
        int[] keysOfShard = new int[8];
        for (int i = 0; i < 8_000; i++) {
            String key = PartitionKeys.of("x".repeat(300) + i);
            byte[] md5 = MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8));
            keysOfShard[(md5[0] & 0xff) >> 5]++;
        }

        assertThat(IntStream.of(keysOfShard).boxed())
                .allSatisfy(keys -> assertThat(keys).isBetween(850, 1_150));
    }
}
