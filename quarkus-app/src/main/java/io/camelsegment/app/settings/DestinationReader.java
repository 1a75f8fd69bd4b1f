package io.camelsegment.app.settings;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.Service;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.aws.StreamArn;
import io.camelsegment.firehose.SegmentFirehoseConfiguration;
import io.camelsegment.kinesis.SegmentKinesisConfiguration;
import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.routes.MappingRow;
import io.camelsegment.routes.MappingTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the destinations: what they have in common, and what is of their type. */
final class DestinationReader {

    private static final Duration KINESIS_LINGER = new SegmentKinesisConfiguration().getLingerTime();
    private static final Duration FIREHOSE_LINGER = new SegmentFirehoseConfiguration().getLingerTime();
    private static final Duration DELIVERY_TIMEOUT = new SegmentKinesisConfiguration().getDeliveryTimeout();

    private final SegmentConfig config;
    private final AwsAccessReader access;
    private final Mistakes mistakes;

    DestinationReader(SegmentConfig config, AwsAccessReader access, Mistakes mistakes) {
        this.config = config;
        this.access = access;
        this.mistakes = mistakes;
    }

    Destination read(String name) {
        String key = SettingName.of("destinations", name);
        SettingName.check(key, name, mistakes);
        AwsAccess aws = access.read(
                name,
                text(name, "stream-name")
                        .flatMap(StreamArn::find)
                        .map(StreamArn::region)
                        .orElse(AwsAccessReader.DEFAULT_REGION));
        checkProxy(name);
        Set<String> sources = sources(name);
        Duty duty = duty(name);
        Transform transform = TransformReader.read(config, mistakes, "destinations", name);
        Optional<String> type = text(name, "type");
        Optional<Service> service =
                type.map(word -> word.toLowerCase(Locale.ROOT)).flatMap(Service::named);
        if (service.isEmpty()) {
            mistakes.add(
                    key + ".type", "expected kinesis or firehose, but " + Mistakes.was(type), "set it to one of them");
            // Stands in for it, so that its sources are not refused for having no destination.
            return new Destination.Kinesis(name, sources, aws, duty, transform, "", false, null);
        }
        return switch (service.get()) {
            case KINESIS -> {
                refuseWord(name, "packing", "newline", "firehose");
                checkTimes(name, KINESIS_LINGER);
                yield kinesis(name, sources, aws, duty, transform);
            }
            case FIREHOSE -> {
                refuseWord(name, "packing", "kpl", "kinesis");
                refuse(name, "stream-name", "kinesis");
                refuse(name, "use-message-id", "kinesis");
                checkTimes(name, FIREHOSE_LINGER);
                yield new Destination.Firehose(
                        name, sources, aws, duty, transform, rows(name, new StreamNames(Service.FIREHOSE, aws)));
            }
        };
    }

    private Destination.Kinesis kinesis(
            String name, Set<String> sources, AwsAccess aws, Duty duty, Transform transform) {
        boolean useMessageId =
                config.flag("destinations", name, "use-message-id").orElse(false);
        StreamNames names = new StreamNames(Service.KINESIS, aws);
        Optional<String> mapping = config.isWritten("destinations", name, "map-file")
                ? Optional.of("map-file")
                : config.rows(name).isEmpty() ? Optional.empty() : Optional.of("map");
        if (mapping.isEmpty()) {
            refuseWithoutMap(name, "match");
            refuseWithoutMap(name, "unmapped");
            return new Destination.Kinesis(
                    name, sources, aws, duty, transform, streamName(name, names), useMessageId, null);
        }
        if (config.isWritten("destinations", name, "stream-name")) {
            mistakes.add(
                    key(name, "stream-name"),
                    "expected either stream-name, for all events, or " + mapping.get() + ", but there are both",
                    "remove one of them");
        }
        return new Destination.Kinesis(name, sources, aws, duty, transform, null, useMessageId, rows(name, names));
    }

