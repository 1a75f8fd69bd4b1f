package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Service;
import io.camelsegment.aws.StreamArn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.KeyType;

/** Amazon Data Firehose. */
record FirehoseService() implements StreamService {

    private static final String DIRECT_PUT = "DirectPut";
    private static final String NOT_ENCRYPTED = "DISABLED";

    @Override
    public String word() {
        return Service.FIREHOSE.word();
    }

    @Override
    public String resource() {
        return "deliverystream/";
    }

    @Override
    public String label() {
        return "Firehose delivery stream";
    }

    @Override
    public String putBatch() {
        return "firehose:PutRecordBatch";
    }

    @Override
    public String describe() {
        return "firehose:DescribeDeliveryStream";
    }

    @Override
    public List<String> keyActions() {
        return List.of("kms:GenerateDataKey", "kms:Decrypt");
    }

    @Override
    public Map<String, String> encryptionContext(Arn stream) {
        return Map.of();
    }

    @Override
    public List<Grant> grants(boolean packsByShard) {
        return List.of(
                new Grant("PutToFirehose", false, List.of(putOne(), putBatch())),
                new Grant("CheckDeliveryStream", false, List.of(describe())),
                new Grant("EncryptInFirehose", true, keyActions()));
    }

    @Override
    public StreamCheck check(DestinationStream stream, AwsClients clients, AwsCredentialsProvider credentials) {
        DeliveryStreamDescription description = clients.firehose(stream.aws(), credentials)
                .describeDeliveryStream(request -> request.deliveryStreamName(StreamArn.name(stream.name())))
                .deliveryStreamDescription();
        if (StreamArn.isArn(stream.name()) && !stream.name().equals(description.deliveryStreamARN())) {
            Check check = Check.fail(
                            Check.Step.STREAM,
                            "it is of another account: the stream of that name is " + description.deliveryStreamARN(),
                            "give credentials of the stream's account: Firehose takes no ARN")
                    .about(stream.name());
            return new StreamCheck(check, Optional.empty());
        }
        DeliveryStreamEncryptionConfiguration encryption = description.deliveryStreamEncryptionConfiguration();
        boolean encrypted = encryption != null
                && encryption.statusAsString() != null
                && !encryption.statusAsString().equals(NOT_ENCRYPTED);
        String key = encrypted && encryption.keyType() == KeyType.CUSTOMER_MANAGED_CMK ? encryption.keyARN() : null;
        String status = description.deliveryStreamStatusAsString();
        String source = description.deliveryStreamTypeAsString();
        String found = status + ", " + source
                + (key != null
                        ? ", encrypted with " + key
                        : encrypted ? ", encrypted with a key of AWS" : ", not encrypted");
        if (!DIRECT_PUT.equals(source)) {
            Check check = Check.fail(
                            Check.Step.STREAM,
                            found + ": it takes no records from senders",
                            "name a delivery stream whose source is Direct PUT; the source cannot be changed")
                    .about(stream.name());
            return new StreamCheck(check, KmsKey.ofCustomer(key));
        }
        return StreamCheck.byStatus(stream.name(), status, found, KmsKey.ofCustomer(key));
    }
}
