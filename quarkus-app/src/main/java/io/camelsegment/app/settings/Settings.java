package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Source;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The settings after all checks: what the routes are built from. Immutable.
 *
 * @param sources      sorted by name
 * @param destinations sorted by name
 * @param credentials  how roles are assumed
 * @param component    options of the component {@code segment}, by name
 */
public record Settings(
        List<Source> sources, List<Destination> destinations, Credentials credentials, Map<String, String> component) {

    /**
     * How roles are assumed.
     *
     * @param endpointOverride    where all AWS calls go that have no place of their own; null for AWS
     * @param stsEndpointOverride where roles are assumed; null for the endpointOverride
     * @param baseRoleAddress     the role that assumes the others; null for none
     * @param baseSecretId        that role's external ID, a secret; null without one
     * @param sessionDuration     how long a role's credentials live
     */
    public record Credentials(
            URI endpointOverride,
            URI stsEndpointOverride,
            String baseRoleAddress,
            String baseSecretId,
            Duration sessionDuration) {

        /** The defaults. */
        public static final Credentials DEFAULT = new Credentials(null, null, null, null, Duration.ofHours(1));

        /** Returns where roles are assumed; null for AWS. */
        public URI stsEndpoint() {
            return stsEndpointOverride != null ? stsEndpointOverride : endpointOverride;
        }

        /** Names nothing, since one is secret. */
        @Override
        public String toString() {
            return "Credentials";
        }
    }

    /**
     * Checks the settings and turns them into what the routes are built from.
     *
     * @param userRoutes whether there are Camel routes beside the app: then it may have no sources or destinations; so
     *     it may in local mode, which has an example
     * @throws ConfigurationException if something is wrong, with one line for each mistake and no secret in any
     */
    public static Settings read(SegmentConfig config, boolean userRoutes) {
        return new SettingsReader(config).read(userRoutes);
    }

    /**
     * Returns the same sources and destinations with all AWS calls going to AWS, or to where the endpoints' defaults
     * lead, and with the defaults of {@link Credentials}: without a base role.
     */
    public Settings withoutEndpointOverrides() {
        return new Settings(
                sources,
                destinations.stream()
                        .map(destination -> destination.withEndpointOverride(null))
                        .toList(),
                Credentials.DEFAULT,
                component);
    }
}
