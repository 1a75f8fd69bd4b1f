package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The reading side of Kinesis: shard iterators and GetRecords.
 *
 * <p>The records of all shards are in one log: an iterator is a position in it, and reading a shard skips the records
 * of others.
 */
final class KinesisReader {
    private static final int MAX_RECORDS = 10_000;
    private static final int MAX_BYTES = 10 * 1024 * 1024;
    private static final Duration ITERATOR_LIFE = Duration.ofMinutes(5);

    private final Account account;
    private final Permissions permissions;

    KinesisReader(Account account, Permissions permissions) {
        this.account = account;
        this.permissions = permissions;
    }

    Answer getShardIterator(AwsRequest request, KinesisStream stream) {
        Input input = request.input();
        String type = input.text("ShardIteratorType");
        String shardId = input.text("ShardId");
        Constraints constraints = new Constraints();
        constraints.notNull(type, "shardIteratorType");
        constraints.notNull(shardId, "shardId");
        constraints.verify();
        Shard shard = stream.shard(shardId);
        if (shard == null) {
            throw AwsException.notFound("Shard " + shardId + " in stream " + stream.name() + " under account "
                    + account.id() + " does not exist");
        }
        String sequenceNumber = input.text("StartingSequenceNumber");
        long position =
                switch (type) {
                    case "TRIM_HORIZON" -> 0;
                    case "LATEST" -> stream.log().nextPosition();
                    case "AT_SEQUENCE_NUMBER" -> position(stream, shard, type, sequenceNumber);
                    case "AFTER_SEQUENCE_NUMBER" -> position(stream, shard, type, sequenceNumber) + 1;
                    case "AT_TIMESTAMP" -> position(stream, input.time("Timestamp"));
                    default ->
                        throw AwsException.validation("1 validation error detected: Value '" + type
                                + "' at 'shardIteratorType' failed to satisfy "
                                + "constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, "
                                + "AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]");
                };
        ShardIterator iterator = new ShardIterator(
                request.region(), stream.name(), stream.created().toEpochMilli(), shardId, position, account.now());
        return new Answer(request.wire().object(out -> out.writeStringField("ShardIterator", iterator.encode())));
    }

    private long position(KinesisStream stream, Shard shard, String type, String sequenceNumber) {
        if (sequenceNumber == null) {
            throw AwsException.invalidArgument(
                    "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or "
                            + "(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified " + type
                            + " and no StartingSequenceNumber.");
        }
        Long position = shard.position(sequenceNumber);
        if (position == null) {
            throw AwsException.invalidArgument("StartingSequenceNumber " + sequenceNumber
                    + " used in GetShardIterator on shard " + shard.id() + " in stream " + stream.name()
                    + " under account " + account.id() + " is invalid because it did not come from this stream.");
        }
        return position;
    }

    private static long position(KinesisStream stream, Instant from) {
        if (from == null) {
            throw AwsException.invalidArgument("Must specify timestampInMillis parameter for iterator of type "
                    + "AT_TIMESTAMP. Current request has no timestamp parameter.");
        }
        return stream.log().scan(0, (record, position) -> record.arrival().isBefore(from));
    }

    /** The name of an iterator's stream, or null if it is no iterator. */
    static String streamName(String iterator) {
        try {
            return iterator == null ? null : ShardIterator.decode(iterator).stream();
        } catch (AwsException e) {
            // Reported when the call is executed.
            return null;
        }
    }

