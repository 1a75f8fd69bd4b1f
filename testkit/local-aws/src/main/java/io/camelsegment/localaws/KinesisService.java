package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Kinesis Data Streams, version 2013-12-02.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html">Kinesis API</a>
 */
final class KinesisService implements AwsService {
    private static final int MAX_RECORDS = 500;
    private static final int MAX_PARTITION_KEY = 256;

    /**
     * Most MiB in one PutRecords request, partition keys included: 10 since October 2025, 5 before.
     *
     * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
     */
    private static final int MAX_REQUEST_MIB = 10;

    private static final int DEFAULT_ON_DEMAND_SHARDS = 4;
    private static final int DEFAULT_STREAMS_LISTED = 100;
    private static final int MAX_LISTED = 10_000;
    private static final int DEFAULT_SHARDS_LISTED = 1000;
    private static final int DEFAULT_SHARDS_DESCRIBED = 100;
    private static final int RETENTION_HOURS = 24;
    private static final int MAX_KEY_ID = 2048;
    private static final int MAX_ARN = 2048;

    /**
     * The form of a StreamARN.
     *
     * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>, read
     *     2026-11-30
     */
    private static final Pattern ARN_PATTERN = Pattern.compile("arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+");

    private static final String KMS = "KMS";

    private final Account account;
    private final Permissions permissions;
    private final KinesisReader reader;
    private final KinesisScaling scaling;

    KinesisService(Account account, Permissions permissions) {
        this.account = account;
        this.permissions = permissions;
        this.reader = new KinesisReader(account, permissions);
        this.scaling = new KinesisScaling(account);
    }

    @Override
    public Set<String> actions() {
        return Set.of(
                "CreateStream",
                "DeleteStream",
                "DescribeStream",
                "DescribeStreamSummary",
                "GetRecords",
                "GetShardIterator",
                "ListShards",
                "ListStreams",
                "MergeShards",
                "PutRecord",
                "PutRecords",
                "SplitShard",
                "StartStreamEncryption",
                "StopStreamEncryption",
                "UpdateMaxRecordSize",
                "UpdateShardCount");
    }

    @Override
    public Answer answer(AwsRequest request, Principal caller, FaultPlan plan) {
        return switch (request.action()) {
            case "PutRecords" -> putRecords(request, caller, plan);
            case "PutRecord" -> putRecord(request, caller, plan);
            case "CreateStream" -> createStream(request);
            case "DeleteStream" -> deleteStream(request);
            case "DescribeStream" -> describeStream(request);
            case "DescribeStreamSummary" -> describeStreamSummary(request);
            case "ListStreams" -> listStreams(request);
            case "ListShards" -> listShards(request);
            case "UpdateMaxRecordSize" -> updateMaxRecordSize(request);
            case "StartStreamEncryption" -> setEncryption(request, true);
            case "StopStreamEncryption" -> setEncryption(request, false);
            case "SplitShard" -> scaling.splitShard(request, find(request));
            case "MergeShards" -> scaling.mergeShards(request, find(request));
            case "UpdateShardCount" -> scaling.updateShardCount(request, find(request));
            case "GetShardIterator" -> reader.getShardIterator(request, find(request));
            case "GetRecords" -> reader.getRecords(request, caller);
            default -> throw new IllegalStateException("no code for action " + request.action());
        };
    }

