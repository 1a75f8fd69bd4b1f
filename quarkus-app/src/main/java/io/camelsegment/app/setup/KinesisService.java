package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Service;
import io.camelsegment.aws.StreamArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** Amazon Kinesis Data Streams. */
record KinesisService() implements StreamService {

    @Override
    public String word() {
        return Service.KINESIS.word();
    }

    @Override
    public String resource() {
        return "stream/";
    }

    @Override
    public String label() {
        return "Kinesis stream";
    }

    @Override
    public String putBatch() {
        return "kinesis:PutRecords";
    }

    @Override
    public String describe() {
        return "kinesis:DescribeStreamSummary";
    }

    /**
     * {@inheritDoc}
     *
     * @see <a href="https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html">Permissions to use
     *     user-generated KMS keys</a>, read 2026-11-22
     */
    @Override
    public List<String> keyActions() {
        return List.of("kms:GenerateDataKey");
    }

    @Override
    public Map<String, String> encryptionContext(Arn stream) {
        return Map.of("aws:kinesis:arn", stream.toString());
    }

    @Override
    public List<Grant> grants(boolean packsByShard) {
        List<Grant> grants = new ArrayList<>();
        grants.add(new Grant("PutToKinesis", false, List.of(putOne(), putBatch())));
        grants.add(new Grant("AskForRecordSizeAndCheckStream", false, List.of(describe())));
        if (packsByShard) {
            grants.add(new Grant("PackEventsByShard", false, List.of("kinesis:ListShards")));
        }
        grants.add(new Grant("EncryptInKinesis", true, keyActions()));
        return grants;
    }

    @Override
    public StreamCheck check(DestinationStream stream, AwsClients clients, AwsCredentialsProvider credentials) {
        StreamDescriptionSummary summary = clients.kinesis(stream.aws(), credentials)
                .describeStreamSummary(request -> {
                    if (StreamArn.isArn(stream.name())) {
                        request.streamARN(stream.name());
                    } else {
                        request.streamName(stream.name());
                    }
                })
                .streamDescriptionSummary();
        String key = summary.encryptionType() == EncryptionType.KMS ? summary.keyId() : null;
        String found = summary.streamStatusAsString() + ", "
                + (summary.streamModeDetails() == null
                        ? ""
                        : summary.streamModeDetails().streamModeAsString() + ", ")
                + summary.openShardCount()
                + (summary.openShardCount() == 1 ? " shard" : " shards")
                + (summary.maxRecordSizeInKiB() == null
                        ? ""
                        : ", records up to " + summary.maxRecordSizeInKiB() + " KiB")
                + (key == null ? ", not encrypted" : ", encrypted with " + key);
        return StreamCheck.byStatus(stream.name(), summary.streamStatusAsString(), found, KmsKey.ofCustomer(key));
    }
}
