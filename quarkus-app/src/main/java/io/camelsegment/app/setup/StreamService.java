package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Service;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** What differs between services for the doctor and the policies. Immutable. */
sealed interface StreamService permits KinesisService, FirehoseService {

    static StreamService of(Service service) {
        return switch (service) {
            case KINESIS -> new KinesisService();
            case FIREHOSE -> new FirehoseService();
        };
    }

    /** Returns the name of the service in actions and ARNs. */
    String word();

    /** Returns what an ARN has before a stream's name. */
    String resource();

    /** Returns the word for a stream in messages. */
    String label();

    /** Returns the action that puts many records. */
    String putBatch();

    /** Returns the action that puts one record. */
    default String putOne() {
        return word() + ":PutRecord";
    }

    /** Returns the action that describes a stream. */
    String describe();

    /** Returns what a writer needs of the customer's KMS key that a stream is encrypted with. */
    List<String> keyActions();

    /** Returns the context that the service gives with the use of a key for the stream. */
    Map<String, String> encryptionContext(Arn stream);

    /**
     * Returns the permissions for delivery and the doctor, in the order of the policy.
     *
     * @param packsByShard whether events are packed by shard
     */
    List<Grant> grants(boolean packsByShard);

    /**
     * Asks the service about a stream.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if it does not tell
     */
    StreamCheck check(DestinationStream stream, AwsClients clients, AwsCredentialsProvider credentials);

    /**
     * A permission on streams, or on the keys that they are encrypted with.
     *
     * @param id the statement's {@code Sid}
     */
    record Grant(String id, boolean onKeys, List<String> actions) {}
}
