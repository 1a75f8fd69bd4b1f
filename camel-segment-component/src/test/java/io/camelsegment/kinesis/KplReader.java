package io.camelsegment.kinesis;

import io.camelsegment.localaws.KinesisRecord;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Takes packed records apart with AWS's own code, which drops an event that does not belong to its shard. */
final class KplReader {

    private KplReader() {}

    /** Returns what a reader of all shards finds, in the order of the records given. */
    static List<KinesisClientRecord> read(List<KinesisRecord> records, List<Shard> shards) {
        Map<String, Shard> byId = shards.stream().collect(Collectors.toMap(Shard::shardId, shard -> shard));
        List<KinesisClientRecord> found = new ArrayList<>();
        for (KinesisRecord record : records) {
            var range = byId.get(record.shardId()).hashKeyRange();
            found.addAll(new AggregatorUtil()
                    .deaggregate(
                            List.of(KinesisClientRecord.builder()
                                    .data(ByteBuffer.wrap(record.data()))
                                    .partitionKey(record.partitionKey())
                                    .sequenceNumber(record.sequenceNumber())
                                    .build()),
                            new BigInteger(range.startingHashKey()),
                            new BigInteger(range.endingHashKey())));
        }
        return found;
    }

    static List<Shard> shards(KinesisAsyncClient client, String stream) {
        return client.listShards(request -> request.streamName(stream)).join().shards();
    }

    static String text(KinesisClientRecord record) {
        return StandardCharsets.UTF_8.decode(record.data().duplicate()).toString();
    }
}
