package io.camelsegment.kinesis;

import io.camelsegment.aws.AwsConnection;
import io.camelsegment.aws.AwsSpans;
import io.camelsegment.aws.AwsTransport;
import io.camelsegment.aws.BatchAction;
import io.camelsegment.aws.BatchCall;
import io.camelsegment.aws.SdkClient;
import io.camelsegment.aws.StreamArn;
import io.camelsegment.aws.client.ServiceClient;
import io.camelsegment.aws.client.ServiceEndpoint;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;

/** Sends batches by PutRecords, or by PutRecord where only that is allowed. Thread-safe. */
final class KinesisTransport extends AwsTransport {

    private final BatchAction putRecords;
    private final SdkClient<KinesisAsyncClient> others;
    private final boolean isCbor;
    private final String stream;
    /** Null if the stream is given by its ARN. */
    private final String streamName;
    /** Null if the stream is given by its name. */
    private final String streamArn;

    private final RecordLimit recordLimit;

    /**
     * Creates a transport; may block to read AWS's configuration files.
     *
     * @param stream the stream's name or its ARN
     * @param spans  those of the calls; null without traces
     */
    KinesisTransport(
            ServiceClient batches,
            SdkClient<KinesisAsyncClient> others,
            AwsConnection connection,
            AwsCredentialsProvider credentials,
            String stream,
            Duration requestTimeout,
            AwsSpans spans) {
        super("Kinesis stream " + stream, "kinesis:PutRecords", credentials, requestTimeout, spans);
        this.isCbor = SdkSystemSetting.CBOR_ENABLED.getBooleanValueOrThrow();
        this.putRecords = BatchAction.of(() -> {
            ServiceEndpoint endpoint =
                    KinesisEndpoints.data(connection.endpointSettings(KinesisEndpoints.SERVICE), stream);
            return batches.action(
                    endpoint, connection.proxyTo(endpoint), PutRecordsCall.TARGET, PutRecordsCall.contentType(isCbor));
        });
        this.others = others;
        this.stream = stream;
        this.streamName = StreamArn.isArn(stream) ? null : stream;
        this.streamArn = StreamArn.isArn(stream) ? stream : null;
        this.recordLimit = new RecordLimit(
                "Kinesis stream " + stream, () -> call(identity -> readRecordLimit()), System::nanoTime);
    }

    /** Lists the stream's shards; does not wait. */
    CompletableFuture<ShardRanges> listShards() {
        return listShards(new ArrayList<>(), null).thenApply(ShardRanges::new);
    }

    private CompletableFuture<List<Shard>> listShards(List<Shard> before, String nextToken) {
        ListShardsRequest.Builder request = ListShardsRequest.builder().overrideConfiguration(timeLimit());
        if (nextToken == null) {
            request.streamName(streamName)
                    .streamARN(streamArn)
                    .shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST));
        } else {
            request.nextToken(nextToken);
        }
        return call(identity -> others.call(client -> client.listShards(request.build())))
                .thenCompose(page -> {
                    before.addAll(page.shards());
                    return page.nextToken() == null
                            ? CompletableFuture.completedFuture(before)
                            : listShards(before, page.nextToken());
                });
    }

    private CompletableFuture<Integer> readRecordLimit() {
        return others.call(client -> client.describeStreamSummary(DescribeStreamSummaryRequest.builder()
                        .streamName(streamName)
                        .streamARN(streamArn)
                        .overrideConfiguration(timeLimit())
                        .build()))
                .thenApply(answer -> {
                    Integer kib = answer.streamDescriptionSummary().maxRecordSizeInKiB();
                    return kib == null ? null : kib << 10;
                });
    }

    @Override
    public int recordBytes(int size, int usual) {
        return recordLimit.bytesFor(size);
    }

    @Override
    protected RecordResult refusal(PendingRecord record) {
        return recordLimit.refusal(record.size());
    }

    @Override
    protected RecordResult failure(Throwable error, int records) {
        RecordResult failure = super.failure(error, records);
        if (failure.verdict() == Verdict.SPLIT || failure.verdict() == Verdict.FAIL) {
            recordLimit.doubt(); // a record may have been too large
        }
        return failure;
    }

    @Override
    protected BatchCall batchCall(List<PendingRecord> records) {
        return new PutRecordsCall(stream, records, isCbor);
    }

    @Override
    protected CompletableFuture<ByteBuffer> putBatch(BatchCall batch, AwsCredentialsIdentity identity) {
        return putRecords.call(identity, batch);
    }

    @Override
    protected CompletableFuture<RecordResult> putSingle(PendingRecord record) {
        return others.call(client -> client.putRecord(PutRecordRequest.builder()
                        .streamName(streamName)
                        .streamARN(streamArn)
                        .data(SdkBytes.fromByteArrayUnsafe(record.data()))
                        .partitionKey(record.partitionKey())
                        .overrideConfiguration(timeLimit())
                        .build()))
                .thenApply(answer -> RecordResult.delivered(answer.shardId(), answer.sequenceNumber()));
    }

    @Override
    public String hotPartition(String shardId, String facts) {
        return "shard " + shardId + " " + facts + "; if events of a few users make it hot, useMessageId=true spreads"
                + " them over all shards, else the stream needs more shards";
    }
}
