package io.camelsegment.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Maps partition keys to a stream's open shards, as of one moment. Immutable. */
final class ShardRanges {

    private final TreeMap<BigInteger, Range> byStart = new TreeMap<>(Comparator.naturalOrder());
    private final Map<String, Range> byId = new HashMap<>();

    /** Creates the ranges of these shards, without closed ones. */
    ShardRanges(List<Shard> shards) {
        for (Shard shard : shards) {
            if (shard.sequenceNumberRange() == null
                    || shard.sequenceNumberRange().endingSequenceNumber() == null) {
                Range range = new Range(
                        shard.shardId(),
                        new BigInteger(shard.hashKeyRange().startingHashKey()),
                        new BigInteger(shard.hashKeyRange().endingHashKey()));
                byStart.put(range.first(), range);
                byId.put(range.shardId(), range);
            }
        }
    }

    /** Returns the ID of the key's shard; null if not known. */
    String shardOf(String partitionKey) {
        BigInteger hash = hash(partitionKey);
        Map.Entry<BigInteger, Range> below = byStart.floorEntry(hash);
        return below != null && below.getValue().contains(hash)
                ? below.getValue().shardId()
                : null;
    }

    /** Returns whether the key belongs to this shard; false for an unknown shard. */
    boolean leadsTo(String partitionKey, String shardId) {
        Range range = byId.get(shardId);
        return range != null && range.contains(hash(partitionKey));
    }

    /** Returns the key's hash in Kinesis: its MD5 as a number. */
    private static BigInteger hash(String partitionKey) {
        return new BigInteger(1, KplRecord.md5().digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
    }

    private record Range(String shardId, BigInteger first, BigInteger last) {

        boolean contains(BigInteger hash) {
            return first.compareTo(hash) <= 0 && hash.compareTo(last) <= 0;
        }
    }
}
