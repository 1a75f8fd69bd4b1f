package io.camelsegment.firehose;

import io.camelsegment.aws.PackedRecord;
import io.camelsegment.aws.Packer;
import io.camelsegment.delivery.PendingRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins events, each with its newline, to records of up to 1,000 KiB. Firehose joins records in the same way, so its
 * output is the same. Thread-safe.
 */
final class LinePacker implements Packer {

    private static final int MAX_BYTES = FirehoseLimits.LIMITS.recordBytes();

    /** Key of records with ordered events, so that these records are sent in order, too. */
    private static final String ORDERED = "ordered";

    @Override
    public List<PackedRecord> pack(List<PendingRecord> events) {
        List<PackedRecord> packed = new ArrayList<>();
        int first = 0;
        int bytes = 0;
        for (int i = 0; i < events.size(); i++) {
            int length = events.get(i).data().length;
            if (bytes > 0 && bytes + length > MAX_BYTES) {
                packed.add(join(events, first, i, bytes));
                first = i;
                bytes = 0;
            }
            bytes += length;
        }
        packed.add(join(events, first, events.size(), bytes));
        return packed;
    }

    private static PackedRecord join(List<PendingRecord> events, int from, int to, int bytes) {
        byte[] lines = new byte[bytes];
        int[] members = new int[to - from];
        String key = null;
        int at = 0;
        for (int i = from; i < to; i++) {
            PendingRecord event = events.get(i);
            System.arraycopy(event.data(), 0, lines, at, event.data().length);
            at += event.data().length;
            members[i - from] = i;
            key = event.partitionKey() == null ? key : ORDERED;
        }
        return new PackedRecord(new PendingRecord(lines, key, bytes, true, null), members, null);
    }
}
