package io.camelsegment.app.settings;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.Service;
import io.camelsegment.routes.MappingTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the destinations: what they have in common, and what is of their type. */
final class DestinationReader {

    /**
     * The name of a Kinesis data stream.
     *
     * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html">CreateStream</a>,
     *     read 2026-11-21
     */
    private static final Pattern STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    /**
     * The name of a Firehose delivery stream.
     *
     * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html">
     *     CreateDeliveryStream</a>, read 2026-11-21
     */
    private static final Pattern DELIVERY_STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    private final SegmentConfig config;
    private final AwsAccessReader access;
    private final Mistakes mistakes;

    DestinationReader(SegmentConfig config, AwsAccessReader access, Mistakes mistakes) {
        this.config = config;
        this.access = access;
        this.mistakes = mistakes;
    }

    Destination read(String name, SegmentConfig.DestinationConfig destination) {
        String key = Names.key("destinations", name);
        Names.check(key, name, mistakes);
        AwsAccess aws = access.read(key, destination);
        Set<String> sources = sources(key, destination);
        Duty duty = duty(key, destination);
        Optional<Service> service = destination
                .type()
                .map(type -> type.strip().toLowerCase(Locale.ROOT))
                .flatMap(Service::named);
        if (service.isEmpty()) {
            mistakes.add(
                    key + ".type",
                    "expected kinesis or firehose, but " + Mistakes.was(destination.type()),
                    "set it to one of them");
            // Stands in for it, so that its sources are not refused for having no destination.
            return new Destination.Kinesis(name, sources, aws, duty, "", false);
        }
        return switch (service.get()) {
            case KINESIS -> {
                mistakes.refuse(key + ".map", !destination.map().isEmpty(), "firehose");
                mistakes.refuse(key + ".match", destination.match().isPresent(), "firehose");
                yield new Destination.Kinesis(
                        name,
                        sources,
                        aws,
                        duty,
                        streamName(key, destination),
                        destination.useMessageId().orElse(false));
            }
            case FIREHOSE -> {
                mistakes.refuse(key + ".stream-name", destination.streamName().isPresent(), "kinesis");
                mistakes.refuse(
                        key + ".use-message-id", destination.useMessageId().isPresent(), "kinesis");
                yield new Destination.Firehose(
                        name, sources, aws, duty, map(key, destination), match(key, destination));
            }
        };
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
                mistakes.add(
                        key + ".sources",
                        "expected names under segment.sources, but was \"" + source + "\"",
                        known.isEmpty() ? "add it there" : "there are " + String.join(", ", known));
            }
        }
        return sources;
    }

    private Duty duty(String key, SegmentConfig.DestinationConfig destination) {
        boolean required = destination.required().orElse(true);
        if (required && destination.deadLetterUri().isPresent()) {
            mistakes.add(
                    key + ".dead-letter-uri",
                    "expected only with required: false, since senders repeat what a required destination did not"
                            + " accept, but there it is",
                    "remove it or set required to false");
        }
        return new Duty(required, destination.deadLetterUri().orElse(null));
    }

    private String streamName(String key, SegmentConfig.DestinationConfig destination) {
        String streamName = destination.streamName().orElse("");
        if (!STREAM.matcher(streamName).matches()) {
            mistakes.add(
                    key + ".stream-name",
                    "expected the name of a Kinesis data stream, 1 to 128 letters, digits, '.', '-' and '_', but "
                            + Mistakes.was(destination.streamName()),
                    "set it to the name that the AWS console shows");
        }
        return streamName;
    }

    private Map<String, List<String>> map(String key, SegmentConfig.DestinationConfig destination) {
        if (destination.map().isEmpty()) {
            mistakes.add(
                    key + ".map",
                    "expected at least one row, but there is none",
                    "map an event name, a type or \"*\" to a delivery stream");
        }
        Map<String, List<String>> rows = new TreeMap<>();
        destination.map().forEach((event, streams) -> {
            List<String> names = streams.orElse(List.of()).stream()
                    .map(String::strip)
                    .filter(stream -> !stream.isEmpty())
                    .toList();
            checkRow(key + ".map.\"" + event + "\"", names);
            rows.put(event, names);
        });
        return rows;
    }

    private void checkRow(String row, List<String> streams) {
        if (streams.isEmpty()) {
            mistakes.add(
                    row, "expected at least one delivery stream, but there is none", "name a stream or remove the row");
        }
        for (String stream : streams) {
            if (!DELIVERY_STREAM.matcher(stream).matches()) {
                mistakes.add(
                        row,
                        "expected names of delivery streams, 1 to 64 letters, digits, '.', '-' and '_', but was \""
                                + stream + "\"",
                        "set it to the name that the AWS console shows");
            }
        }
    }

    private MappingTable.Match match(String key, SegmentConfig.DestinationConfig destination) {
        String match =
                destination.match().map(m -> m.strip().toLowerCase(Locale.ROOT)).orElse("all");
        if (!match.equals("all") && !match.equals("first")) {
            mistakes.add(
                    key + ".match",
                    "expected all or first, but " + Mistakes.was(destination.match()),
                    "set it to all, so that an event goes to the streams of every row that fits it");
        }
        return match.equals("first") ? MappingTable.Match.FIRST : MappingTable.Match.ALL;
    }
}
