package io.camelsegment.app.command;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.camelsegment.app.local.LocalMode;
import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Service;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.app.settings.SettingsCheck;
import io.camelsegment.app.setup.AwsClients;
import io.camelsegment.app.setup.ExitCodes;
import io.camelsegment.app.setup.Said;
import io.camelsegment.aws.AwsNames;
import io.camelsegment.aws.StreamArn;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Prints the events of a Kinesis data stream. */
@Command(
        name = "tail",
        description = {
            "Prints the events of a Kinesis data stream as they come, one per line, from all its shards and from those"
                    + " that a resharding adds. A record with several events (packing: kpl) is taken apart.",
            "It reads with your own AWS credentials, which need kinesis:ListShards, kinesis:GetShardIterator and"
                    + " kinesis:GetRecords. In local mode it reads from the running app. Ctrl-C ends it."
        },
        footer = {"", "Examples:", "  segment tail events", "  segment tail --from 15m --json events | jq .data.event"},
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE,
            "1:AWS does not let it read, or the settings are wrong.",
            ExitCodes.USAGE,
            ExitCodes.INTERRUPTED
        })
public class TailCommand implements Callable<Integer>, Standalone {

    /** AWS allows five calls per second for each shard, of all who read it. */
    private static final long PAUSE_MILLIS = 400;

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Null to read them. */
    SegmentConfig config;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "<stream>", description = "The name or the ARN of the stream.")
    String stream;

    @Option(
            names = "--from",
            paramLabel = "<begin>",
            defaultValue = "latest",
            description = "latest, trim-horizon (the oldest event), a time such as 2026-11-30T12:00:00Z, or how long"
                    + " ago, such as 15m. Default: ${DEFAULT-VALUE}.")
    String from;

    @Option(
            names = "--region",
            paramLabel = "<region>",
            description = "The AWS region. Default: that of the ARN, or of the destination in the settings that has"
                    + " the stream.")
    String region;

    @Option(
            names = "--endpoint-url",
            paramLabel = "<url>",
            description = "Reads from this server instead of AWS. Default: that of the destination in the settings.")
    URI endpoint;

    @Option(names = "--count", paramLabel = "<events>", description = "Ends after this many events.")
    Long count;

    @Option(names = "--stop-at-end", description = "Ends after the last event now in the stream.")
    boolean stopAtEnd;

    @Option(
            names = "--json",
            description = "Prints each event with its shard, sequence number, partition key and time of arrival.")
    boolean json;

    private long printed;

    @Override
    public Integer call() {
        if (count != null && count < 1) {
            throw mistake("--count: expected at least 1 event, but was " + count);
        }
        if (endpoint != null && !AwsNames.isEndpoint(endpoint.toString())) {
            throw mistake("--endpoint-url: expected an http or https URI without a user, such as http://localhost:4566,"
                    + " but was something else");
        }
        Instant time = time();
        ShardIteratorType type = time != null
                ? ShardIteratorType.AT_TIMESTAMP
                : from.equals("latest") ? ShardIteratorType.LATEST : ShardIteratorType.TRIM_HORIZON;
        Place place = place();
        try (AwsClients clients = new AwsClients();
                CtrlC ctrlC = new CtrlC()) {
            StreamReader reader =
                    new StreamReader(clients.kinesis(place.access(), place.credentials()), place.stream(), type, time);
            spec.commandLine()
                    .getErr()
                    .println("Reading " + place.stream() + " in "
                            + place.access().region() + ", " + reader.shardCount()
                            + (reader.shardCount() == 1 ? " shard" : " shards"));
            follow(reader, ctrlC);
            return 0;
        } catch (SdkException e) {
            throw new CommandFailedException(
                    "stream " + stream + ": AWS refused to let it be read: " + new Said(e, null)
                            + ": correct the name, the region or the permissions",
                    e);
        }
    }

    private void follow(StreamReader reader, CtrlC ctrlC) {
        PrintWriter out = spec.commandLine().getOut();
        while (!ctrlC.isPressed() && !isEnough()) {
            boolean unused = reader.read((shardId, record) -> print(shardId, record, out));
            out.flush();
            // Nobody reads it any more, such as head.
            if (out.checkError() || (stopAtEnd && reader.isCaughtUp()) || reader.shardCount() == 0) {
                return;
            }
            // Also after records: others read the stream, too, and a shard answers five calls a second for all.
            if (ctrlC.await(PAUSE_MILLIS)) {
                return;
            }
        }
    }

    private boolean isEnough() {
        return count != null && printed >= count;
    }

    private void print(String shardId, Record record, PrintWriter out) {
        for (KplRecords.Entry entry : KplRecords.of(record.data().asByteArray(), record.partitionKey())) {
            if (!isEnough()) {
                printed++;
                out.println(json ? line(shardId, record, entry) : text(entry.data()));
            }
        }
    }

    /** Returns it on one line; nothing in it moves the cursor of a terminal. */
    private static String text(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8).strip();
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String line(String shardId, Record record, KplRecords.Entry entry) {
        ObjectNode line = Json.object();
        line.put("shardId", shardId);
        line.put("sequenceNumber", record.sequenceNumber());
        line.put("partitionKey", entry.partitionKey());
        line.put("arrivedAt", String.valueOf(record.approximateArrivalTimestamp()));
        JsonNode data = tree(entry.data());
        if (data == null) {
            line.put("base64", Base64.getEncoder().encodeToString(entry.data()));
        } else {
            line.putRawValue("data", new RawValue(text(entry.data())));
        }
        return Json.line(line);
    }

    private static JsonNode tree(byte[] data) {
        try {
            JsonNode tree = MAPPER.readTree(data);
            return tree == null || tree.isMissingNode() ? null : tree;
        } catch (IOException e) {
            return null;
        }
    }

    /** Returns the time to begin at; null for a word. */
    private Instant time() {
        if (from.equals("latest") || from.equals("trim-horizon")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(from).toInstant();
        } catch (DateTimeException e) {
            try {
                Duration ago = new DurationConverter().convert(from);
                return Instant.ofEpochMilli(System.currentTimeMillis()).minus(ago);
            } catch (RuntimeException neither) {
                throw mistake("--from: expected latest, trim-horizon, a time such as 2026-11-30T12:00:00Z, or how long"
                        + " ago, such as 15m, but was \"" + from + "\"");
            }
        }
    }

    /** Where a stream is, and who reads it. */
    private record Place(String stream, AwsAccess access, AwsCredentialsProvider credentials) {}

    private Place place() {
        String arnRegion = StreamArn.find(stream).map(StreamArn::region).orElse(null);
        String named = region != null ? region : arnRegion;
        if (named != null && endpoint != null) {
            return new Place(stream, new AwsAccess(named, null, null, endpoint), ownCredentials());
        }
        SettingsCheck.Found found = config == null ? SettingsCheck.find() : SettingsCheck.check(config);
        if (!found.mistakes().isEmpty()) {
            if (named != null) {
                return new Place(stream, new AwsAccess(named, null, null, null), ownCredentials());
            }
            throw new ConfigurationException(String.join(System.lineSeparator(), found.mistakes()));
        }
        Settings settings = Settings.read(found.config(), UserRoutes.exist());
        SegmentConfig.LocalAws local = found.config().localAws();
        if (local.enabled()) {
            settings = LocalMode.orExample(settings, UserRoutes.exist());
        }
        List<Place> places = settings.destinations().stream()
                .filter(one -> one.service() == Service.KINESIS)
                .filter(one -> region == null || one.aws().region().equals(region))
                .flatMap(one -> one.streams().stream()
                        .filter(name ->
                                name.equals(stream) || StreamArn.name(name).equals(stream))
                        .map(name -> new Place(name, one.aws(), null)))
                .toList();
        if (places.isEmpty() && named == null) {
            throw mistake("expected a stream that a destination of the settings delivers to, but none has \"" + stream
                    + "\": correct the name, or name its --region");
        }
        if (places.stream().map(place -> place.access().region()).distinct().count() > 1) {
            throw mistake("expected one stream, but destinations deliver to \"" + stream + "\" in several regions: name"
                    + " its --region");
        }
        Place of = places.isEmpty() ? new Place(stream, new AwsAccess(named, null, null, null), null) : places.get(0);
        if (local.enabled() && endpoint == null) {
            return new Place(
                    StreamArn.name(stream),
                    of.access().withEndpointOverride(LocalMode.endpoint(local.port())),
                    LocalMode.CREDENTIALS);
        }
        return new Place(
                of.stream(),
                new AwsAccess(
                        named != null ? named : of.access().region(),
                        null,
                        null,
                        endpoint != null ? endpoint : of.access().endpointOverride()),
                ownCredentials());
    }

    private static AwsCredentialsProvider ownCredentials() {
        return DefaultCredentialsProvider.builder().build();
    }

    private ParameterException mistake(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
