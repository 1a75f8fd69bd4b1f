package io.camelsegment.app;

import io.camelsegment.app.doctor.Caller;
import io.camelsegment.aws.AwsNames;
import io.camelsegment.routes.AwsAccess;
import io.camelsegment.routes.Destination;
import io.camelsegment.routes.MappingTable;
import io.camelsegment.routes.Source;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.EndpointTag;
import software.amazon.awssdk.regions.PartitionEndpointKey;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * The settings after all checks: what the routes are built from. Immutable.
 *
 * @param sources          sorted by name
 * @param destinations     sorted by name
 * @param credentials      how roles are assumed
 */
record Settings(List<Source> sources, List<Destination> destinations, Credentials credentials) {

    private static final String DEFAULT_REGION = "us-west-2";

    private static final Duration SHORTEST_SESSION = Duration.ofMinutes(15);
    private static final Duration LONGEST_SESSION = Duration.ofHours(12);
    private static final Duration LONGEST_CHAINED_SESSION = Duration.ofHours(1);

    private static final PartitionEndpointKey DUAL_STACK =
            PartitionEndpointKey.builder().tags(EndpointTag.DUALSTACK).build();

    /** Names become parts of endpoint URIs and route ids. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /**
     * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html">CreateStream</a>, read
     *     2026-11-21
     */
    private static final Pattern STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    /**
     * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html">
     *     CreateDeliveryStream</a>, read 2026-11-21
     */
    private static final Pattern DELIVERY_STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    /**
     * How roles are assumed.
     *
     * @param endpointOverride    where all AWS calls go that have no place of their own; null for AWS
     * @param stsEndpointOverride where roles are assumed; null for the endpointOverride
     * @param baseRoleAddress     the role that assumes the others; null for none
     * @param baseSecretId        that role's external ID, a secret; null without one
     * @param sessionDuration     how long a role's credentials live
     */
    record Credentials(
            URI endpointOverride,
            URI stsEndpointOverride,
            String baseRoleAddress,
            String baseSecretId,
            Duration sessionDuration) {

        /** Where nothing is set. */
        static final Credentials DEFAULT = new Credentials(null, null, null, null, LONGEST_CHAINED_SESSION);

        /**
         * Returns who assumes the roles, for the doctor.
         *
         * @param baseCredentials null for AWS's default chain
         */
        Caller caller(AwsCredentialsProvider baseCredentials) {
            return new Caller(
                    baseCredentials,
                    baseRoleAddress,
                    baseSecretId,
                    sessionDuration,
                    stsEndpointOverride != null ? stsEndpointOverride : endpointOverride,
                    endpointOverride);
        }

        /** Names nothing, since one is secret. */
        @Override
        public String toString() {
            return "Credentials";
        }
    }

    /**
     * Returns the same sources and destinations with all AWS calls going to AWS, or to where the endpoints' defaults lead, and with
     * the defaults of {@link Credentials}: without a base role.
     */
    Settings withoutEndpointOverrides() {
        return new Settings(
                sources,
                destinations.stream().map(Settings::withoutEndpointOverride).toList(),
                Credentials.DEFAULT);
    }

    private static Destination withoutEndpointOverride(Destination destination) {
        AwsAccess aws = destination.aws();
        return destination.withAws(new AwsAccess(aws.region(), aws.roleAddress(), aws.secretId(), null));
    }

    /**
     * Checks the settings and turns them into what the routes are built from.
     *
     * @param userRoutes whether there are Camel routes beside the app: then it may have no sources or destinations; so it may in
     *     local mode, which has an example
     * @throws ConfigurationException if something is wrong, with one line for each mistake and no secret in any
     */
    static Settings read(SegmentConfig config, boolean userRoutes) {
        return new Reader(config).read(userRoutes);
    }

    /** One reading of the settings; collects the mistakes, so that all can be mended at once. */
    private static final class Reader {

        private final SegmentConfig config;
        private final List<String> mistakes = new ArrayList<>();
        private URI endpointOverride;

        Reader(SegmentConfig config) {
            this.config = config;
        }

