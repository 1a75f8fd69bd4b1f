package io.camelsegment.firehose;

import io.camelsegment.aws.AwsConnection;
import io.camelsegment.aws.AwsSpans;
import io.camelsegment.aws.AwsTransport;
import io.camelsegment.aws.BatchAction;
import io.camelsegment.aws.BatchCall;
import io.camelsegment.aws.SdkClient;
import io.camelsegment.aws.client.ServiceClient;
import io.camelsegment.aws.client.ServiceEndpoint;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.Record;

/** Sends batches by PutRecordBatch, or by PutRecord where only that is allowed. Thread-safe. */
final class FirehoseTransport extends AwsTransport {

    private final BatchAction putRecordBatch;
    private final SdkClient<FirehoseAsyncClient> others;
    private final String deliveryStreamName;
    /** Null unless the stream was given by an ARN that may be of another account. */
    private final CallersStream callersStream;

    /**
     * Creates a transport; may block to read AWS's configuration files.
     *
     * @param arnToCheck the ARN that the stream of this name must have in the caller's account; null if any will do
     * @param spans      those of the calls; null without traces
     */
    FirehoseTransport(
            ServiceClient batches,
            SdkClient<FirehoseAsyncClient> others,
            AwsConnection connection,
            AwsCredentialsProvider credentials,
            String deliveryStreamName,
            String arnToCheck,
            Duration requestTimeout,
            AwsSpans spans) {
        super("Firehose stream " + deliveryStreamName, "firehose:PutRecordBatch", credentials, requestTimeout, spans);
        this.putRecordBatch = BatchAction.of(() -> {
            ServiceEndpoint endpoint = FirehoseEndpoints.of(connection.endpointSettings(FirehoseEndpoints.SERVICE));
            return batches.action(
                    endpoint, connection.proxyTo(endpoint), PutRecordBatchCall.TARGET, PutRecordBatchCall.CONTENT_TYPE);
        });
        this.others = others;
        this.deliveryStreamName = deliveryStreamName;
        this.callersStream = arnToCheck == null ? null : new CallersStream(arnToCheck, this::readArn);
    }

    private CompletableFuture<String> readArn() {
        return others.call(client -> client.describeDeliveryStream(DescribeDeliveryStreamRequest.builder()
                        .deliveryStreamName(deliveryStreamName)
                        .overrideConfiguration(timeLimit())
                        .build()))
                .thenApply(answer -> answer.deliveryStreamDescription().deliveryStreamARN());
    }

    @Override
    protected BatchCall batchCall(List<PendingRecord> records) {
        return new PutRecordBatchCall(deliveryStreamName, records);
    }

    @Override
    protected CompletableFuture<ByteBuffer> putBatch(BatchCall batch, AwsCredentialsIdentity identity) {
        return checked(() -> putRecordBatch.call(identity, batch));
    }

    private <T> CompletableFuture<T> checked(Supplier<CompletableFuture<T>> put) {
        return callersStream == null ? put.get() : callersStream.checked(put);
    }

    @Override
    protected CompletableFuture<RecordResult> putSingle(PendingRecord record) {
        return checked(() -> others.call(client -> client.putRecord(PutRecordRequest.builder()
                        .deliveryStreamName(deliveryStreamName)
                        .record(entry(record))
                        .overrideConfiguration(timeLimit())
                        .build())))
                .thenApply(answer -> RecordResult.delivered(answer.recordId()));
    }

    private static Record entry(PendingRecord record) {
        return Record.builder()
                .data(SdkBytes.fromByteArrayUnsafe(record.data()))
                .build();
    }
}
