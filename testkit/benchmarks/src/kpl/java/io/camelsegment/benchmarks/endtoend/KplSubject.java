package io.camelsegment.benchmarks.endtoend;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import java.nio.ByteBuffer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

/**
 * Amazon's Kinesis Producer Library, fed with ready records. Its work is done by a native program, a child of this
 * process.
 *
 * <p>Arguments: the port of the stand-in for AWS, with TLS, and {@code packed} or {@code unpacked}.
 */
public final class KplSubject {

    private static final long NO_RATE_LIMIT = 1_000_000;

    private KplSubject() {}

    public static void main(String[] arguments) throws Exception {
        long port = Long.parseLong(arguments[0]);
        KinesisProducer producer = new KinesisProducer(new KinesisProducerConfiguration()
                .setRegion("us-west-2")
                .setKinesisEndpoint("127.0.0.1")
                .setKinesisPort(port)
                .setStsEndpoint("127.0.0.1")
                .setStsPort(port)
                .setVerifyCertificate(false)
                .setCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("bench", "bench")))
                .setMetricsLevel("none")
                .setRateLimit(NO_RATE_LIMIT)
                .setThreadingModel(KinesisProducerConfiguration.ThreadingModel.POOLED)
                .setAggregationEnabled(arguments[1].equals("packed")));
        new RecordFeed().run((key, data, done) -> Futures.addCallback(
                producer.addUserRecord("events", key, ByteBuffer.wrap(data)),
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(UserRecordResult result) {
                        done.run();
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        failure.printStackTrace();
                        System.exit(1);
                    }
                },
                MoreExecutors.directExecutor()));
        producer.destroy();
    }
}
