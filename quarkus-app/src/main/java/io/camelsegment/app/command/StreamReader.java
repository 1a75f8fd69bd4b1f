package io.camelsegment.app.command;

import io.camelsegment.aws.StreamArn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Reads all shards of a stream, a page of each in turn. A shard that was split or merged is read to its end before its
 * children, so the events of a partition key come in their order. For one thread.
 */
final class StreamReader {

    private static final int MOST_RECORDS = 1_000;

    private final KinesisClient client;
    private final String stream;
    private final ShardIteratorType from;
    private final Instant time;

    /** The place in each shard that is being read, by its id. */
    private final Map<String, Place> open = new LinkedHashMap<>();

    /** Shards that are to come, with those that must end before. */
    private final Map<String, Set<String>> waiting = new LinkedHashMap<>();

    private boolean caughtUp;

    /** Gets each record, with the id of its shard. */
    @FunctionalInterface
    interface Records {
        void add(String shardId, Record record);
    }

    private static final class Place {

        /** Where reading began, for a shard without a record so far. */
        private final ShardIteratorType begun;

        private String iterator;
        private String last;

        Place(ShardIteratorType begun) {
            this.begun = begun;
        }
    }

    /**
     * Finds the shards.
     *
     * @param stream name or ARN
     * @param from   LATEST, TRIM_HORIZON or AT_TIMESTAMP
     * @param time   for AT_TIMESTAMP; else null
     */
    StreamReader(KinesisClient client, String stream, ShardIteratorType from, Instant time) {
        this.client = client;
        this.stream = stream;
        this.from = from;
        this.time = time;
        List<Shard> shards = shards();
        Set<String> known = new HashSet<>();
        shards.forEach(shard -> known.add(shard.shardId()));
        for (Shard shard : shards) {
            boolean ended = shard.sequenceNumberRange().endingSequenceNumber() != null;
            if (from == ShardIteratorType.LATEST) {
                if (!ended) {
                    begin(shard.shardId(), from);
                }
                continue;
            }
            Set<String> parents = new HashSet<>();
            parents.add(shard.parentShardId());
            parents.add(shard.adjacentParentShardId());
            parents.retainAll(known);
            waiting.put(shard.shardId(), parents);
        }
        beginReady();
    }

    private List<Shard> shards() {
        List<Shard> shards = new ArrayList<>();
        String next = null;
        do {
            String token = next;
            ListShardsResponse page = client.listShards(request -> {
                if (token != null) {
                    request.nextToken(token);
                } else if (StreamArn.isArn(stream)) {
                    request.streamARN(stream);
                } else {
                    request.streamName(stream);
                }
            });
            shards.addAll(page.shards());
            next = page.nextToken();
        } while (next != null);
        return shards;
    }

    /** Returns how many shards are being read. */
    int shardCount() {
        return open.size();
    }

    /** Returns whether the last {@link #read} came to the end of all shards. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    /** Reads a page of each shard; returns whether there was any record. */
    boolean read(Records records) {
        boolean any = false;
        caughtUp = true;
        for (Map.Entry<String, Place> one : List.copyOf(open.entrySet())) {
            GetRecordsResponse page;
            try {
                page = client.getRecords(request ->
                        request.shardIterator(one.getValue().iterator).limit(MOST_RECORDS));
            } catch (ExpiredIteratorException e) {
                one.getValue().iterator = iterator(one.getKey(), one.getValue());
                caughtUp = false;
                continue;
            } catch (ProvisionedThroughputExceededException e) {
                caughtUp = false; // others read, too: its turn comes again
                continue;
            }
            for (Record record : page.records()) {
                records.add(one.getKey(), record);
                one.getValue().last = record.sequenceNumber();
                any = true;
            }
            one.getValue().iterator = page.nextShardIterator();
            caughtUp &= page.nextShardIterator() != null
                    && page.millisBehindLatest() != null
                    && page.millisBehindLatest() == 0;
            if (page.nextShardIterator() == null) {
                end(one.getKey(), page.childShards());
            }
        }
        caughtUp &= waiting.isEmpty();
        return any;
    }

    private void end(String shardId, List<ChildShard> children) {
        open.remove(shardId);
        for (ChildShard child : children) {
            if (open.containsKey(child.shardId())) {
                continue;
            }
            Set<String> parents = new HashSet<>(child.parentShards());
            parents.removeIf(parent -> !open.containsKey(parent) && !waiting.containsKey(parent));
            waiting.putIfAbsent(child.shardId(), parents);
        }
        waiting.values().forEach(parents -> parents.remove(shardId));
        beginReady();
    }

    private void beginReady() {
        List<String> ready = waiting.entrySet().stream()
                .filter(one -> one.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        for (String shardId : ready) {
            waiting.remove(shardId);
            begin(shardId, from == ShardIteratorType.LATEST ? ShardIteratorType.TRIM_HORIZON : from);
        }
    }

    private void begin(String shardId, ShardIteratorType type) {
        Place place = new Place(type);
        place.iterator = iterator(shardId, place);
        open.put(shardId, place);
    }

    private String iterator(String shardId, Place place) {
        return place.last == null
                ? iterator(shardId, place.begun, null)
                : iterator(shardId, ShardIteratorType.AFTER_SEQUENCE_NUMBER, place.last);
    }

    private String iterator(String shardId, ShardIteratorType type, String after) {
        return client.getShardIterator(request -> {
                    request.shardId(shardId).shardIteratorType(type).startingSequenceNumber(after);
                    if (type == ShardIteratorType.AT_TIMESTAMP) {
                        request.timestamp(time);
                    }
                    if (StreamArn.isArn(stream)) {
                        request.streamARN(stream);
                    } else {
                        request.streamName(stream);
                    }
                })
                .shardIterator();
    }
}
