package io.camelsegment.app.setup;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A customer's KMS key.
 *
 * @param name its ID, ARN or alias, as the service tells it
 */
record KmsKey(String name) {

    private static final Pattern ID = Pattern.compile("(mrk-)?[0-9a-f-]{32,36}");

    /** Returns the key; empty for null, and for one that AWS manages: whoever may use the stream may use that. */
    static Optional<KmsKey> ofCustomer(String name) {
        return name == null || name.contains("alias/aws/") ? Optional.empty() : Optional.of(new KmsKey(name));
    }

    /**
     * Returns its ARN; empty for an alias, which does not tell it.
     *
     * @param stream the stream that is encrypted with it
     */
    Optional<String> arn(Arn stream) {
        if (name.contains(":key/")) {
            return Optional.of(name);
        }
        return ID.matcher(name).matches()
                ? Optional.of(
                        new Arn(stream.partition(), "kms", stream.region(), stream.account(), "key/" + name).toString())
                : Optional.empty();
    }
}
