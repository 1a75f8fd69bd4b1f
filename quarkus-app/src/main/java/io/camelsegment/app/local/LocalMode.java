package io.camelsegment.app.local;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.Service;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.aws.AwsSinkEndpoint;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.aws.StreamArn;
import io.camelsegment.firehose.SegmentFirehoseComponent;
import io.camelsegment.kinesis.SegmentKinesisComponent;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsRegion;
import io.camelsegment.localaws.Role;
import io.camelsegment.routes.MappingTable;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.support.LifecycleStrategySupport;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * A stand-in for AWS in the app's own process, to try it without an account. It has each stream and role that a route
 * names. What arrives is kept in memory, so this is not for production. Thread-safe.
 */
public final class LocalMode extends LifecycleStrategySupport implements AutoCloseable {

    /** The stand-in takes any keys, and must not see real ones. */
    public static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    private static final int SHARDS = 2;

    private static final AwsAccess DEFAULT_ACCESS = new AwsAccess("us-west-2", null, null, null);

    /** What runs when nothing is configured. */
    private static final Settings EXAMPLE = new Settings(
            List.of(new Source("web", "WRITE_KEY")),
            List.of(
                    new Destination.Kinesis("analytics", Set.of("web"), DEFAULT_ACCESS, Duty.REQUIRED, "events", false),
                    new Destination.Firehose(
                            "lake",
                            Set.of("web"),
                            DEFAULT_ACCESS,
                            Duty.REQUIRED,
                            Map.of("User Registered", List.of("new_users"), "*", List.of("everything")),
                            MappingTable.Match.ALL)),
            Settings.Credentials.DEFAULT,
            Map.of());

    private final LocalAws aws;
    private final SortedSet<String> pages = new ConcurrentSkipListSet<>();
    private final Map<String, Role> roles = new HashMap<>();
    private final Map<String, Set<String>> secretIds = new HashMap<>();

    private LocalMode(LocalAws aws) {
        this.aws = aws;
    }

    /**
     * Starts the stand-in on the loopback interface.
     *
     * @param port where it listens; 0 for a free one
     * @throws ConfigurationException if the port is taken
     */
    public static LocalMode start(int port) {
        try {
            return new LocalMode(LocalAws.builder().port(port).start());
        } catch (IllegalStateException e) {
            throw new ConfigurationException("segment.local-aws.port: expected a free port, but " + port
                    + " is taken: set it to another, or to 0 for a free one");
        }
    }

    /** Returns the settings, or those of an example when there are none. */
    public static Settings orExample(Settings settings, boolean userRoutes) {
        boolean nothing =
                settings.sources().isEmpty() && settings.destinations().isEmpty() && !userRoutes;
        return nothing
                ? new Settings(EXAMPLE.sources(), EXAMPLE.destinations(), EXAMPLE.credentials(), settings.component())
                : settings;
    }

    /** Returns the stand-in's URL for a port. */
    public static URI endpoint(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Returns the destinations with the stand-in in the place of AWS: it has the streams of one account, by name. */
    public static List<Destination> at(URI endpoint, List<Destination> destinations) {
        return destinations.stream()
                .map(destination -> destination.withStreams(StreamArn::name).withEndpointOverride(endpoint))
                .toList();
    }

    /** Returns the stand-in's URL. */
    public URI endpoint() {
        return aws.endpoint();
    }

    /** Sends what goes to AWS to the stand-in, unless an endpoint names a place of its own. */
    public void redirect(CamelContext context) {
        String endpoint = aws.endpoint().toString();
        context.getComponent("segment-kinesis", SegmentKinesisComponent.class)
                .getConfiguration()
                .setUriEndpointOverride(endpoint);
        context.getComponent("segment-firehose", SegmentFirehoseComponent.class)
                .getConfiguration()
                .setUriEndpointOverride(endpoint);
        context.addLifecycleStrategy(this);
    }

    /** Assumes roles at the stand-in. */
    public void redirect(SegmentCredentials credentials) {
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(CREDENTIALS);
    }

    /** Creates the stream and the role of an endpoint that delivers to the stand-in. */
    @Override
    public synchronized void onEndpointAdd(Endpoint endpoint) {
        if (!(endpoint instanceof AwsSinkEndpoint<?> sink)
                || !aws.endpoint().toString().equals(sink.getConfiguration().getUriEndpointOverride())) {
            return;
        }
        // Also in the routes of the user, the stream of an ARN is called by its name.
        sink.setStreamName(StreamArn.name(sink.getStreamName()));
        Service.named(sink.getServiceProtocol()).ifPresent(service -> {
            createStream(service, aws.region(sink.getConfiguration().getRegion()), sink.getStreamName());
            pages.add(service.word() + "/" + sink.getStreamName());
        });
        if (sink.getConfiguration().getRoleAddress() != null) {
            letAssume(
                    sink.getConfiguration().getRoleAddress(),
                    sink.getConfiguration().getSecretId());
        }
    }

    private static void createStream(Service service, LocalAwsRegion region, String name) {
        switch (service) {
            case KINESIS -> {
                if (region.streams().stream().noneMatch(stream -> stream.name().equals(name))) {
                    region.createStream(name, SHARDS);
                }
            }
            case FIREHOSE -> {
                if (region.deliveryStreams().stream()
                        .noneMatch(stream -> stream.name().equals(name))) {
                    region.createDeliveryStream(name);
                }
            }
        }
    }

    private void letAssume(String roleAddress, String secretId) {
        Set<String> ids = secretIds.computeIfAbsent(roleAddress, role -> new TreeSet<>());
        boolean wider = secretId != null && ids.add(secretId);
        if (roles.containsKey(roleAddress) && !wider) {
            return;
        }
        Role former = roles.get(roleAddress);
        if (former != null) {
            aws.deleteRole(former);
        }
        roles.put(roleAddress, aws.createRole(roleAddress, ids.toArray(String[]::new)));
    }

    /** Returns what to tell a person at the console: where to send, a command that does, and where to look. */
    public String greeting(Settings settings, int httpPort) {
        // The user's own keys are secrets in local mode too.
        String writeKey = settings.sources().equals(EXAMPLE.sources())
                ? EXAMPLE.sources().get(0).writeKey()
                : "<your write key>";
        StringBuilder text = new StringBuilder();
        text.append("Local mode. Events are delivered to a stand-in for AWS at ")
                .append(aws.endpoint())
                .append(", in memory.\n\n  Send an event, with any Segment SDK that has the host http://localhost:")
                .append(httpPort)
                .append(", or with:\n    curl -u '")
                .append(writeKey)
                .append(":' http://localhost:")
                .append(httpPort)
                .append("/v1/track -d '{\"userId\":\"user_1\",\"event\":\"User Registered\"}'\n\n  See it arrive:\n");
        for (String page : pages) {
            text.append("    curl ")
                    .append(aws.endpoint())
                    .append('/')
                    .append(page)
                    .append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        aws.close();
    }
}
