package io.camelsegment.app.settings;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.aws.AwsNames;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.regions.Region;

/** Reads how destinations reach AWS. */
final class AwsAccessReader {

    static final String DEFAULT_REGION = "us-west-2";

    private static final Set<String> REGIONS = Region.regions().stream()
            .filter(region -> !region.isGlobalRegion())
            .map(Region::id)
            .collect(Collectors.toCollection(TreeSet::new));

    private final SegmentConfig config;
    private final AwsValues values;
    private final Mistakes mistakes;
    private final URI endpointOverride;

    AwsAccessReader(SegmentConfig config, AwsValues values, Mistakes mistakes) {
        this.config = config;
        this.values = values;
        this.mistakes = mistakes;
        endpointOverride = values.endpoint("aws", "endpoint-override");
    }

    /** Returns where all AWS calls go that have no place of their own; null for AWS. */
    URI endpointOverride() {
        return endpointOverride;
    }

    /**
     * Reads how a destination reaches AWS.
     *
     * @param defaultRegion the region of its streams where the settings name none
     */
    AwsAccess read(String destination, String defaultRegion) {
        boolean overridden = config.isWritten("destinations", destination, "endpoint-override");
        return new AwsAccess(
                region(destination, defaultRegion, overridden || config.isWritten("aws", "endpoint-override")),
                values.role("destinations", destination, "role-address").orElse(null),
                secretId(destination),
                overridden ? values.endpoint("destinations", destination, "endpoint-override") : endpointOverride,
                config.options("destinations", destination));
    }

    private String region(String destination, String defaultRegion, boolean overridden) {
        Optional<String> written = config.text("destinations", destination, "region");
        String region = written.orElse(defaultRegion);
        if (!AwsNames.REGION.matcher(region).matches()) {
            mistakes.add(
                    key(destination, "region"),
                    "expected an AWS region, but " + Mistakes.was(written),
                    "set it to a name such as " + DEFAULT_REGION);
        } else if (!overridden
                && !REGIONS.contains(region)
                && !config.flag("aws", "allow-unknown-regions").orElse(false)) {
            mistakes.add(
                    key(destination, "region"),
                    "expected an AWS region that is known, but " + Mistakes.was(Optional.of(region)),
                    "did you mean " + NearestSetting.of(region, REGIONS)
                            + "? If it is new, set segment.aws.allow-unknown-regions");
        }
        return region;
    }

    private String secretId(String destination) {
        String setting = key(destination, "secret-id");
        Optional<String> own = config.text("destinations", destination, "secret-id");
        if (!config.isWritten("destinations", destination, "role-address")) {
            if (own.isPresent()) {
                mistakes.add(
                        setting,
                        "expected a role-address beside it, since it is that role's external ID, but there is none",
                        "set role-address, or remove secret-id to use AWS's default credentials");
            }
            return null;
        }
        Optional<String> secretId = own.or(() -> config.text("workspace-id"));
        if (secretId.isEmpty()) {
            mistakes.add(
                    setting,
                    "expected the external ID of the role, but there is neither this nor segment.workspace-id",
                    "set one of them to what the role's trust policy asks for");
        }
        values.checkSecretId(own.isPresent() ? setting : "segment.workspace-id", secretId);
        return secretId.orElse(null);
    }

    private static String key(String destination, String setting) {
        return SettingName.of("destinations", destination, setting);
    }
}