        Settings read(boolean userRoutes) {
            endpointOverride = endpointOverride(
                    "segment.aws.endpoint-override", config.aws().endpointOverride());
            List<Source> sources = new ArrayList<>();
            Map<String, String> owners = new HashMap<>();
            new TreeMap<>(config.sources()).forEach((name, source) -> sources.add(source(name, source, owners)));
            List<Destination> destinations = new ArrayList<>();
            new TreeMap<>(config.destinations())
                    .forEach((name, destination) -> destinations.add(destination(name, destination)));

            for (Source source : sources) {
                if (destinations.stream().noneMatch(d -> d.sources().contains(source.name()))) {
                    mistake(
                            key("sources", source.name()),
                            "expected at least one destination that takes its events, but there is none",
                            config.destinations().isEmpty()
                                    ? "add one under segment.destinations"
                                    : "add " + source.name() + " to the sources of one");
                }
            }
            boolean localExample = config.localAws().enabled() && destinations.isEmpty();
            if (sources.isEmpty() && !userRoutes && !localExample) {
                mistake(
                        "segment.sources",
                        "expected at least one source, but there is none, nor a route in routes/*.camel.yaml",
                        "set segment.sources.web.write-key and a destination, in application.yaml or in the file"
                                + " that SEGMENT_CONFIG names");
            }
            Credentials credentials = credentials(destinations);
            if (!mistakes.isEmpty()) {
                throw new ConfigurationException(String.join(System.lineSeparator(), mistakes));
            }
            return new Settings(List.copyOf(sources), List.copyOf(destinations), credentials);
        }

        private Source source(String name, SegmentConfig.SourceConfig source, Map<String, String> owners) {
            String key = key("sources", name);
            checkName(key, name);
            String writeKey = source.writeKey().map(String::strip).orElse("");
            if (writeKey.isEmpty()) {
                mistake(
                        key + ".write-key",
                        "expected the key that the senders show, several separated by commas, but there is none",
                        "set it to what the SDKs are set up with");
            }
            for (String one : writeKey.split(",", -1)) {
                String owner = one.isBlank() ? null : owners.putIfAbsent(one.strip(), key);
                if (owner != null && !owner.equals(key)) {
                    mistake(
                            key + ".write-key",
                            "expected keys of this source alone, but one is also in " + owner + ".write-key",
                            "give each source its own");
                }
            }
            return new Source(name, writeKey);
        }

        private Destination destination(String name, SegmentConfig.DestinationConfig destination) {
            String key = key("destinations", name);
            checkName(key, name);
            AwsAccess aws = aws(key, destination);
            Set<String> sources = sources(key, destination);
            Destination.Duty duty = duty(key, destination);
            String type = destination
                    .type()
                    .map(t -> t.strip().toLowerCase(Locale.ROOT))
                    .orElse("");
            switch (type) {
                case "kinesis" -> {
                    refuse(key + ".map", !destination.map().isEmpty(), "firehose");
                    refuse(key + ".match", destination.match().isPresent(), "firehose");
                }
                case "firehose" -> {
                    refuse(key + ".stream-name", destination.streamName().isPresent(), "kinesis");
                    refuse(key + ".use-message-id", destination.useMessageId().isPresent(), "kinesis");
                    return new Destination.Firehose(
                            name, sources, aws, duty, map(key, destination), match(key, destination));
                }
                default ->
                    mistake(
                            key + ".type",
                            "expected kinesis or firehose, but " + was(destination.type()),
                            "set it to one of them");
            }
            String streamName = type.equals("kinesis") ? streamName(key, destination) : "";
            return new Destination.Kinesis(
                    name,
                    sources,
                    aws,
                    duty,
                    streamName,
                    destination.useMessageId().orElse(false));
        }

        private Destination.Duty duty(String key, SegmentConfig.DestinationConfig destination) {
            boolean required = destination.required().orElse(true);
            if (required && destination.deadLetterUri().isPresent()) {
                mistake(
                        key + ".dead-letter-uri",
                        "expected only with required: false, since senders repeat what a required destination did not"
                                + " accept, but there it is",
                        "remove it or set required to false");
            }
            return new Destination.Duty(required, destination.deadLetterUri().orElse(null));
        }

        private String streamName(String key, SegmentConfig.DestinationConfig destination) {
            String streamName = destination.streamName().orElse("");
            if (!STREAM.matcher(streamName).matches()) {
                mistake(
                        key + ".stream-name",
                        "expected the name of a Kinesis data stream, 1 to 128 letters, digits, '.', '-' and '_', but "
                                + was(destination.streamName()),
                        "set it to the name that the AWS console shows");
            }
            return streamName;
        }