    private Answer putRecords(AwsRequest request, Principal caller, FaultPlan plan) {
        List<PutResult> results = put(request, caller, plan);
        int refused = PutResult.countRefused(results);
        byte[] body = request.wire().object(out -> {
            out.writeNumberField("FailedRecordCount", refused);
            out.writeArrayFieldStart("Records");
            for (PutResult result : plan.answered(results)) {
                out.writeStartObject();
                if (result.isRefused()) {
                    out.writeStringField("ErrorCode", result.errorCode());
                    out.writeStringField("ErrorMessage", result.errorMessage());
                } else {
                    out.writeStringField("SequenceNumber", result.id());
                    out.writeStringField("ShardId", result.shardId());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
        });
        return new Answer(body, refused);
    }

    private Answer putRecord(AwsRequest request, Principal caller, FaultPlan plan) {
        PutResult result = put(request, caller, plan).get(0);
        if (result.isRefused()) {
            AwsException known = KnownErrors.of(result.errorCode(), request, caller, account);
            throw new AwsException(known.status(), known.code(), result.errorMessage());
        }
        return new Answer(request.wire().object(out -> {
            out.writeStringField("ShardId", result.shardId());
            out.writeStringField("SequenceNumber", result.id());
        }));
    }

    private List<PutResult> put(AwsRequest request, Principal caller, FaultPlan plan) {
        PutRequest put = request.put();
        boolean batch = request.action().equals("PutRecords");
        Constraints constraints = new Constraints();
        constraints.notNull(put.entries(), batch ? "records" : "data");
        if (put.entries() != null) {
            constraints.length(put.entries().size(), "Value at 'records'", 1, MAX_RECORDS);
            for (PutEntry entry : put.entries()) {
                checkEntry(constraints, entry, path(batch, entry));
            }
        }
        checkStreamName(constraints, put.streamName());
        constraints.verify();
        KinesisStream stream = find(request, put.streamName(), put.streamArn());
        if (!stream.takesRecords()) {
            throw AwsException.notFound(
                    "Stream " + stream.name() + " under account " + account.id() + " is " + stream.status() + ".");
        }
        permissions.checkKey(request, caller, "kms:GenerateDataKey", stream);
        checkSizes(put.entries(), stream, batch);
        return stream.put(put.entries(), explicitHashKeys(put.entries()), plan, code -> KnownErrors.of(
                        code, request, caller, account)
                .getMessage());
    }

    private static void checkEntry(Constraints constraints, PutEntry entry, String path) {
        constraints.notNull(entry.data(), path + "data");
        String key = entry.partitionKey();
        constraints.notNull(key, path + "partitionKey");
        if (key != null && (key.isEmpty() || key.length() > MAX_PARTITION_KEY)) {
            constraints.length(
                    key.codePointCount(0, key.length()), "Value at '" + path + "partitionKey'", 1, MAX_PARTITION_KEY);
        }
        if (entry.explicitHashKey() != null
                && !HashKey.PATTERN.matcher(entry.explicitHashKey()).matches()) {
            constraints.violated(
                    "Value at '" + path + "explicitHashKey'",
                    "Member must satisfy regular expression pattern: " + HashKey.PATTERN);
        }
    }

    private static String path(boolean batch, PutEntry entry) {
        return batch ? "records." + (entry.index() + 1) + ".member." : "";
    }

    /**
     * Fails the whole call with a ValidationException if a record exceeds the stream's limit, as AWS does: see <a
     * href="https://github.com/awslabs/amazon-kinesis-producer/issues/680">amazon-kinesis-producer 680</a>.
     */
    private static void checkSizes(List<PutEntry> entries, KinesisStream stream, boolean batch) {
        int maxRecord = stream.maxRecordSizeInKiB() * 1024;
        long total = 0;
        Constraints constraints = new Constraints();
        for (PutEntry entry : entries) {
            int size = entry.countedBytes();
            total += size;
            if (size > maxRecord) {
                constraints.length(size, "Value at '" + path(batch, entry) + "data'", 0, maxRecord);
            }
        }
        constraints.verify();
        if (batch && total > MAX_REQUEST_MIB * 1024L * 1024) {
            throw AwsException.invalidArgument("Records size exceeds " + MAX_REQUEST_MIB + " MB limit");
        }
    }

    private static HashKey[] explicitHashKeys(List<PutEntry> entries) {
        HashKey[] keys = new HashKey[entries.size()];
        for (PutEntry entry : entries) {
            if (entry.explicitHashKey() != null) {
                BigInteger value = new BigInteger(entry.explicitHashKey());
                if (value.compareTo(HashKey.SPACE) >= 0) {
                    throw AwsException.invalidArgument("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: "
                            + "[0, 2^128-1]. Specified value was " + entry.explicitHashKey());
                }
                keys[entry.index()] = HashKey.of(value);
            }
        }
        return keys;
    }

    private Answer createStream(AwsRequest request) {
        Input input = request.input();
        String name = input.text("StreamName");
        Integer shardCount = input.integer("ShardCount");
        Integer maxRecordSize = input.integer("MaxRecordSizeInKiB");
        boolean onDemand =
                "ON_DEMAND".equals(input.structure("StreamModeDetails").text("StreamMode"));
        Constraints constraints = new Constraints();
        constraints.notNull(name, "streamName");
        checkStreamName(constraints, name);
        if (!onDemand) {
            constraints.notNull(shardCount, "shardCount");
        }
        constraints.range(shardCount, "shardCount", 1, LocalAwsRegion.MAX_SHARDS);
        checkMaxRecordSize(constraints, maxRecordSize);
        constraints.verify();
        if (onDemand && shardCount != null) {
            throw AwsException.validation("ShardCount must not be specified for a stream in ON_DEMAND mode.");
        }
        KinesisStream stream = new KinesisStream(
                account,
                request.region(),
                name,
                onDemand ? DEFAULT_ON_DEMAND_SHARDS : shardCount,
                onDemand,
                maxRecordSize == null ? KinesisStream.MIN_RECORD_KIB : maxRecordSize);
        if (!region(request).add(stream)) {
            throw new AwsException(
                    "ResourceInUseException", "Stream " + name + " under account " + account.id() + " already exists.");
        }
        return Answer.EMPTY;
    }

    private Answer deleteStream(AwsRequest request) {
        KinesisStream stream = find(request);
        region(request).streamsByName().remove(stream.name(), stream);
        return Answer.EMPTY;
    }

    private Answer updateMaxRecordSize(AwsRequest request) {
        Integer size = request.input().integer("MaxRecordSizeInKiB");
        Constraints constraints = new Constraints();
        constraints.notNull(size, "maxRecordSizeInKiB");
        checkMaxRecordSize(constraints, size);
        constraints.verify();
        find(request).maxRecordSizeInKiB(size);
        return Answer.EMPTY;
    }

    private static void checkMaxRecordSize(Constraints constraints, Integer size) {
        constraints.range(size, "maxRecordSizeInKiB", KinesisStream.MIN_RECORD_KIB, KinesisStream.MAX_RECORD_KIB);
    }

    private Answer setEncryption(AwsRequest request, boolean encrypted) {
        String type = request.input().text("EncryptionType");
        String keyId = request.input().text("KeyId");
        Constraints constraints = new Constraints();
        constraints.notNull(type, "encryptionType");
        constraints.notNull(keyId, "keyId");
        constraints.text(keyId, "keyId", 1, MAX_KEY_ID, null);
        constraints.verify();
        if (!type.equals(KMS)) {
            throw AwsException.invalidArgument("EncryptionType must be KMS, was " + type);
        }
        KinesisStream stream = find(request);
        if (!KinesisStream.isKey(keyId)) {
            throw new AwsException("KMSNotFoundException", "Invalid keyId " + keyId + "; local-aws has no aliases");
        }
        stream.encryptWith(encrypted ? keyId : null);
        return Answer.EMPTY;
    }

    private Answer describeStreamSummary(AwsRequest request) {
        KinesisStream stream = find(request);
        return new Answer(request.wire().object(out -> {
            out.writeObjectFieldStart("StreamDescriptionSummary");
            writeDescription(request.wire(), out, stream);
            out.writeNumberField("OpenShardCount", stream.shardCount());
            out.writeNumberField("ConsumerCount", 0);
            out.writeNumberField("MaxRecordSizeInKiB", stream.maxRecordSizeInKiB());
            out.writeEndObject();
        }));
    }

    private Answer describeStream(AwsRequest request) {
        KinesisStream stream = find(request);
        Page<Shard> page = shardsAfter(
                stream,
                request.input().text("ExclusiveStartShardId"),
                limit(request, "Limit", DEFAULT_SHARDS_DESCRIBED));
        return new Answer(request.wire().object(out -> {
            out.writeObjectFieldStart("StreamDescription");
            writeDescription(request.wire(), out, stream);
            writeShards(out, page.items());
            out.writeBooleanField("HasMoreShards", page.more());
            out.writeEndObject();
        }));
    }

    private static void writeDescription(Wire wire, JsonGenerator out, KinesisStream stream) throws IOException {
        writeSummary(wire, out, stream);
        out.writeNumberField("RetentionPeriodHours", RETENTION_HOURS);
        out.writeArrayFieldStart("EnhancedMonitoring");
        out.writeStartObject();
        out.writeArrayFieldStart("ShardLevelMetrics");
        out.writeEndArray();
        out.writeEndObject();
        out.writeEndArray();
        String keyId = stream.keyId();
        out.writeStringField("EncryptionType", keyId == null ? "NONE" : KMS);
        if (keyId != null) {
            out.writeStringField("KeyId", keyId);
        }
    }

    private static void writeSummary(Wire wire, JsonGenerator out, KinesisStream stream) throws IOException {
        out.writeStringField("StreamName", stream.name());
        out.writeStringField("StreamARN", stream.arn());
        out.writeStringField("StreamStatus", stream.status());
        out.writeObjectFieldStart("StreamModeDetails");
        out.writeStringField("StreamMode", stream.onDemand() ? "ON_DEMAND" : "PROVISIONED");
        out.writeEndObject();
        wire.writeTime(out, "StreamCreationTimestamp", stream.created());
    }

    private static void writeShards(JsonGenerator out, List<Shard> shards) throws IOException {
        out.writeArrayFieldStart("Shards");
        for (Shard shard : shards) {
            out.writeStartObject();
            out.writeStringField("ShardId", shard.id());
            if (shard.parentId() != null) {
                out.writeStringField("ParentShardId", shard.parentId());
            }
            if (shard.adjacentParentId() != null) {
                out.writeStringField("AdjacentParentShardId", shard.adjacentParentId());
            }
            writeHashKeyRange(out, shard);
            out.writeObjectFieldStart("SequenceNumberRange");
            out.writeStringField("StartingSequenceNumber", shard.startingSequenceNumber());
            if (!shard.isOpen()) {
                out.writeStringField("EndingSequenceNumber", shard.endingSequenceNumber());
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void writeHashKeyRange(JsonGenerator out, Shard shard) throws IOException {
        out.writeObjectFieldStart("HashKeyRange");
        out.writeStringField("StartingHashKey", shard.first().toString());
        out.writeStringField("EndingHashKey", shard.last().toString());
        out.writeEndObject();
    }

    private Answer listStreams(AwsRequest request) {
        String after = request.input().text("NextToken");
        if (after == null) {
            after = request.input().text("ExclusiveStartStreamName");
        }
        var streams = region(request).streamsByName();
        Page<KinesisStream> page = Page.of(
                after == null ? streams.values() : streams.tailMap(after, false).values(),
                limit(request, "Limit", DEFAULT_STREAMS_LISTED));
        return new Answer(request.wire().object(out -> {
            out.writeArrayFieldStart("StreamNames");
            for (KinesisStream stream : page.items()) {
                out.writeString(stream.name());
            }
            out.writeEndArray();
            out.writeBooleanField("HasMoreStreams", page.more());
            if (page.more()) {
                out.writeStringField("NextToken", page.last().name());
            }
            out.writeArrayFieldStart("StreamSummaries");
            for (KinesisStream stream : page.items()) {
                out.writeStartObject();
                writeSummary(request.wire(), out, stream);
                out.writeEndObject();
            }
            out.writeEndArray();
        }));
    }

    /** The name of the stream whose shards are listed, or null. */
    static String listedStream(Input input) {
        String token = input.text("NextToken");
        if (token != null) {
            return token.substring(0, Math.max(0, token.indexOf('/')));
        }
        String arn = input.text("StreamARN");
        return arn == null ? input.text("StreamName") : Arns.name(arn);
    }

    /** Lists shards. The token of the next page is the stream's name and the last shard's ID. */
    private Answer listShards(AwsRequest request) {
        String token = request.input().text("NextToken");
        KinesisStream stream;
        String after;
        if (token == null) {
            stream = find(request);
            after = request.input().text("ExclusiveStartShardId");
        } else {
            int slash = token.indexOf('/');
            if (slash < 0) {
                throw AwsException.invalidArgument("NextToken is invalid.");
            }
            stream = find(request, token.substring(0, slash), null);
            after = token.substring(slash + 1);
        }
        Page<Shard> page = shardsAfter(stream, after, limit(request, "MaxResults", DEFAULT_SHARDS_LISTED));
        return new Answer(request.wire().object(out -> {
            writeShards(out, page.items());
            if (page.more()) {
                out.writeStringField(
                        "NextToken", stream.name() + "/" + page.last().id());
            }
        }));
    }

    private static Page<Shard> shardsAfter(KinesisStream stream, String after, int limit) {
        return Page.of(
                stream.shardMap().all().stream()
                        .filter(shard -> after == null || shard.id().compareTo(after) > 0)
                        .toList(),
                limit);
    }

    private static int limit(AwsRequest request, String field, int byDefault) {
        Integer limit = request.input().integer(field);
        Constraints constraints = new Constraints();
        constraints.range(limit, field.substring(0, 1).toLowerCase(Locale.ROOT) + field.substring(1), 1, MAX_LISTED);
        constraints.verify();
        return limit == null ? byDefault : limit;
    }

    private static void checkStreamName(Constraints constraints, String name) {
        constraints.text(name, "streamName", 1, LocalAwsRegion.MAX_STREAM_NAME, LocalAwsRegion.NAME_PATTERN);
    }

    private LocalAwsRegion region(AwsRequest request) {
        return account.region(request.region());
    }

    private KinesisStream find(AwsRequest request) {
        return find(request, request.input().text("StreamName"), request.input().text("StreamARN"));
    }

    private KinesisStream find(AwsRequest request, String name, String arn) {
        if (name == null && arn == null) {
            throw AwsException.invalidArgument("Either StreamName or StreamARN must be specified.");
        }
        Constraints constraints = new Constraints();
        constraints.text(arn, "streamARN", 1, MAX_ARN, ARN_PATTERN);
        constraints.verify();
        if (name != null && arn != null && !name.equals(Arns.name(arn))) {
            throw AwsException.invalidArgument("StreamName " + name + " is not the name in StreamARN " + arn + ".");
        }
        String wanted = name == null ? Arns.name(arn) : name;
        KinesisStream stream = region(request).streamsByName().get(wanted);
        if (stream == null || (arn != null && !arn.equals(stream.arn()))) {
            account.explainMissing("stream", wanted, request.region(), other -> other.streamsByName()
                    .containsKey(wanted));
            throw AwsException.notFound(
                    "Stream " + (name == null ? arn : name) + " under account " + account.id() + " not found.");
        }
        return stream;
    }
}
