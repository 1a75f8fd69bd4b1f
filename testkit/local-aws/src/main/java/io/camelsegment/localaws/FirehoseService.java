package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Amazon Data Firehose, version 2015-08-04: delivery streams of type DirectPut.
 *
 * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html">Firehose API</a>
 */
final class FirehoseService implements AwsService {
    private static final int MAX_RECORDS = 500;

    /**
     * Most bytes in one record: 1,000 KiB.
     *
     * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_Record.html">Record</a>
     */
    private static final int MAX_RECORD_BYTES = 1000 * 1024;

    /**
     * Most bytes in one PutRecordBatch request, all records together: 4 MiB.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html">PutRecordBatch</a>
     */
    private static final int MAX_REQUEST_MIB = 4;

    private static final String CUSTOMER_KEY = "CUSTOMER_MANAGED_CMK";
    private static final int DEFAULT_LISTED = 10;
    private static final int MAX_LISTED = 10_000;

    private final Account account;
    private final Permissions permissions;

    FirehoseService(Account account, Permissions permissions) {
        this.account = account;
        this.permissions = permissions;
    }

    @Override
    public Set<String> actions() {
        return Set.of(
                "CreateDeliveryStream",
                "DeleteDeliveryStream",
                "DescribeDeliveryStream",
                "ListDeliveryStreams",
                "PutRecord",
                "PutRecordBatch",
                "StartDeliveryStreamEncryption",
                "StopDeliveryStreamEncryption");
    }

    @Override
    public Answer answer(AwsRequest request, Principal caller, FaultPlan plan) {
        return switch (request.action()) {
            case "PutRecordBatch" -> putRecordBatch(request, caller, plan);
            case "PutRecord" -> putRecord(request, caller, plan);
            case "CreateDeliveryStream" -> createDeliveryStream(request);
            case "DeleteDeliveryStream" -> deleteDeliveryStream(request);
            case "StartDeliveryStreamEncryption" -> startEncryption(request);
            case "StopDeliveryStreamEncryption" -> stopEncryption(request);
            case "DescribeDeliveryStream" -> describeDeliveryStream(request);
            case "ListDeliveryStreams" -> listDeliveryStreams(request);
            default -> throw new IllegalStateException("no code for action " + request.action());
        };
    }

