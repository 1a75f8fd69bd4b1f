package io.camelsegment.localaws;

import java.math.BigInteger;

/** Changes a stream's shards: SplitShard, MergeShards and UpdateShardCount, which take effect at once. */
final class KinesisScaling {
    private final Account account;

    KinesisScaling(Account account) {
        this.account = account;
    }

    Answer splitShard(AwsRequest request, KinesisStream stream) {
        String shardId = request.input().text("ShardToSplit");
        String startingHashKey = request.input().text("NewStartingHashKey");
        Constraints constraints = new Constraints();
        constraints.notNull(shardId, "shardToSplit");
        constraints.notNull(startingHashKey, "newStartingHashKey");
        constraints.text(startingHashKey, "newStartingHashKey", 1, 39, HashKey.PATTERN);
        constraints.verify();
        synchronized (stream) {
            Shard shard = open(stream, shardId);
            BigInteger at = new BigInteger(startingHashKey);
            if (at.compareTo(shard.first().value().add(BigInteger.ONE)) <= 0
                    || at.compareTo(shard.last().value()) >= 0) {
                throw AwsException.invalidArgument("NewStartingHashKey " + at + " used in SplitShard() on shard "
                        + shardId + in(stream) + " is not both greater than one plus the shard's StartingHashKey "
                        + shard.first() + " and less than the shard's EndingHashKey " + shard.last() + ".");
            }
            stream.shardMap().split(shard, HashKey.of(at), stream.log().nextPosition());
        }
        return Answer.EMPTY;
    }

    Answer mergeShards(AwsRequest request, KinesisStream stream) {
        String lowerId = request.input().text("ShardToMerge");
        String higherId = request.input().text("AdjacentShardToMerge");
        Constraints constraints = new Constraints();
        constraints.notNull(lowerId, "shardToMerge");
        constraints.notNull(higherId, "adjacentShardToMerge");
        constraints.verify();
        synchronized (stream) {
            Shard lower = open(stream, lowerId);
            Shard higher = open(stream, higherId);
            if (!lower.last().value().add(BigInteger.ONE).equals(higher.first().value())) {
                throw AwsException.invalidArgument("Shards " + lowerId + " and " + higherId + in(stream)
                        + " are not an adjacent pair of shards eligible for merging");
            }
            stream.shardMap().merge(lower, higher, stream.log().nextPosition());
        }
        return Answer.EMPTY;
    }

    Answer updateShardCount(AwsRequest request, KinesisStream stream) {
        Integer target = request.input().integer("TargetShardCount");
        String scalingType = request.input().text("ScalingType");
        Constraints constraints = new Constraints();
        constraints.notNull(target, "targetShardCount");
        constraints.range(target, "targetShardCount", 1, LocalAwsRegion.MAX_SHARDS);
        constraints.notNull(scalingType, "scalingType");
        if (scalingType != null && !scalingType.equals("UNIFORM_SCALING")) {
            constraints.violated(
                    "Value '" + scalingType + "' at 'scalingType'",
                    "Member must satisfy enum value set: [UNIFORM_SCALING]");
        }
        constraints.verify();
        int current;
        synchronized (stream) {
            current = stream.shardMap().open().size();
            checkScale(current, target);
            stream.updateShardCount(target);
        }
        return new Answer(request.wire().object(out -> {
            out.writeStringField("StreamName", stream.name());
            out.writeNumberField("CurrentShardCount", current);
            out.writeNumberField("TargetShardCount", target);
            out.writeStringField("StreamARN", stream.arn());
        }));
    }

    /**
     * Checks that a call at most doubles or halves the shards.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html">UpdateShardCount</a>
     */
    private static void checkScale(int current, int target) {
        String counts = " your current open shard count. Current open shard count: " + current
                + ", Target shard count: " + target;
        if (target > 2 * current) {
            throw new AwsException("LimitExceededException", "UpdateShardCount cannot scale up over double" + counts);
        }
        if (2 * target < current) {
            throw new AwsException("LimitExceededException", "UpdateShardCount cannot scale down below half" + counts);
        }
    }

    private Shard open(KinesisStream stream, String shardId) {
        Shard shard = stream.shard(shardId);
        if (shard == null) {
            throw AwsException.notFound("Could not find shard " + shardId + in(stream) + ".");
        }
        if (!shard.isOpen()) {
            throw AwsException.invalidArgument("Shard " + shardId + in(stream)
                    + " has already been merged or split, and thus is not eligible for merging or splitting.");
        }
        return shard;
    }

    private String in(KinesisStream stream) {
        return " in stream " + stream.name() + " under account " + account.id();
    }
}