    private void refuseWithoutMap(String name, String setting) {
        if (config.isWritten("destinations", name, setting)) {
            mistakes.add(
                    key(name, setting), "expected only beside map, but there is no map", "add the map, or remove it");
        }
    }

    private Optional<String> text(String name, String setting) {
        return config.text("destinations", name, setting);
    }

    private static String key(String name, String setting) {
        return SettingName.of("destinations", name, setting);
    }

    private void refuse(String name, String setting, String type) {
        mistakes.refuse(key(name, setting), config.isWritten("destinations", name, setting), type);
    }

    private void refuseWord(String name, String setting, String word, String type) {
        if (text(name, setting).filter(word::equalsIgnoreCase).isPresent()) {
            mistakes.add(
                    key(name, setting),
                    "expected " + word + " only in a destination of type " + type + ", but there it is",
                    "remove it or change the type");
        }
    }

    private void checkProxy(String name) {
        checkPair(name, "proxy-host", "proxy-port");
        checkPair(name, "proxy-port", "proxy-host");
    }

    private void checkPair(String name, String setting, String other) {
        if (config.isWritten("destinations", name, setting) && !config.isWritten("destinations", name, other)) {
            mistakes.add(
                    key(name, setting),
                    "expected " + other + " beside it, but there is none",
                    "set both, or remove it");
        }
    }

    private void checkTimes(String name, Duration standardLinger) {
        Duration linger =
                text(name, "linger-time").flatMap(SettingType::duration).orElse(standardLinger);
        Duration delivery =
                text(name, "delivery-timeout").flatMap(SettingType::duration).orElse(DELIVERY_TIMEOUT);
        if (linger.compareTo(delivery) >= 0) {
            boolean ofLinger = config.isWritten("destinations", name, "linger-time");
            mistakes.add(
                    key(name, ofLinger ? "linger-time" : "delivery-timeout"),
                    "expected a linger-time shorter than the delivery-timeout, but they are " + linger.toMillis()
                            + " ms and " + delivery.toMillis() + " ms",
                    "change one of them");
        }
    }

    private Set<String> sources(String name) {
        Set<String> known = config.names("sources");
        Optional<List<String>> written = config.list("destinations", name, "sources");
        if (written.isEmpty()) {
            return known;
        }
        Set<String> sources = new TreeSet<>();
        written.get().forEach(source -> sources.add(SettingName.part(source)));
        for (String source : sources) {
            if (!known.contains(source)) {
                mistakes.add(
                        key(name, "sources"),
                        "expected names under segment.sources, but was " + SettingName.quoted(source),
                        known.isEmpty() ? "add it there" : "there are " + String.join(", ", known));
            }
        }
        return sources;
    }

    private Duty duty(String name) {
        boolean required = config.flag("destinations", name, "required").orElse(true);
        Optional<String> deadLetterUri = text(name, "dead-letter-uri");
        if (required && deadLetterUri.isPresent()) {
            mistakes.add(
                    key(name, "dead-letter-uri"),
                    "expected only with required: false, since senders repeat what a required destination did not"
                            + " accept, but there it is",
                    "remove it or set required to false");
        }
        return new Duty(required, deadLetterUri.orElse(null));
    }

    private String streamName(String name, StreamNames names) {
        Optional<String> streamName = text(name, "stream-name");
        if (StreamArn.isArn(streamName.orElse(""))) {
            names.mistakeOfArn(streamName.get()).ifPresent(mistake -> add(key(name, "stream-name"), mistake));
        } else if (!names.isName(streamName.orElse(""))) {
            mistakes.add(
                    key(name, "stream-name"),
                    "expected the name of a Kinesis data stream, " + names.rule() + ", but " + Mistakes.was(streamName),
                    "set it to the name that the AWS console shows");
        }
        return streamName.orElse("");
    }

    private void add(String setting, StreamNames.Mistake mistake) {
        mistakes.add(setting, mistake.what(), mistake.mend());
    }

