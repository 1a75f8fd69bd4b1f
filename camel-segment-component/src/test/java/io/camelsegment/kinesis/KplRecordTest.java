package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.PendingRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

class KplRecordTest {

    private static PendingRecord event(String key, byte[] data) {
        return new PendingRecord(data, key, data.length + PartitionKeys.utf8Length(key), false, null);
    }

    private static List<KinesisClientRecord> deaggregated(PendingRecord record) {
        return new AggregatorUtil()
                .deaggregate(List.of(KinesisClientRecord.builder()
                        .data(ByteBuffer.wrap(record.data()))
                        .partitionKey(record.partitionKey())
                        .sequenceNumber("1")
                        .build()));
    }

    @Property(tries = 300)
    void isReadByAwsAsItWasWritten(
            @ForAll @Size(min = 2, max = 300) List<@IntRange(max = 400) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 200) int keys) {
        KplRecord packed = new KplRecord("leading");
        List<String> written = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            String key = "k\u00e9y" + i % keys;
            byte[] data = ("x".repeat(lengths.get(i)) + i).getBytes(StandardCharsets.UTF_8);
            int size = packed.sizeWith(event(key, data));
            packed.add(event(key, data));
            written.add(key + " " + new String(data, StandardCharsets.UTF_8));
            assertThat(i == 0 ? size : packed.toRecord().size()).isEqualTo(size);
        }

        PendingRecord record = packed.toRecord();

        assertThat(record.size()).isEqualTo(record.data().length + "leading".length());
        assertThat(deaggregated(record))
                .allMatch(KinesisClientRecord::aggregated)
                .extracting(found -> found.partitionKey() + " " + KplReader.text(found))
                .containsExactlyElementsOf(written);
    }

    @Test
    void hasTheBytesOfTheFormat() {
        KplRecord packed = new KplRecord("a");
        packed.add(event("a", new byte[] {1, 2}));
        packed.add(event("bc", new byte[] {3}));
        packed.add(event("a", new byte[0]));

        String bytes = HexFormat.of().formatHex(packed.toRecord().data());

        assertThat(bytes)
                .startsWith(
                        "f3899ac2" // magic
                                + "0a0161" + "0a026263" // partition keys
                                + "1a06" + "0800" + "1a020102"
                                + "1a05" + "0801" + "1a0103"
                                + "1a04" + "0800" + "1a00")
                .hasSize(2 * (4 + 3 + 4 + 8 + 7 + 6 + 16));
    }

    @Test
    void anEventThatIsAloneStaysAsItIs() {
        PendingRecord event = event("mine", new byte[] {1});
        KplRecord packed = new KplRecord("leading");
        packed.add(event);

        assertThat(packed.toRecord()).isSameAs(event);
    }
}
