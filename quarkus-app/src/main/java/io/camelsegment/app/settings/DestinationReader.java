package io.camelsegment.app.settings;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.Service;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.aws.AwsNames;
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

    private static final Duration KINESIS_LINGER = new SegmentKinesisConfiguration().getLingerTime();
    private static final Duration FIREHOSE_LINGER = new SegmentFirehoseConfiguration().getLingerTime();
    private static final Duration DELIVERY_TIMEOUT = new SegmentKinesisConfiguration().getDeliveryTimeout();

    /** Parts of an ARN. */
    private static final int PARTITION = 1;

    private static final int ACCOUNT = 4;

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
                        name,
                        sources,
                        aws,
                        duty,
                        transform,
                        map(name, aws, Service.FIREHOSE),
                        match(name),
                        unmapped(name, aws, Service.FIREHOSE));
            }
        };
    }

    private Destination.Kinesis kinesis(
            String name, Set<String> sources, AwsAccess aws, Duty duty, Transform transform) {
        boolean useMessageId =
                config.flag("destinations", name, "use-message-id").orElse(false);
        if (config.rows(name).isEmpty()) {
            refuseWithoutMap(name, "match");
            refuseWithoutMap(name, "unmapped");
            return new Destination.Kinesis(
                    name, sources, aws, duty, transform, streamName(name, aws), useMessageId, null);
        }
        if (config.isWritten("destinations", name, "stream-name")) {
            mistakes.add(
                    key(name, "stream-name"),
                    "expected either stream-name, for all events, or map, but there are both",
                    "remove one of them");
        }
        StreamRows rows =
                new StreamRows(map(name, aws, Service.KINESIS), match(name), unmapped(name, aws, Service.KINESIS));
        return new Destination.Kinesis(name, sources, aws, duty, transform, null, useMessageId, rows);
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

    private String streamName(String name, AwsAccess aws) {
        Optional<String> streamName = text(name, "stream-name");
        if (StreamArn.isArn(streamName.orElse(""))) {
            checkArn(key(name, "stream-name"), streamName.get(), Service.KINESIS, aws);
        } else if (!STREAM.matcher(streamName.orElse("")).matches()) {
            mistakes.add(
                    key(name, "stream-name"),
                    "expected the name of a Kinesis data stream, 1 to 128 letters, digits, '.', '-' and '_', but "
                            + Mistakes.was(streamName),
                    "set it to the name that the AWS console shows");
        }
        return streamName.orElse("");
    }

    /**
     * Checks an ARN in the place of a name: that it is a stream's, of the region, and of the account that it must be.
     */
    private void checkArn(String setting, String stream, Service service, AwsAccess aws) {
        Optional<StreamArn> known =
                StreamArn.find(stream).filter(arn -> arn.service().equals(service.word()));
        if (known.isEmpty()) {
            mistakes.add(
                    setting,
                    "expected a name or an ARN such as " + StreamArn.example(service.word()) + ", but was "
                            + SettingName.quoted(stream),
                    "set it to the ARN that the AWS console shows");
            return;
        }
        StreamArn arn = known.get();
        Optional<String[]> role = Optional.ofNullable(aws.roleAddress())
                .filter(address -> AwsNames.ROLE_ADDRESS.matcher(address).matches())
                .map(address -> address.split(":", -1));
        if (!arn.region().equals(aws.region())) {
            mistakes.add(
                    setting,
                    "expected an ARN of the region of the destination, " + aws.region() + ", but was "
                            + SettingName.quoted(stream),
                    "set region to " + arn.region() + " or correct the ARN");
        } else if (!arn.isOfPartition()) {
            mistakes.add(
                    setting,
                    "expected an ARN of the partition of its region, but was " + SettingName.quoted(stream),
                    "correct its partition or its region");
        } else if (role.isPresent() && !role.get()[PARTITION].equals(arn.partition())) {
            mistakes.add(
                    setting,
                    "expected an ARN of the partition of role-address, but was " + SettingName.quoted(stream),
                    "correct one of them");
        } else if (service == Service.FIREHOSE && role.isPresent() && !role.get()[ACCOUNT].equals(arn.account())) {
            mistakes.add(
                    setting,
                    "expected an ARN of the account of role-address, since Firehose takes no ARN, but was "
                            + SettingName.quoted(stream),
                    "set role-address to a role of the stream's account");
        }
    }

    private Map<String, List<String>> map(String name, AwsAccess aws, Service service) {
        Map<String, List<String>> rows = config.rows(name);
        if (rows.isEmpty()) {
            mistakes.add(
                    key(name, "map"),
                    "expected at least one row, but there is none",
                    "map an event name, a type or \"*\" to a delivery stream");
        }
        rows.forEach((event, streams) ->
                checkRow(SettingName.of("destinations", name, "map", event), event, streams, aws, service));
        return rows;
    }

    private void checkRow(String row, String event, List<String> streams, AwsAccess aws, Service service) {
        if (streams.isEmpty()) {
            mistakes.add(
                    row,
                    "expected at least one " + stream(service) + ", but there is none",
                    "name a stream or" + " remove the row");
            return;
        }
        if (streams.contains(MappingRow.NONE)) {
            if (streams.size() > 1) {
                mistakes.add(
                        row, "expected none alone, but there are streams beside it", "remove none, or the streams");
            }
            return;
        }
        for (String stream : streams) {
            if (StreamArn.isArn(stream)) {
                checkArn(row, stream, service, aws);
            } else if (!streamNames(service).matcher(stream).matches()) {
                mistakes.add(
                        row,
                        "expected names of " + stream(service) + "s, 1 to " + mostCharacters(service)
                                + " letters, digits, '.', '-' and '_', but was " + SettingName.quoted(stream),
                        "set it to the name that the AWS console shows");
            }
        }
        try {
            new MappingRow(event, streams);
        } catch (IllegalArgumentException e) { // such as "track:"
            mistakes.add(
                    row, "expected an event name, a type, a pattern or * on the left, but it names none", "name it");
        }
    }

    private static Pattern streamNames(Service service) {
        return service == Service.KINESIS ? STREAM : DELIVERY_STREAM;
    }

    private static String stream(Service service) {
        return service == Service.KINESIS ? "stream" : "delivery stream";
    }

    private static int mostCharacters(Service service) {
        return service == Service.KINESIS ? 128 : 64;
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

    /** Returns a delivery stream or, with a colon, a URI; null for neither. */
    private String unmapped(String name, AwsAccess aws, Service service) {
        Optional<String> unmapped = text(name, "unmapped");
        if (unmapped.isEmpty()) {
            return null;
        }
        if (config.rows(name).containsKey("*")) {
            mistakes.add(
                    key(name, "unmapped"),
                    "expected only without a row \"*\" in map, which fits every event, but there are both",
                    "remove one of them");
        } else if (StreamArn.isArn(unmapped.get())) {
            checkArn(key(name, "unmapped"), unmapped.get(), service, aws);
        } else if (!FirehoseMapping.isUri(unmapped.get())
                && !streamNames(service).matcher(unmapped.get()).matches()) {
            mistakes.add(
                    key(name, "unmapped"),
                    "expected the name of a " + stream(service) + ", 1 to " + mostCharacters(service)
                            + " letters, digits, '.', '-' and '_', or the URI of a Camel endpoint, but "
                            + Mistakes.was(unmapped),
                    "set it to the name that the AWS console shows, or to a URI such as file:unmapped");
        }
        return unmapped.get();
    }
}
