package io.camelsegment.app.settings;

import static io.camelsegment.app.settings.SettingType.DURATION;
import static io.camelsegment.app.settings.SettingType.LIST;
import static io.camelsegment.app.settings.SettingType.ORIGINS;
import static io.camelsegment.app.settings.SettingType.PATH;
import static io.camelsegment.app.settings.SettingType.STEPS;
import static io.camelsegment.app.settings.SettingType.SWITCH;
import static io.camelsegment.app.settings.SettingType.TEXT;
import static io.camelsegment.app.settings.SettingType.TEXT_OR_EMPTY;
import static io.camelsegment.app.settings.SettingType.URL;
import static io.camelsegment.app.settings.SettingType.number;
import static io.camelsegment.app.settings.SettingType.oneOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All settings of the app. docs/settings.md shows this table. */
final class SettingsTable {

    /** The rows in the order of the page. */
    static final List<Setting> ROWS = List.of(
            Setting.of(
                    "config",
                    TEXT,
                    "none",
                    "A further file of settings: YAML, or properties if its name ends in `.properties`. Usually set as"
                            + " `SEGMENT_CONFIG`"),
            Setting.of("home", TEXT, "see below", "The directory that holds `config/` and `routes/`"),
            Setting.of("workspace-id", TEXT, "none", "The secret ID of destinations that name none")
                    .asSecret(),
            Setting.of(
                    "deduplicate",
                    SWITCH,
                    "`true`",
                    "Whether a source skips events that it has delivered before. It recognises them by `messageId` and"
                            + " answers 200"),
            Setting.option("base-path", PATH, "basePath"),
            Setting.option("trusted-proxies", LIST, "trustedProxies"),
            Setting.option("max-buffered-bytes", number(1, Long.MAX_VALUE), "maxBufferedBytes"),
            Setting.option("resend-memory", DURATION, "resendMemory"),
            Setting.option("analytics-js-directory", TEXT, "analyticsJsDirectory"),
            Setting.of(
                            "dead-letters",
                            TEXT,
                            "`file:dead-letters`, a file for each event",
                            "Endpoint where routes with the [route configuration](routes.md#dead-letters)"
                                    + " `segment-dead-letters` keep events that could not be delivered")
                    .asSecret(),
            Setting.of(
                            "sources.*.write-key",
                            LIST,
                            "required",
                            "The write key that the source's SDKs send; commas separate several")
                    .asRequired()
                    .asSecret()
                    .asReloading(),
            Setting.of(
                            "sources.*.transform",
                            STEPS,
                            "they stay as they are",
                            "[Steps](changing-events.md#in-the-app) that change its events before all destinations,"
                                    + " such as `- drop: properties.password`; or a route or a bean")
                    .asSecret()
                    .asReloading(),
            Setting.option("sources.*.allowed-origins", ORIGINS, "allowedOrigins"),
            Setting.option("sources.*.max-event-bytes", number(1, Integer.MAX_VALUE), "maxEventBytes")
                    .asReloading(),
            Setting.option("sources.*.max-request-bytes", number(1, Integer.MAX_VALUE), "maxRequestBytes")
                    .asReloading(),
            Setting.option("sources.*.max-events", number(1, Integer.MAX_VALUE), "maxEventsPerRequest")
                    .asReloading(),
            Setting.option("sources.*.rate-limit", number(0, Integer.MAX_VALUE), "maxEventsPerSecond")
                    .asReloading(),
            Setting.option("sources.*.invalid-uri", TEXT, "invalidUri").asSecret(),
            Setting.option("sources.*.context-ip", oneOf("clientSide", "always", "never"), "contextIp"),
            Setting.option("sources.*.anonymize-ip", SWITCH, "anonymizeIp"),
            Setting.option("sources.*.webhook", SWITCH, "webhook"),
            Setting.option("sources.*.shared-secret", TEXT, "sharedSecret").asSecret(),
            Setting.option("sources.*.jwks-url", URL, "jwksUrl"),
            Setting.option("sources.*.public-key", TEXT, "publicKey"),
            Setting.option("sources.*.issuer", TEXT, "issuer"),
            Setting.option("sources.*.audience", TEXT, "audience"),
            Setting.option("sources.*.scope", TEXT_OR_EMPTY, "scope"),
            Setting.of("destinations.*.type", TEXT, "required", "`kinesis` or `firehose`")
                    .asRequired(),
            Setting.of(
                    "destinations.*.region",
                    TEXT,
                    "`us-west-2`",
                    "The AWS region of its streams; that of an ARN in `stream-name` by default. Segment's AWS Kinesis"
                            + " Stream Region, or AWS Firehose Region"),
            Setting.of(
                            "destinations.*.stream-name",
                            TEXT,
                            "required for Kinesis without a mapping",
                            "The name or the ARN of the Kinesis data stream. Segment's AWS Kinesis Stream Name")
                    .asRequired(),
            Setting.of(
                            "destinations.*.map.*",
                            LIST,
                            "one row required for Firehose without `map-file`",
                            "A row of the mapping: an event name, a type, a pattern such as `Order *`, or `*`, with one"
                                    + " or several streams, or `none`. Segment's Map Segment Events to Firehose"
                                    + " Delivery Streams")
                    .asRequired(),
            Setting.of(
                    "destinations.*.map-file",
                    TEXT,
                    "none",
                    "[A file](mapping.md#in-a-file) with the rows, in place of `map`: YAML, JSON or CSV. When it"
                            + " changes, its rows are taken within two seconds"),
            Setting.of(
                    "destinations.*.match",
                    TEXT,
                    "`all`",
                    "`all` or `first`: which rows apply to an event that several rows fit"),
            Setting.of(
                            "destinations.*.unmapped",
                            TEXT,
                            "they are dropped",
                            "Where events go that no row fits: a stream, or a Camel endpoint such as"
                                    + " `file:unmapped`. Refused beside a row `*`, which fits every event")
                    .asSecret(),
            Setting.of(
                            "destinations.*.transform",
                            STEPS,
                            "they stay as they are",
                            "[Steps](changing-events.md#in-the-app) that change its events, for this destination alone")
                    .asSecret()
                    .asReloading(),
            Setting.of("destinations.*.sources", LIST, "all", "The names of the sources whose events it gets"),
            Setting.of(
                    "destinations.*.role-address",
                    TEXT,
                    "AWS's default credentials, without a role",
                    "The ARN of the role to assume. Segment's Role Address"),
            Setting.of(
                            "destinations.*.secret-id",
                            TEXT,
                            "`segment.workspace-id`, as in Segment",
                            "The external ID that the role requires. Segment's Secret ID")
                    .asSecret(),
            Setting.of(
                    "destinations.*.use-message-id",
                    SWITCH,
                    "`false`",
                    "Kinesis: whether the partition key is the `messageId`. Segment's Use Segment Message ID"),
            Setting.of(
                    "destinations.*.required", SWITCH, "`true`", "Whether a sender's 200 waits for this destination"),
            Setting.of(
                            "destinations.*.dead-letter-uri",
                            TEXT,
                            "they are dropped",
                            "A Camel endpoint for the events that a destination with `required: false` did not accept")
                    .asSecret(),
            Setting.of(
                    "destinations.*.endpoint-override",
                    TEXT,
                    "`segment.aws.endpoint-override`",
                    "Another server instead of AWS"),
            Setting.option("destinations.*.packing", oneOf("none", "kpl", "newline"), "packing"),
            Setting.option("destinations.*.ordering", oneOf("none", "key", "strict"), "ordering"),
            Setting.option("destinations.*.batch-records", number(1, 500), "batchRecords"),
            Setting.option("destinations.*.batch-bytes", number(1, 10_485_760), "batchBytes"),
            Setting.option("destinations.*.linger-time", DURATION, "lingerTime"),
            Setting.option("destinations.*.delivery-timeout", DURATION, "deliveryTimeout"),
            Setting.option(
                    "destinations.*.max-in-flight-requests", number(1, Integer.MAX_VALUE), "maxInFlightRequests"),
            Setting.option("destinations.*.integration-name", TEXT_OR_EMPTY, "integrationName"),
            Setting.option("destinations.*.proxy-host", TEXT, "proxyHost"),
            Setting.option("destinations.*.proxy-port", number(1, 65_535), "proxyPort"),
            Setting.option("destinations.*.proxy-protocol", oneOf("http", "https"), "proxyProtocol"),
            Setting.of("aws.endpoint-override", TEXT, "AWS", "Another server instead of AWS, for all destinations"),
            Setting.of(
                    "aws.base-role-address",
                    TEXT,
                    "none",
                    "A role to assume first, which then assumes those of the destinations (role chaining)"),
            Setting.of("aws.base-secret-id", TEXT, "none", "The external ID that the base role requires")
                    .asSecret(),
            Setting.of(
                    "aws.session-duration",
                    TEXT,
                    "`1h`",
                    "The lifetime of a role's credentials, 15 minutes to 12 hours; at most 1 hour where a role assumes"
                            + " a role"),
            Setting.of(
                    "aws.sts-endpoint-override",
                    TEXT,
                    "`segment.aws.endpoint-override`, else AWS",
                    "The endpoint where roles are assumed, such as a VPC endpoint"),
            Setting.of(
                    "aws.allow-unknown-regions",
                    SWITCH,
                    "`false`",
                    "Whether destinations may have a region that this version does not know yet"),
            Setting.of(
                    "local-aws.enabled",
                    SWITCH,
                    "`true` in the profiles `local` and `dev`, else `false`",
                    "Whether the app delivers to a stand-in for AWS in its own memory, whatever the endpoint overrides"
                            + " say; refused in production"),
            Setting.of(
                    "local-aws.port",
                    number(0, 65_535),
                    "`4566`",
                    "The port of the stand-in on the loopback interface; 0 for a free one"),
            Setting.of(
                            "management.password",
                            TEXT,
                            "none: health and metrics alone",
                            "The password that opens all of the management port, from other machines too")
                    .asSecret(),
            Setting.of(
                    "management.jwks-url",
                    URL,
                    "none",
                    "The keys of an OpenID provider whose bearer tokens open the port as the password does"),
            Setting.of(
                    "management.audience",
                    TEXT,
                    "required beside `jwks-url`",
                    "The `aud` that these tokens must have: the client ID of the page's proxy"),
            Setting.of("management.issuer", TEXT, "any", "The `iss` that these tokens must have"),
            Setting.of(
                    "debugger.enabled",
                    SWITCH,
                    "`true`",
                    "Whether the management port has the [debugger page](debugger.md)"),
            Setting.of(
                    "debugger.mask",
                    LIST,
                    "write keys alone",
                    "Members of events whose values the page hides: names such as `email`, or ends of paths such as"
                            + " `traits.phone`"));

    private SettingsTable() {}

    /** Returns the setting of that name. */
    static Optional<Setting> find(List<String> path) {
        return ROWS.stream().filter(row -> row.fits(path)).findFirst();
    }

    /** Returns whether there are settings below that name. */
    static boolean isGroup(List<String> path) {
        return ROWS.stream().anyMatch(row -> row.pattern().size() > path.size() && row.startsWith(path));
    }

    /** Returns the words that may follow a name; empty where users choose them. */
    static List<String> wordsBelow(List<String> path) {
        List<String> words = new ArrayList<>();
        for (Setting row : ROWS) {
            if (row.pattern().size() > path.size() && row.startsWith(path)) {
                String word = row.pattern().get(path.size());
                if (!word.equals(Setting.ANY) && !words.contains(word)) {
                    words.add(word);
                }
            }
        }
        return words;
    }
}