        private Map<String, List<String>> map(String key, SegmentConfig.DestinationConfig destination) {
            Map<String, List<String>> rows = new TreeMap<>();
            if (destination.map().isEmpty()) {
                mistake(
                        key + ".map",
                        "expected at least one row, but there is none",
                        "map an event name, a type or \"*\" to a delivery stream");
            }
            destination.map().forEach((event, streams) -> {
                String row = key + ".map.\"" + event + "\"";
                rows.put(
                        event,
                        streams.orElse(List.of()).stream()
                                .map(String::strip)
                                .filter(stream -> !stream.isEmpty())
                                .toList());
                if (rows.get(event).isEmpty()) {
                    mistake(
                            row,
                            "expected at least one delivery stream, but there is none",
                            "name a stream or remove the row");
                }
                for (String stream : rows.get(event)) {
                    if (!DELIVERY_STREAM.matcher(stream).matches()) {
                        mistake(
                                row,
                                "expected names of delivery streams, 1 to 64 letters, digits, '.', '-' and '_', but was \""
                                        + stream + "\"",
                                "set it to the name that the AWS console shows");
                    }
                }
            });
            return rows;
        }

        private MappingTable.Match match(String key, SegmentConfig.DestinationConfig destination) {
            String match = destination
                    .match()
                    .map(m -> m.strip().toLowerCase(Locale.ROOT))
                    .orElse("all");
            if (!match.equals("all") && !match.equals("first")) {
                mistake(
                        key + ".match",
                        "expected all or first, but " + was(destination.match()),
                        "set it to all, so that an event goes to the streams of every row that fits it");
            }
            return match.equals("first") ? MappingTable.Match.FIRST : MappingTable.Match.ALL;
        }

        private Set<String> sources(String key, SegmentConfig.DestinationConfig destination) {
            Set<String> known = new TreeSet<>(config.sources().keySet());
            if (destination.sources().isEmpty()) {
                return known;
            }
            Set<String> sources = new TreeSet<>();
            destination.sources().get().forEach(source -> sources.add(source.strip()));
            for (String source : sources) {
                if (!known.contains(source)) {
                    mistake(
                            key + ".sources",
                            "expected names under segment.sources, but was \"" + source + "\"",
                            known.isEmpty() ? "add it there" : "there are " + String.join(", ", known));
                }
            }
            return sources;
        }

        private AwsAccess aws(String key, SegmentConfig.DestinationConfig destination) {
            String region = destination.region().map(String::strip).orElse(DEFAULT_REGION);
            if (!AwsNames.REGION.matcher(region).matches()) {
                mistake(
                        key + ".region",
                        "expected an AWS region, but " + was(destination.region()),
                        "set it to a name such as " + DEFAULT_REGION);
            }
            Optional<String> role = destination.roleAddress().map(String::strip);
            role.ifPresent(address -> checkRole(key + ".role-address", address));
            return new AwsAccess(
                    region,
                    role.orElse(null),
                    secretId(key, destination),
                    destination.endpointOverride().isPresent()
                            ? endpointOverride(key + ".endpoint-override", destination.endpointOverride())
                            : endpointOverride);
        }

        private String secretId(String key, SegmentConfig.DestinationConfig destination) {
            if (destination.roleAddress().isEmpty()) {
                if (destination.secretId().isPresent()) {
                    mistake(
                            key + ".secret-id",
                            "expected a role-address beside it, since it is that role's external ID, but there is none",
                            "set role-address, or remove secret-id to use AWS's default credentials");
                }
                return null;
            }
            String setting = destination.secretId().isPresent() ? key + ".secret-id" : "segment.workspace-id";
            Optional<String> secretId = destination.secretId().or(config::workspaceId);
            if (secretId.isEmpty()) {
                mistake(
                        key + ".secret-id",
                        "expected the external ID of the role, but there is neither this nor segment.workspace-id",
                        "set one of them to what the role's trust policy asks for");
            } else {
                checkSecretId(setting, secretId.get());
            }
            return secretId.orElse(null);
        }

        private Credentials credentials(List<Destination> destinations) {
            SegmentConfig.AwsConfig aws = config.aws();
            Optional<String> role = aws.baseRoleAddress().map(String::strip);
            role.ifPresent(address -> checkRole("segment.aws.base-role-address", address));
            aws.baseSecretId().ifPresent(secretId -> checkSecretId("segment.aws.base-secret-id", secretId));
            if (role.isEmpty() && aws.baseSecretId().isPresent()) {
                mistake(
                        "segment.aws.base-secret-id",
                        "expected segment.aws.base-role-address beside it, since it is that role's external ID, but there"
                                + " is none",
                        "set it, or remove this");
            }
            return new Credentials(
                    commonEndpoint(endpointOverride, destinations),
                    endpointOverride("segment.aws.sts-endpoint-override", aws.stsEndpointOverride()),
                    role.orElse(null),
                    aws.baseSecretId().orElse(null),
                    sessionDuration(aws.sessionDuration(), role.isPresent()));
        }