    private StreamRows rows(String name, StreamNames names) {
        StreamRows rows = config.isWritten("destinations", name, "map-file")
                ? rowsOfFile(name, names)
                : new StreamRows(map(name, names), match(name), unmapped(name, names));
        if (rows.unmapped() != null && matchesEveryEvent(rows)) {
            mistakes.add(
                    key(name, "unmapped"),
                    "expected only without a row \"*\" in " + (rows.file() == null ? "map" : "map-file")
                            + ", which fits every event, but there are both",
                    "remove one of them");
        }
        return rows;
    }

    private static boolean matchesEveryEvent(StreamRows rows) {
        try {
            return rows.matchesEveryEvent();
        } catch (IllegalArgumentException e) {
            return false; // told with the row
        }
    }

    private StreamRows rowsOfFile(String name, StreamNames names) {
        if (!config.rows(name).isEmpty()) {
            mistakes.add(
                    key(name, "map-file"), "expected either map or map-file, but there are both", "remove one of them");
        }
        MappingTable.Match match = match(name);
        String unmapped = unmapped(name, names);
        Optional<String> path = text(name, "map-file");
        if (path.isPresent()) {
            try {
                return StreamRows.read(new StreamRows.RowsFile(path.get(), names), match, unmapped);
            } catch (IllegalArgumentException e) {
                mistakes.add(key(name, "map-file"), e.getMessage());
            }
        }
        return new StreamRows(Map.of(), match, unmapped);
    }

    private Map<String, List<String>> map(String name, StreamNames names) {
        Map<String, List<String>> rows = config.rows(name);
        if (rows.isEmpty()) {
            mistakes.add(
                    key(name, "map"),
                    "expected at least one row, but there is none",
                    "map an event name, a type or \"*\" to a delivery stream");
        }
        rows.forEach((event, streams) ->
                checkRow(SettingName.of("destinations", name, "map", event), event, streams, names));
        return rows;
    }

    private void checkRow(String row, String event, List<String> streams, StreamNames names) {
        if (streams.isEmpty()) {
            mistakes.add(
                    row,
                    "expected at least one " + names.noun() + ", but there is none",
                    "name a stream or remove the row");
            return;
        }
        if (streams.contains(MappingRow.NONE)) {
            if (streams.size() > 1) {
                mistakes.add(
                        row, "expected none alone, but there are streams beside it", "remove none, or the streams");
            }
            return;
        }
        streams.forEach(stream -> names.mistake(stream).ifPresent(mistake -> add(row, mistake)));
        try {
            new MappingRow(event, streams);
        } catch (IllegalArgumentException e) { // such as "track:"
            mistakes.add(
                    row, "expected an event name, a type, a pattern or * on the left, but it names none", "name it");
        }
    }

    private MappingTable.Match match(String name) {
        Optional<String> match = text(name, "match");
        return switch (match.orElse("all").toLowerCase(Locale.ROOT)) {
            case "all" -> MappingTable.Match.ALL;
            case "first" -> MappingTable.Match.FIRST;
            default -> {
                mistakes.add(
                        key(name, "match"),
                        "expected all or first, but " + Mistakes.was(match),
                        "set it to all, so that an event goes to the streams of every row that fits it");
                yield MappingTable.Match.ALL;
            }
        };
    }

    /** Returns a stream or, with a colon, a URI; null for neither. */
    private String unmapped(String name, StreamNames names) {
        Optional<String> unmapped = text(name, "unmapped");
        if (unmapped.isEmpty()) {
            return null;
        }
        if (StreamArn.isArn(unmapped.get())) {
            names.mistakeOfArn(unmapped.get()).ifPresent(mistake -> add(key(name, "unmapped"), mistake));
        } else if (!FirehoseMapping.isUri(unmapped.get()) && !names.isName(unmapped.get())) {
            mistakes.add(
                    key(name, "unmapped"),
                    "expected the name of a " + names.noun() + ", " + names.rule()
                            + ", or the URI of a Camel endpoint, but " + Mistakes.was(unmapped),
                    "set it to the name that the AWS console shows, or to a URI such as file:unmapped");
        }
        return unmapped.get();
    }
}
