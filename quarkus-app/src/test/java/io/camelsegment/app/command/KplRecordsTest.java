package io.camelsegment.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the component packs is read in {@link TailCommandTest}; here is what other producers write. */
class KplRecordsTest {

    /** Two keys; explicit hash keys and tags, which are of no interest; records "a" and "b". */
    private static final String MESSAGE =
            "0a026b30" + "0a026b31" + "120130" + "1a07080010001a0161" + "1a0508011a0162" + "2200";

    @Test
    void hashKeysAndTagsAreSkipped() throws Exception {
        assertThat(KplRecords.of(aggregated(MESSAGE), "key"))
                .extracting(entry -> entry.partitionKey() + "=" + text(entry.data()))
                .containsExactly("k0=a", "k1=b");
    }

    @Test
    void aRecordWithAnotherChecksumIsOneEvent() throws Exception {
        byte[] data = aggregated(MESSAGE);
        data[data.length - 1]++;

        assertThat(KplRecords.of(data, "key")).singleElement().satisfies(entry -> {
            assertThat(entry.partitionKey()).isEqualTo("key");
            assertThat(entry.data()).isEqualTo(data);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1a", "1aff01", "1a0508051a0162", "ffffffffffffffffffffff", "0d00000000", "1a021a7f"})
    void aMessageOfAnotherFormIsOneEvent(String message) throws Exception {
        byte[] data = aggregated(message);

        assertThat(KplRecords.of(data, "key")).singleElement().satisfies(entry -> assertThat(entry.data())
                .isEqualTo(data));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "\u00f3\u0089\u009a\u00c2"})
    void whatIsNotAggregatedIsOneEvent(String text) {
        byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(KplRecords.of(data, "key")).singleElement().satisfies(entry -> assertThat(entry.data())
                .isEqualTo(data));
    }

    private static byte[] aggregated(String message) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(message);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(HexFormat.of().parseHex("f3899ac2"));
        out.write(bytes);
        out.write(MessageDigest.getInstance("MD5").digest(bytes));
        return out.toByteArray();
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }
}
