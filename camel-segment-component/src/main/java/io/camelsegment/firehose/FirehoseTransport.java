package io.camelsegment.firehose;

import io.camelsegment.aws.AwsTransport;
import io.camelsegment.aws.BatchCall;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.Record;

/** Sends batches by PutRecordBatch, or by PutRecord where only that is allowed. Thread-safe. */
final class FirehoseTransport extends AwsTransport {

    private final FirehoseAsyncClient client;
    private final String deliveryStreamName;

    FirehoseTransport(
            FirehoseAsyncClient client,
            AwsCredentialsProvider credentials,
            String deliveryStreamName,
            Duration requestTimeout) {
        super("Firehose stream " + deliveryStreamName, "firehose:PutRecordBatch", credentials, requestTimeout);
        this.client = client;
        this.deliveryStreamName = deliveryStreamName;
    }

    @Override
    protected BatchCall batchCall(List<PendingRecord> records) {
        return new PutRecordBatchCall(deliveryStreamName, records);
    }

    @Override
    protected CompletableFuture<?> putBatch(AwsRequestOverrideConfiguration batchCall) {
        return client.putRecordBatch(PutRecordBatchRequest.builder()
                .deliveryStreamName(deliveryStreamName)
                .records(List.of())
                .overrideConfiguration(batchCall)
                .build());
    }

    @Override
    protected CompletableFuture<RecordResult> putSingle(PendingRecord record) {
        return client.putRecord(PutRecordRequest.builder()
                        .deliveryStreamName(deliveryStreamName)
                        .record(entry(record))
                        .overrideConfiguration(timeLimit())
                        .build())
                .thenApply(answer -> RecordResult.delivered(answer.recordId()));
    }

    private static Record entry(PendingRecord record) {
        return Record.builder()
                .data(SdkBytes.fromByteArrayUnsafe(record.data()))
                .build();
    }
}