    Answer getRecords(AwsRequest request, Principal caller) {
        Integer limit = request.input().integer("Limit");
        String encoded = request.input().text("ShardIterator");
        Constraints constraints = new Constraints();
        constraints.range(limit, "limit", 1, MAX_RECORDS);
        constraints.notNull(encoded, "shardIterator");
        constraints.verify();
        ShardIterator iterator = ShardIterator.decode(encoded);
        KinesisStream stream = stream(iterator);
        permissions.checkKey(request, caller, "kms:Decrypt", stream);
        Instant now = account.now();
        if (iterator.created().plus(ITERATOR_LIFE).isBefore(now)) {
            throw new AwsException(
                    "ExpiredIteratorException",
                    "Iterator expired. The iterator was created at time " + iterator.created()
                            + " while right now it is " + now + " which is further in the future than the tolerated "
                            + "delay of " + ITERATOR_LIFE.toMillis() + " milliseconds.");
        }
        List<KinesisRecord> records = new ArrayList<>();
        long next = collect(stream, iterator, limit == null ? MAX_RECORDS : limit, records);
        boolean caughtUp = next >= stream.log().nextPosition();
        long behind = caughtUp || records.isEmpty()
                ? 0
                : Duration.between(records.get(records.size() - 1).arrival(), now)
                        .toMillis();
        return new Answer(request.wire().object(out -> {
            out.writeArrayFieldStart("Records");
            for (KinesisRecord record : records) {
                out.writeStartObject();
                out.writeStringField("SequenceNumber", record.sequenceNumber());
                request.wire().writeTime(out, "ApproximateArrivalTimestamp", record.arrival());
                out.writeBinaryField("Data", record.data());
                out.writeStringField("PartitionKey", record.partitionKey());
                out.writeEndObject();
            }
            out.writeEndArray();
            if (stream.shard(iterator.shardId()).endsBefore(next)) {
                writeChildShards(out, stream, iterator.shardId());
            } else {
                out.writeStringField("NextShardIterator", iterator.at(next, now).encode());
            }
            out.writeNumberField("MillisBehindLatest", behind);
        }));
    }

    private static void writeChildShards(JsonGenerator out, KinesisStream stream, String parentId) throws IOException {
        out.writeArrayFieldStart("ChildShards");
        for (Shard child : stream.shardMap().all()) {
            if (child.isChildOf(parentId)) {
                out.writeStartObject();
                out.writeStringField("ShardId", child.id());
                out.writeArrayFieldStart("ParentShards");
                out.writeString(child.parentId());
                if (child.adjacentParentId() != null) {
                    out.writeString(child.adjacentParentId());
                }
                out.writeEndArray();
                KinesisService.writeHashKeyRange(out, child);
                out.writeEndObject();
            }
        }
        out.writeEndArray();
    }

    private KinesisStream stream(ShardIterator iterator) {
        KinesisStream stream = account.region(iterator.region()).streamsByName().get(iterator.stream());
        if (stream == null || stream.created().toEpochMilli() != iterator.streamCreatedMillis()) {
            throw AwsException.notFound("Shard " + iterator.shardId() + " in stream " + iterator.stream()
                    + " under account " + account.id() + " does not exist");
        }
        return stream;
    }

    /** Collects the shard's records from the iterator on; returns the position to continue from. */
    private static long collect(KinesisStream stream, ShardIterator iterator, int limit, List<KinesisRecord> records) {
        long[] bytes = {0};
        return stream.log().scan(iterator.position(), (record, position) -> {
            if (!record.shardId().equals(iterator.shardId())) {
                return true;
            }
            bytes[0] += record.data().length;
            if (records.size() == limit || (bytes[0] > MAX_BYTES && !records.isEmpty())) {
                return false;
            }
            records.add(record);
            return true;
        });
    }

    /** A position in a shard, given to the reader as opaque text. */
    private record ShardIterator(
            String region, String stream, long streamCreatedMillis, String shardId, long position, Instant created) {
        private static final int FIELDS = 6;

        ShardIterator at(long newPosition, Instant now) {
            return new ShardIterator(region, stream, streamCreatedMillis, shardId, newPosition, now);
        }

        String encode() {
            String fields = String.join(
                    "/",
                    region,
                    stream,
                    Long.toString(streamCreatedMillis),
                    shardId,
                    Long.toString(position),
                    Long.toString(created.toEpochMilli()));
            return Base64.getEncoder().encodeToString(fields.getBytes(StandardCharsets.UTF_8));
        }

        static ShardIterator decode(String encoded) {
            try {
                String[] fields =
                        new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split("/", -1);
                if (fields.length == FIELDS) {
                    return new ShardIterator(
                            fields[0],
                            fields[1],
                            Long.parseLong(fields[2]),
                            fields[3],
                            Long.parseLong(fields[4]),
                            Instant.ofEpochMilli(Long.parseLong(fields[5])));
                }
            } catch (IllegalArgumentException e) {
                throw AwsException.invalidArgument("Invalid ShardIterator.");
            }
            throw AwsException.invalidArgument("Invalid ShardIterator.");
        }
    }
}
