package io.camelsegment.app.settings;

import io.camelsegment.aws.AwsNames;
import java.net.URI;
import java.util.Optional;

/** Reads single values whose form AWS prescribes. */
final class AwsValues {

    private final SegmentConfig config;
    private final Mistakes mistakes;

    AwsValues(SegmentConfig config, Mistakes mistakes) {
        this.config = config;
        this.mistakes = mistakes;
    }

    /** Reads the ARN of a role. The mistake does not quote it: it may be a misplaced secret ID. */
    Optional<String> role(String... setting) {
        Optional<String> role = config.text(setting);
        if (role.isPresent() && !AwsNames.ROLE_ADDRESS.matcher(role.get()).matches()) {
            mistakes.add(
                    SettingName.of(setting),
                    "expected the ARN of an IAM role, but was something else",
                    "set it to the role's ARN, such as arn:aws:iam::123456789012:role/example-role");
        }
        return role;
    }

    void checkSecretId(String setting, Optional<String> secretId) {
        if (secretId.isPresent() && !AwsNames.SECRET_ID.matcher(secretId.get()).matches()) {
            mistakes.add(
                    setting,
                    "expected 2 to 1224 letters, digits and any of _+=,.@:/-, as AWS takes for an external ID,"
                            + " but was something else",
                    "set it to what the role's trust policy asks for");
        }
    }

    /** Reads the place of a service; null when there is none, or a mistake. */
    URI endpoint(String... setting) {
        Optional<String> text = config.text(setting);
        Optional<URI> endpoint = text.flatMap(SettingType::url);
        if (text.isPresent() && endpoint.isEmpty()) {
            mistakes.add(
                    SettingName.of(setting),
                    "expected an http or https URI without a user, but was something else",
                    "set it to one such as http://127.0.0.1:4566, or remove it to use AWS");
        }
        return endpoint.orElse(null);
    }
}