        private Duration sessionDuration(Optional<String> text, boolean chained) {
            Duration longest = chained ? LONGEST_CHAINED_SESSION : LONGEST_SESSION;
            try {
                Duration duration = text.map(DurationConverter::parseDuration).orElse(LONGEST_CHAINED_SESSION);
                if (duration.compareTo(SHORTEST_SESSION) >= 0 && duration.compareTo(longest) <= 0) {
                    return duration;
                }
            } catch (IllegalArgumentException e) {
                // Told below, like a duration out of range.
            }
            mistake(
                    "segment.aws.session-duration",
                    "expected 15m to " + longest.toHours() + "h"
                            + (chained ? ", the longest that AWS allows where a role assumes a role" : "") + ", but "
                            + was(text),
                    "set it to no more than the maximum session duration of the roles, or remove it for 1h");
            return LONGEST_CHAINED_SESSION;
        }

        /** Tells no value: whoever swaps the two settings has put the secret ID here. */
        private void checkRole(String setting, String roleAddress) {
            if (!AwsNames.ROLE_ADDRESS.matcher(roleAddress).matches()) {
                mistake(
                        setting,
                        "expected the ARN of an IAM role, but was something else",
                        "set it to the role's ARN, such as arn:aws:iam::123456789012:role/example-role");
            }
        }

        private void checkSecretId(String setting, String secretId) {
            if (!AwsNames.SECRET_ID.matcher(secretId).matches()) {
                mistake(
                        setting,
                        "expected 2 to 1224 letters, digits and any of _+=,.@:/-, as AWS takes for an external ID,"
                                + " but was something else",
                        "set it to what the role's trust policy asks for");
            }
        }

        private URI endpointOverride(String setting, Optional<String> text) {
            if (text.isEmpty()) {
                return null;
            }
            try {
                URI uri = URI.create(text.get().strip());
                if (Set.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                // Told below, like a URI of another kind.
            }
            mistake(
                    setting,
                    "expected an http or https URI, but was something else",
                    "set it to one such as http://127.0.0.1:4566, or remove it to use AWS");
            return null;
        }

        /**
         * Returns where roles are assumed: at the place of all AWS calls; without it where the destinations with a role go, if
         * that is one place and none of AWS's own, since a LocalStack-like server has all services and a VPC endpoint has one.
         */
        private static URI commonEndpoint(URI endpointOverride, List<Destination> destinations) {
            if (endpointOverride != null) {
                return endpointOverride;
            }
            Set<URI> endpoints = new HashSet<>();
            for (Destination destination : destinations) {
                if (destination.aws().roleAddress() != null) {
                    endpoints.add(destination.aws().endpointOverride());
                }
            }
            URI only = endpoints.size() == 1 ? endpoints.iterator().next() : null;
            return only == null || isAws(only.getHost()) ? null : only;
        }

        /** Tells hosts of any partition, also of dual-stack endpoints. */
        private static boolean isAws(String host) {
            return Region.regions().stream()
                    .map(PartitionMetadata::of)
                    .flatMap(partition -> Stream.of(partition.dnsSuffix(), partition.dnsSuffix(DUAL_STACK)))
                    .anyMatch(suffix -> host.equals(suffix) || host.endsWith("." + suffix));
        }

        private void checkName(String key, String name) {
            if (!NAME.matcher(name).matches()) {
                mistake(
                        key,
                        "expected a name of 1 to 64 letters, digits, '.', '-' and '_' that begins with a letter or digit",
                        "rename it");
            }
        }

        private void refuse(String setting, boolean present, String type) {
            if (present) {
                mistake(
                        setting,
                        "expected only in a destination of type " + type + ", but there it is",
                        "remove it or change the type");
            }
        }

        private void mistake(String setting, String what, String mend) {
            String line = setting + ": " + what + ": " + mend;
            if (!mistakes.contains(line)) {
                mistakes.add(line);
            }
        }

        private static String was(Optional<String> value) {
            return value.map(v -> "was \"" + v + "\"").orElse("there is none");
        }

        private static String key(String group, String name) {
            return "segment." + group + "."
                    + (NAME.matcher(name).matches() && !name.contains(".") ? name : '"' + name + '"');
        }
    }
}
