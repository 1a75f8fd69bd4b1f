package io.camelsegment.app.doctor;

import static io.camelsegment.app.doctor.Check.Step.STREAM;

import io.camelsegment.app.doctor.Subject.Service;
import io.camelsegment.app.doctor.Subject.Stream;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * What a stream says of itself.
 *
 * @param check what it came to
 * @param key   the customer's KMS key that it is encrypted with, as the service names it; null if there is none or it is not known
 */
record StreamState(Check check, String key) {

    /** Describes streams, where that is allowed. Thread-safe. */
    static final class Examiner {

        private static final Set<String> TAKES_RECORDS = Set.of("ACTIVE", "UPDATING");
        private static final String DIRECT_PUT = "DirectPut";
        private static final String NOT_ENCRYPTED = "DISABLED";

        private final AwsClients clients;

        Examiner(AwsClients clients) {
            this.clients = clients;
        }

        StreamState examine(Stream stream, RoleSession session) {
            if (session.credentials() == null) {
                return untold(
                        Check.untried(
                                STREAM,
                                session.assumed().outcome() == Outcome.PASS
                                        ? Check.Step.IDENTITY
                                        : Check.Step.ASSUME_ROLE),
                        stream);
            }
            String place = stream.service() + " " + stream.access().region() + " " + stream.endpoint();
            if (clients.isSilent(place)) {
                return untold(Check.unanswered(STREAM, stream.service().prefix() + " did not answer before"), stream);
            }
            try {
                return stream.service() == Service.KINESIS ? kinesis(stream, session) : firehose(stream, session);
            } catch (SdkException e) {
                Said said = new Said(e, stream.access().secretId());
                if (said.isSilence()) {
                    clients.silent(place);
                }
                return untold(refused(said, stream, session), stream);
            }
        }

        private static StreamState untold(Check check, Stream stream) {
            return new StreamState(check.about(stream.name()), null);
        }

        private static Check refused(Said said, Stream stream, RoleSession session) {
            if (said.isPassing()) {
                return Check.unanswered(STREAM, said.toString());
            }
            if (said.code().equals("ResourceNotFoundException")) {
                return Check.fail(
                        STREAM,
                        "there is none in " + stream.access().region()
                                + (session.account() == null ? "" : " of account " + session.account()),
                        "create it, or correct the name, the region or the account of the role");
            }
            return Check.unknown(
                    STREAM,
                    said.toString(),
                    said.isDenial()
                            ? "allow " + stream.service().describe()
                                    + " to have it looked at, and its encryption with it"
                            : null);
        }

        private StreamState kinesis(Stream stream, RoleSession session) {
            StreamDescriptionSummary summary = clients.kinesis(stream, session)
                    .describeStreamSummary(request -> request.streamName(stream.name()))
                    .streamDescriptionSummary();
            String key = summary.encryptionType() == EncryptionType.KMS ? summary.keyId() : null;
            String shards = summary.openShardCount() + (summary.openShardCount() == 1 ? " shard" : " shards");
            String found = summary.streamStatusAsString() + ", "
                    + (summary.streamModeDetails() == null
                            ? ""
                            : summary.streamModeDetails().streamModeAsString() + ", ")
                    + shards
                    + (summary.maxRecordSizeInKiB() == null
                            ? ""
                            : ", records up to " + summary.maxRecordSizeInKiB() + " KiB")
                    + (key == null ? ", not encrypted" : ", encrypted with " + key);
            return new StreamState(
                    byStatus(summary.streamStatusAsString(), found).about(stream.name()), ofCustomer(key));
        }

        private StreamState firehose(Stream stream, RoleSession session) {
            DeliveryStreamDescription description = clients.firehose(stream, session)
                    .describeDeliveryStream(request -> request.deliveryStreamName(stream.name()))
                    .deliveryStreamDescription();
            DeliveryStreamEncryptionConfiguration encryption = description.deliveryStreamEncryptionConfiguration();
            boolean encrypted = encryption != null
                    && encryption.statusAsString() != null
                    && !encryption.statusAsString().equals(NOT_ENCRYPTED);
            String key = encrypted && encryption.keyType() == KeyType.CUSTOMER_MANAGED_CMK ? encryption.keyARN() : null;
            String found = description.deliveryStreamStatusAsString() + ", " + description.deliveryStreamTypeAsString()
                    + (key != null
                            ? ", encrypted with " + key
                            : encrypted ? ", encrypted with a key of AWS" : ", not encrypted");
            Check check = byStatus(description.deliveryStreamStatusAsString(), found);
            if (!DIRECT_PUT.equals(description.deliveryStreamTypeAsString())) {
                check = Check.fail(
                        STREAM,
                        found + ": it takes no records from senders",
                        "name a delivery stream whose source is Direct PUT; the source cannot be changed");
            }
            return new StreamState(check.about(stream.name()), ofCustomer(key));
        }

        private static Check byStatus(String status, String found) {
            return TAKES_RECORDS.contains(status)
                    ? Check.pass(STREAM, found)
                    : Check.fail(STREAM, found, "wait until it is ACTIVE, or create it again");
        }

        /** The keys that AWS manages may be used by everyone who may use the stream. */
        private static String ofCustomer(String key) {
            return key == null || key.contains("alias/aws/") ? null : key;
        }
    }
}
