package io.camelsegment.app;

import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsRegion;
import io.camelsegment.routes.AwsAccess;
import io.camelsegment.routes.Destination;
import io.camelsegment.routes.MappingTable;
import io.camelsegment.routes.Source;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The collector with a stand-in for AWS in its own process: every configured stream and role is there, with nothing to set
 * up. What arrives is kept in memory, so this is not for production. Closing it stops the stand-in.
 *
 * @param settings those of the user; a small example when there are none
 */
record LocalMode(LocalAws aws, Settings settings) implements AutoCloseable {

    private static final int SHARDS = 2;

    private static final String EXAMPLE_WRITE_KEY = "WRITE_KEY";

    /** What runs when nothing is configured. */
    private static final Settings EXAMPLE = new Settings(
            List.of(new Source("web", EXAMPLE_WRITE_KEY)),
            List.of(
                    new Destination.Kinesis(
                            "analytics", Set.of("web"), new AwsAccess("us-west-2", null, null, null), "events", false),
                    new Destination.Firehose(
                            "lake",
                            Set.of("web"),
                            new AwsAccess("us-west-2", null, null, null),
                            Map.of(
                                    "User Registered",
                                    List.of("new_users"),
                                    "page",
                                    List.of("pages"),
                                    "*",
                                    List.of("lake")),
                            MappingTable.Match.ALL)),
            null);

    /**
     * Starts the stand-in with the streams and roles that the settings name.
     *
     * @param port where it listens on the loopback interface; 0 for a free one
     * @throws ConfigurationException if the port is taken
     */
    static LocalMode start(Settings settings, boolean userRoutes, int port) {
        boolean nothingConfigured =
                settings.sources().isEmpty() && settings.destinations().isEmpty();
        Settings wanted = nothingConfigured && !userRoutes ? EXAMPLE : settings;
        LocalAws aws;
        try {
            aws = LocalAws.builder().port(port).start();
        } catch (IllegalStateException e) {
            throw new ConfigurationException("segment.local-aws.port: expected a free port, but " + port
                    + " is taken: set it to another, or to 0 for a free one");
        }
        createRoles(aws, wanted.destinations());
        for (Destination destination : wanted.destinations()) {
            createStreams(aws.region(destination.aws().region()), destination);
        }
        return new LocalMode(aws, wanted);
    }

    /** Returns what to tell a person at the console: where to send, a command that does, and where to look. */
    String greeting(int httpPort) {
        String api = "http://localhost:" + httpPort + "/v1";
        StringBuilder text = new StringBuilder("Local mode: AWS is a stand-in at " + aws.endpoint() + ", in memory.\n");
        if (settings.sources().isEmpty()) {
            return text.append("  The routes in routes/*.camel.yaml say where to send events: ")
                    .append(api)
                    .append('\n')
                    .toString();
        }
        // The user's own keys are secrets in local mode too.
        String writeKey = settings.equals(EXAMPLE)
                ? EXAMPLE_WRITE_KEY
                : "<a write key of " + settings.sources().get(0).name() + ">";
        text.append("\n  Send an event, with any Segment SDK that has this host, or:\n    curl -u '")
                .append(writeKey)
                .append(":' ")
                .append(api)
                .append(
                        "/track -d '{\"userId\":\"user_1\",\"event\":\"User Registered\",\"properties\":{\"plan\":\"Pro\"}}'\n")
                .append("\n  See it arrive:\n");
        for (Destination destination : settings.destinations()) {
            String service = destination instanceof Destination.Kinesis ? "/kinesis/" : "/firehose/";
            for (String stream : destination.streams()) {
                text.append("    curl ")
                        .append(aws.endpoint())
                        .append(service)
                        .append(stream)
                        .append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        aws.close();
    }

    private static void createRoles(LocalAws aws, List<Destination> destinations) {
        Map<String, Set<String>> secretIds = new TreeMap<>();
        for (Destination destination : destinations) {
            AwsAccess access = destination.aws();
            if (access.roleAddress() != null) {
                secretIds
                        .computeIfAbsent(access.roleAddress(), role -> new TreeSet<>())
                        .add(access.secretId());
            }
        }
        secretIds.forEach((role, ids) -> aws.createRole(role, ids.toArray(String[]::new)));
    }

    private static void createStreams(LocalAwsRegion region, Destination destination) {
        for (String stream : destination.streams()) {
            if (destination instanceof Destination.Kinesis) {
                if (region.streams().stream()
                        .noneMatch(existing -> existing.name().equals(stream))) {
                    region.createStream(stream, SHARDS);
                }
            } else if (region.deliveryStreams().stream()
                    .noneMatch(existing -> existing.name().equals(stream))) {
                region.createDeliveryStream(stream);
            }
        }
    }
}
