package io.camelsegment.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Which of a stream's open shards a partition key leads to, at one moment. Immutable. */
final class ShardRanges {

    private final TreeMap<BigInteger, Range> byStart = new TreeMap<>(Comparator.naturalOrder());
    private final Map<String, Range> byId = new HashMap<>();

    /** Makes the ranges of these shards; closed ones are left out. */
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

    /** Returns the ID of the shard that the key leads to; null if none is known to have it. */
    String shardOf(String partitionKey) {
        BigInteger hash = hash(partitionKey);
        Map.Entry<BigInteger, Range> below = byStart.floorEntry(hash);
        return below != null && below.getValue().contains(hash)
                ? below.getValue().shardId()
                : null;
    }

    /** Returns whether the key leads to this shard; false if the shard is not known. */
    boolean leadsTo(String partitionKey, String shardId) {
        Range range = byId.get(shardId);
        return range != null && range.contains(hash(partitionKey));
    }

    /** Returns what Kinesis spreads keys by: their MD5 as a number. */
    private static BigInteger hash(String partitionKey) {
        return new BigInteger(1, KplRecord.md5().digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
    }

    private record Range(String shardId, BigInteger first, BigInteger last) {

        boolean contains(BigInteger hash) {
            return first.compareTo(hash) <= 0 && hash.compareTo(last) <= 0;
        }
    }
}
