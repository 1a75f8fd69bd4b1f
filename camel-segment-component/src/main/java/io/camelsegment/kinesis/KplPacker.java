package io.camelsegment.kinesis;

import io.camelsegment.aws.PackedRecord;
import io.camelsegment.aws.Packer;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Packs the events of a shard into {@link KplRecord}s. AWS's readers drop a whole record if one of its events does not
 * belong to the record's shard, so all its events must have the same shard by the {@link ShardMap}, or the same
 * partition key while the shards are unknown. If a resharded stream stores a record in an unexpected shard where not
 * all of its events belong, they are sent again. Thread-safe.
 */
final class KplPacker implements Packer {

    /**
     * Most bytes of a packed record: two of the billed units of 25 KB, whether a KB has 1,000 or 1,024 bytes. Larger
     * records save next to nothing and are throttled as a whole.
     */
    static final int MAX_BYTES = 50_000;

    private final ShardMap shardMap;

    KplPacker(ShardMap shardMap) {
        this.shardMap = shardMap;
    }

    @Override
    public List<PackedRecord> pack(List<PendingRecord> events) {
        ShardRanges ranges = shardMap.current();
        List<Group> groups = new ArrayList<>();
        Map<String, Group> open = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            PendingRecord event = events.get(i);
            String shardId = ranges == null ? null : ranges.shardOf(event.partitionKey());
            String together = shardId == null ? "key " + event.partitionKey() : shardId;
            Group group = open.get(together);
            if (group == null || group.record.sizeWith(event) > MAX_BYTES) {
                String leadingKey = group == null ? event.partitionKey() : group.leadingKey;
                group = new Group(leadingKey, shardId);
                groups.add(group);
                open.put(together, group);
            }
            group.add(event, i);
        }
        List<PackedRecord> packed = new ArrayList<>(groups.size());
        groups.forEach(group -> packed.add(group.toPackedRecord()));
        return packed;
    }

    @Override
    public CompletableFuture<List<RecordResult>> unpack(
            List<PendingRecord> events, PackedRecord packed, RecordResult result) {
        if (result.verdict() == Verdict.PARK) {
            shardMap.forget();
        }
        if (result.verdict() != Verdict.DELIVERED
                || packed.shardId() == null
                || packed.shardId().equals(result.partition())) {
            return Packer.super.unpack(events, packed, result);
        }
        String leadingKey = packed.record().partitionKey();
        return shardMap.explaining(leadingKey, result.partition()).thenApply(ranges -> {
            boolean allBelong = Arrays.stream(packed.members())
                    .mapToObj(member -> events.get(member).partitionKey())
                    .allMatch(key ->
                            key.equals(leadingKey) || (ranges != null && ranges.leadsTo(key, result.partition())));
            return Collections.nCopies(packed.members().length, allBelong ? result : wrongShard(packed, result));
        });
    }

    private static RecordResult wrongShard(PackedRecord packed, RecordResult result) {
        return RecordResult.failed(
                Verdict.RETRY,
                "WrongShard",
                "packed for " + packed.shardId() + ", arrived in " + result.partition() + ", where readers drop it");
    }

    private static final class Group {

        private final String leadingKey;
        private final String shardId;
        private final KplRecord record;
        private final List<Integer> members = new ArrayList<>();

        Group(String leadingKey, String shardId) {
            this.leadingKey = leadingKey;
            this.shardId = shardId;
            this.record = new KplRecord(leadingKey);
        }

        void add(PendingRecord event, int index) {
            record.add(event);
            members.add(index);
        }

        PackedRecord toPackedRecord() {
            return new PackedRecord(
                    record.toRecord(),
                    members.stream().mapToInt(Integer::intValue).toArray(),
                    shardId);
        }
    }
}