    private Answer putRecordBatch(AwsRequest request, Principal caller, FaultPlan plan) {
        List<PutResult> results = put(request, caller, plan);
        int refused = PutResult.countRefused(results);
        byte[] body = request.wire().object(out -> {
            out.writeNumberField("FailedPutCount", refused);
            out.writeBooleanField("Encrypted", false);
            out.writeArrayFieldStart("RequestResponses");
            for (PutResult result : plan.answered(results)) {
                out.writeStartObject();
                if (result.isRefused()) {
                    out.writeStringField("ErrorCode", result.errorCode());
                    out.writeStringField("ErrorMessage", result.errorMessage());
                } else {
                    out.writeStringField("RecordId", result.id());
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
            out.writeStringField("RecordId", result.id());
            out.writeBooleanField("Encrypted", false);
        }));
    }

    private List<PutResult> put(AwsRequest request, Principal caller, FaultPlan plan) {
        PutRequest put = request.put();
        boolean batch = request.action().equals("PutRecordBatch");
        Constraints constraints = new Constraints();
        checkName(constraints, put.streamName());
        constraints.notNull(put.entries(), batch ? "records" : "record");
        long total = 0;
        if (put.entries() != null) {
            constraints.length(put.entries().size(), "Value at 'records'", 1, MAX_RECORDS);
            for (PutEntry entry : put.entries()) {
                String path = batch ? "records." + (entry.index() + 1) + ".member.data" : "record.data";
                constraints.notNull(entry.data(), path);
                if (entry.data() != null) {
                    total += entry.data().length;
                    constraints.length(entry.data().length, "Value at '" + path + "'", 0, MAX_RECORD_BYTES);
                }
            }
        }
        constraints.verify();
        if (total > MAX_REQUEST_MIB * 1024L * 1024) {
            throw AwsException.invalidArgument("Records size exceeds " + MAX_REQUEST_MIB + " MB limit");
        }
        DeliveryStream stream = find(request, put.streamName());
        if (!stream.takesRecords()) {
            throw AwsException.notFound(
                    "Firehose " + stream.name() + " under account " + account.id() + " is " + stream.status() + ".");
        }
        if (!stream.takesPuts()) {
            throw AwsException.invalidArgument(
                    "This operation is not permitted on " + stream.type() + " delivery stream type.");
        }
        permissions.checkKey(request, caller, stream);
        return stream.put(put.entries(), plan, code -> KnownErrors.of(code, request, caller, account)
                .getMessage());
    }

    private Answer createDeliveryStream(AwsRequest request) {
        String name = checkedName(request);
        String type = request.input().text("DeliveryStreamType");
        if (type != null && !type.equals("DirectPut")) {
            throw AwsException.invalidArgument(
                    "local-aws has only delivery streams of DeliveryStreamType DirectPut, was " + type);
        }
        DeliveryStream stream = new DeliveryStream(account, request.region(), name);
        if (!region(request).add(stream)) {
            throw new AwsException(
                    "ResourceInUseException",
                    "Firehose " + name + " under accountId " + account.id() + " already exists");
        }
        return new Answer(request.wire().object(out -> out.writeStringField("DeliveryStreamARN", stream.arn())));
    }

    private Answer deleteDeliveryStream(AwsRequest request) {
        DeliveryStream stream = find(request, checkedName(request));
        region(request).deliveryStreamsByName().remove(stream.name(), stream);
        return emptyObject(request);
    }

    private Answer startEncryption(AwsRequest request) {
        DeliveryStream stream = find(request, checkedName(request));
        Input configuration = request.input().structure("DeliveryStreamEncryptionConfigurationInput");
        String type = configuration.text("KeyType");
        String keyArn = configuration.text("KeyARN");
        if (!CUSTOMER_KEY.equals(type)) {
            throw AwsException.invalidArgument(
                    "local-aws encrypts only with KeyType " + CUSTOMER_KEY + ", was " + type);
        }
        if (keyArn == null || !DeliveryStream.isKey(keyArn)) {
            throw AwsException.invalidArgument("KeyARN must be the ARN of a key, was " + keyArn);
        }
        stream.encryptWith(keyArn);
        return emptyObject(request);
    }

    private Answer stopEncryption(AwsRequest request) {
        find(request, checkedName(request)).encryptWith(null);
        return emptyObject(request);
    }

    private static Answer emptyObject(AwsRequest request) {
        return new Answer(request.wire().object(out -> {}));
    }

    private Answer describeDeliveryStream(AwsRequest request) {
        DeliveryStream stream = find(request, checkedName(request));
        return new Answer(request.wire().object(out -> {
            out.writeObjectFieldStart("DeliveryStreamDescription");
            out.writeStringField("DeliveryStreamName", stream.name());
            out.writeStringField("DeliveryStreamARN", stream.arn());
            out.writeStringField("DeliveryStreamStatus", stream.status());
            out.writeStringField("DeliveryStreamType", stream.type());
            out.writeObjectFieldStart("DeliveryStreamEncryptionConfiguration");
            String keyArn = stream.keyArn();
            out.writeStringField("Status", keyArn == null ? "DISABLED" : "ENABLED");
            if (keyArn != null) {
                out.writeStringField("KeyType", CUSTOMER_KEY);
                out.writeStringField("KeyARN", keyArn);
            }
            out.writeEndObject();
            out.writeStringField("VersionId", "1");
            request.wire().writeTime(out, "CreateTimestamp", stream.created());
            writeDestination(out, stream);
            out.writeBooleanField("HasMoreDestinations", false);
            out.writeEndObject();
        }));
    }

    /** Writes a destination, as AWS always does; here the records stay in memory, whatever the bucket. */
    private void writeDestination(JsonGenerator out, DeliveryStream stream) throws IOException {
        out.writeArrayFieldStart("Destinations");
        out.writeStartObject();
        out.writeStringField("DestinationId", "destinationId-000000000001");
        out.writeObjectFieldStart("ExtendedS3DestinationDescription");
        out.writeStringField("RoleARN", "arn:aws:iam::" + account.id() + ":role/local-aws");
        out.writeStringField("BucketARN", "arn:aws:s3:::local-aws-" + stream.name());
        out.writeObjectFieldStart("BufferingHints");
        out.writeNumberField("SizeInMBs", 5);
        out.writeNumberField("IntervalInSeconds", 300);
        out.writeEndObject();
        out.writeStringField("CompressionFormat", "UNCOMPRESSED");
        out.writeObjectFieldStart("EncryptionConfiguration");
        out.writeStringField("NoEncryptionConfig", "NoEncryption");
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndArray();
    }

    private Answer listDeliveryStreams(AwsRequest request) {
        Input input = request.input();
        Integer limit = input.integer("Limit");
        Constraints constraints = new Constraints();
        constraints.range(limit, "limit", 1, MAX_LISTED);
        constraints.verify();
        String after = input.text("ExclusiveStartDeliveryStreamName");
        var streams = region(request).deliveryStreamsByName();
        Page<DeliveryStream> page = Page.of(
                after == null ? streams.values() : streams.tailMap(after, false).values(),
                limit == null ? DEFAULT_LISTED : limit);
        return new Answer(request.wire().object(out -> {
            out.writeArrayFieldStart("DeliveryStreamNames");
            for (DeliveryStream stream : page.items()) {
                out.writeString(stream.name());
            }
            out.writeEndArray();
            out.writeBooleanField("HasMoreDeliveryStreams", page.more());
        }));
    }

    private static String checkedName(AwsRequest request) {
        String name = request.input().text("DeliveryStreamName");
        Constraints constraints = new Constraints();
        checkName(constraints, name);
        constraints.verify();
        return name;
    }

    private static void checkName(Constraints constraints, String name) {
        constraints.notNull(name, "deliveryStreamName");
        constraints.text(
                name, "deliveryStreamName", 1, LocalAwsRegion.MAX_DELIVERY_STREAM_NAME, LocalAwsRegion.NAME_PATTERN);
    }

    private LocalAwsRegion region(AwsRequest request) {
        return account.region(request.region());
    }

    private DeliveryStream find(AwsRequest request, String name) {
        DeliveryStream stream = region(request).deliveryStreamsByName().get(name);
        if (stream == null) {
            account.explainMissing("delivery stream", name, request.region(), other -> other.deliveryStreamsByName()
                    .containsKey(name));
            throw AwsException.notFound("Firehose " + name + " under account " + account.id() + " not found.");
        }
        return stream;
    }
}
