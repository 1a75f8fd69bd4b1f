package io.camelsegment.app.settings;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.aws.AwsNames;
import java.net.URI;
import java.util.Optional;

/** Reads how destinations reach AWS. */
final class AwsAccessReader {

    private static final String DEFAULT_REGION = "us-west-2";

    private final SegmentConfig config;
    private final AwsValues values;
    private final Mistakes mistakes;
    private final URI endpointOverride;

    AwsAccessReader(SegmentConfig config, AwsValues values, Mistakes mistakes) {
        this.config = config;
        this.values = values;
        this.mistakes = mistakes;
        endpointOverride =
                values.endpoint("segment.aws.endpoint-override", config.aws().endpointOverride());
    }

    /** Returns where all AWS calls go that have no place of their own; null for AWS. */
    URI endpointOverride() {
        return endpointOverride;
    }

    AwsAccess read(String key, SegmentConfig.DestinationConfig destination) {
        String region = destination.region().map(String::strip).orElse(DEFAULT_REGION);
        if (!AwsNames.REGION.matcher(region).matches()) {
            mistakes.add(
                    key + ".region",
                    "expected an AWS region, but " + Mistakes.was(destination.region()),
                    "set it to a name such as " + DEFAULT_REGION);
        }
        Optional<String> role = values.role(key + ".role-address", destination.roleAddress());
        return new AwsAccess(
                region,
                role.orElse(null),
                secretId(key, destination),
                destination.endpointOverride().isPresent()
                        ? values.endpoint(key + ".endpoint-override", destination.endpointOverride())
                        : endpointOverride);
    }

    private String secretId(String key, SegmentConfig.DestinationConfig destination) {
        if (destination.roleAddress().isEmpty()) {
            if (destination.secretId().isPresent()) {
                mistakes.add(
                        key + ".secret-id",
                        "expected a role-address beside it, since it is that role's external ID, but there is none",
                        "set role-address, or remove secret-id to use AWS's default credentials");
            }
            return null;
        }
        Optional<String> secretId = destination.secretId().or(config::workspaceId);
        if (secretId.isEmpty()) {
            mistakes.add(
                    key + ".secret-id",
                    "expected the external ID of the role, but there is neither this nor segment.workspace-id",
                    "set one of them to what the role's trust policy asks for");
        }
        values.checkSecretId(
                destination.secretId().isPresent() ? key + ".secret-id" : "segment.workspace-id", secretId);
        return secretId.orElse(null);
    }
}
