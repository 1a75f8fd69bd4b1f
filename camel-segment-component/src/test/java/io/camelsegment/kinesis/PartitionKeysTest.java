package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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
}
