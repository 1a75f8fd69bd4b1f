package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Destination;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how roles are assumed. */
final class CredentialsReader {

    private static final Duration SHORTEST_SESSION = Duration.ofMinutes(15);
    private static final Duration LONGEST_SESSION = Duration.ofHours(12);
    private static final Duration LONGEST_CHAINED_SESSION = Duration.ofHours(1);

    private final SegmentConfig config;
    private final AwsValues values;
    private final Mistakes mistakes;

    CredentialsReader(SegmentConfig config, AwsValues values, Mistakes mistakes) {
        this.config = config;
        this.values = values;
        this.mistakes = mistakes;
    }

    /**
     * Reads them.
     *
     * @param endpointOverride where all AWS calls go that have no place of their own; null for AWS
     */
    Settings.Credentials read(URI endpointOverride, List<Destination> destinations) {
        Optional<String> role = values.role("aws", "base-role-address");
        Optional<String> secretId = config.text("aws", "base-secret-id");
        values.checkSecretId("segment.aws.base-secret-id", secretId);
        if (role.isEmpty() && secretId.isPresent()) {
            mistakes.add(
                    "segment.aws.base-secret-id",
                    "expected segment.aws.base-role-address beside it, since it is that role's external ID, but there"
                            + " is none",
                    "set it, or remove this");
        }
        return new Settings.Credentials(
                endpointOverride != null ? endpointOverride : commonEndpoint(destinations),
                values.endpoint("aws", "sts-endpoint-override"),
                role.orElse(null),
                secretId.orElse(null),
                sessionDuration(role.isPresent()));
    }

    /**
     * Returns where the destinations with a role go, if that is one place and none of AWS's own: a LocalStack-like
     * server has all services, and a VPC endpoint has one.
     */
    private static URI commonEndpoint(List<Destination> destinations) {
        Set<URI> endpoints = new HashSet<>();
        for (Destination destination : destinations) {
            if (destination.aws().roleAddress() != null) {
                endpoints.add(destination.aws().endpointOverride());
            }
        }
        URI only = endpoints.size() == 1 ? endpoints.iterator().next() : null;
        return only == null || AwsHosts.isAws(only.getHost()) ? null : only;
    }

    private Duration sessionDuration(boolean chained) {
        Optional<String> text = config.text("aws", "session-duration");
        Duration longest = chained ? LONGEST_CHAINED_SESSION : LONGEST_SESSION;
        Optional<Duration> duration = text.isEmpty()
                ? Optional.of(Settings.Credentials.DEFAULT.sessionDuration())
                : SettingType.duration(text.get());
        if (duration.isPresent()
                && duration.get().compareTo(SHORTEST_SESSION) >= 0
                && duration.get().compareTo(longest) <= 0) {
            return duration.get();
        }
        mistakes.add(
                "segment.aws.session-duration",
                "expected 15m to " + longest.toHours() + "h"
                        + (chained ? ", the longest that AWS allows where a role assumes a role" : "") + ", but "
                        + Mistakes.was(text),
                "set it to no more than the maximum session duration of the roles, or remove it for 1h");
        return Settings.Credentials.DEFAULT.sessionDuration();
    }
}
