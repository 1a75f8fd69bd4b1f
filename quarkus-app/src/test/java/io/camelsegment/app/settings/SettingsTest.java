package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.routes.MappingTable;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final String ROLE = "arn:aws:iam::874699288871:role/example-role";

    private static final String DESIGN =
            """
            segment:
              workspace-id: ws_123
              sources:
                web:    { write-key: WEB_KEY }
                server: { write-key: "KEY_A,KEY_B" }
              aws:
                endpoint-override: http://127.0.0.1:4566
              destinations:
                analytics:
                  type: kinesis
                  stream-name: events
                  role-address: arn:aws:iam::874699288871:role/example-role
                  use-message-id: true
                  sources: [web]
                lake:
                  type: firehose
                  region: eu-central-1
                  role-address: arn:aws:iam::874699288871:role/example-role
                  secret-id: ws_456
                  endpoint-override: https://firehose.example.com
                  match: first
                  required: false
                  dead-letter-uri: file:dead-letters
                  map:
                    "User Registered": new_users
                    "Order.Completed: v2 = 1": orders
                    page: pages
                    "*": [everything, else]
            """;

    @TempDir
    Path directory;

    @Test
    void readsEverySettingFromYaml() {
        Settings settings = read(yaml(DESIGN));

        assertThat(settings.sources())
                .containsExactly(new Source("server", "KEY_A,KEY_B"), new Source("web", "WEB_KEY"));
        assertThat(settings.destinations())
                .containsExactly(
                        new Destination.Kinesis(
                                "analytics",
                                Set.of("web"),
                                new AwsAccess("us-west-2", ROLE, "ws_123", URI.create("http://127.0.0.1:4566")),
                                Duty.REQUIRED,
                                "events",
                                true),
                        new Destination.Firehose(
                                "lake",
                                Set.of("web", "server"),
                                new AwsAccess(
                                        "eu-central-1", ROLE, "ws_456", URI.create("https://firehose.example.com")),
                                new Duty(false, "file:dead-letters"),
                                Map.of(
                                        "User Registered", List.of("new_users"),
                                        "Order.Completed: v2 = 1", List.of("orders"),
                                        "page", List.of("pages"),
                                        "*", List.of("everything", "else")),
                                MappingTable.Match.FIRST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rest", "file:rest?fileName=a", " kafka:rest "})
    void readsWhereEventsGoThatNoRowFits(String unmapped) {
        Settings settings = read(yaml(
                DESIGN.replace("match: first", "unmapped: \"" + unmapped + "\"").replace("\"*\":", "track:")));

        Destination.Firehose lake =
                (Destination.Firehose) settings.destinations().get(1);
        assertThat(lake.rows().unmapped()).isEqualTo(unmapped.strip());
        assertThat(lake.streams()).contains("new_users", "pages");
        assertThat(lake.streams().contains("rest")).isEqualTo(unmapped.equals("rest"));
        assertThat(lake.toString()).doesNotContain("fileName");
    }

    @Test
    void readsAMappingToStreamsOfKinesis() {
        Settings settings = read(yaml(DESIGN.replace(
                "stream-name: events",
                "match: first\n      unmapped: rest\n      map: {\"Order *\": [orders, audit], \"Debug *\": none}")));

        Destination.Kinesis analytics =
                (Destination.Kinesis) settings.destinations().get(0);
        assertThat(analytics.rows())
                .isEqualTo(new StreamRows(
                        Map.of("Order *", List.of("orders", "audit"), "Debug *", List.of("none")),
                        MappingTable.Match.FIRST,
                        "rest"));
        assertThat(analytics.streams()).containsExactly("audit", "orders", "rest");
        assertThat(analytics.withStreams(stream -> "my-" + stream).streams())
                .containsExactly("my-audit", "my-orders", "my-rest");
    }

    @Test
    void readsHowRolesAreAssumed() {
        String aws =
                """
                  aws:
                    sts-endpoint-override: https://vpce-1.sts.us-west-2.vpce.amazonaws.com
                    base-role-address: arn:aws-us-gov:iam::123456789012:role/hub
                    base-secret-id: hub-secret
                    session-duration: 30m
                """;

        assertThat(read(yaml(DESIGN.replace("  aws:\n", aws))).credentials())
                .isEqualTo(new Settings.Credentials(
                        URI.create("http://127.0.0.1:4566"),
                        URI.create("https://vpce-1.sts.us-west-2.vpce.amazonaws.com"),
                        "arn:aws-us-gov:iam::123456789012:role/hub",
                        "hub-secret",
                        Duration.ofMinutes(30)));
    }

    @ParameterizedTest
    @CsvSource({
        "https://localstack.example.com,                              https://localstack.example.com",
        "https://vpce-1.kinesis.us-west-2.vpce.amazonaws.com,         ",
        "https://kinesis.us-west-2.api.aws,                           ",
        "https://kinesis.cn-north-1.amazonaws.com.cn,                 ",
        "https://kinesis.us-iso-east-1.c2s.ic.gov,                    ",
        "https://kinesis.us-isob-east-1.sc2s.sgov.gov,                ",
        "https://kinesis.eusc-de-east-1.amazonaws.eu,                 ",
        "https://amazonaws.com.example.com,                           https://amazonaws.com.example.com"
    })
    void assumesRolesWhereAllDestinationsGoUnlessThatIsAws(String endpoint, URI sts) {
        String one =
                """
                segment:
                  sources:
                    web: { write-key: WEB_KEY }
                  destinations:
                    analytics:
                      type: kinesis
                      stream-name: events
                      role-address: arn:aws:iam::874699288871:role/example-role
                      secret-id: ws_123
                      endpoint-override: ENDPOINT
                """;

        assertThat(read(yaml(one.replace("ENDPOINT", endpoint))).credentials().endpointOverride())
                .isEqualTo(sts);
    }

    @Test
    void readsTheSameFromProperties() {
        Map<String, String> properties = Map.ofEntries(
                entry("segment.workspace-id", "ws_123"),
                entry("segment.sources.web.write-key", "WEB_KEY"),
                entry("segment.destinations.lake.type", "firehose"),
                entry("segment.destinations.lake.role-address", ROLE),
                entry("segment.destinations.lake.map.\"User Registered\"", "new_users"),
                entry("segment.destinations.lake.map.\"Order.Completed\"", "orders, revenue"),
                entry("segment.destinations.lake.map.page[0]", "pages"),
                entry("segment.destinations.lake.map.\"*\"", "everything"));

        Destination.Firehose lake = (Destination.Firehose) read(new PropertiesConfigSource(properties, "test", 100))
                .destinations()
                .get(0);

        assertThat(lake.aws().secretId()).isEqualTo("ws_123");
        assertThat(lake.rows().map())
                .containsOnly(
                        entry("User Registered", List.of("new_users")),
                        entry("Order.Completed", List.of("orders", "revenue")),
                        entry("page", List.of("pages")),
                        entry("*", List.of("everything")));
    }

    @Test
    void readsSourcesAndDestinationsFromTheEnvironment() {
        Map<String, String> environment = Map.of(
                "SEGMENT_WORKSPACE_ID", "ws_123",
                "SEGMENT_SOURCES_WEB_WRITE_KEY", "WEB_KEY",
                "SEGMENT_DESTINATIONS_ANALYTICS_TYPE", "kinesis",
                "SEGMENT_DESTINATIONS_ANALYTICS_STREAM_NAME", "events",
                "SEGMENT_DESTINATIONS_ANALYTICS_ROLE_ADDRESS", ROLE,
                "SEGMENT_DESTINATIONS_ANALYTICS_USE_MESSAGE_ID", "true",
                "SEGMENT_AWS_ENDPOINT_OVERRIDE", "http://127.0.0.1:4566");

        Settings settings = read(new EnvConfigSource(environment, 300));

        assertThat(settings.sources()).containsExactly(new Source("web", "WEB_KEY"));
        assertThat(settings.destinations())
                .containsExactly(new Destination.Kinesis(
                        "analytics",
                        Set.of("web"),
                        new AwsAccess("us-west-2", ROLE, "ws_123", URI.create("http://127.0.0.1:4566")),
                        Duty.REQUIRED,
                        "events",
                        true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws-cn:iam::123456789012:role/r",
                "arn:aws-us-gov:iam::123456789012:role/a/path/role+=,.@-_1",
                "arn:aws-iso:iam::123456789012:role/r",
                "arn:aws-iso-b:iam::123456789012:role/r",
                "arn:aws-eusc:iam::123456789012:role/r"
            })
    void takesRolesOfEveryPartition(String role) {
        Settings settings = read(yaml(DESIGN.replace(ROLE, role)));

        assertThat(settings.destinations())
                .extracting(d -> d.aws().roleAddress())
                .containsOnly(role);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "us-east-1",
                "ap-southeast-7",
                "us-gov-west-1",
                "us-iso-east-1",
                "us-isob-east-1",
                "eu-isoe-west-1",
                "cn-northwest-1",
                "eusc-de-east-1",
                "mx-central-1"
            })
    void takesRegionsOfEveryPartition(String region) {
        Settings settings = read(yaml(DESIGN.replace("eu-central-1", region)));

        assertThat(settings.destinations()).extracting(d -> d.aws().region()).contains(region);
    }

    @ParameterizedTest
    @CsvSource({"'', eu-west-1", "'region: eu-west-1\n      ', eu-west-1"})
    void takesTheRegionOfAStreamsArn(String written, String region) {
        String arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/events";
        Settings settings = read(yaml(DESIGN.replace("stream-name: events", written + "stream-name: " + arn)));

        Destination analytics = settings.destinations().get(0);
        assertThat(analytics.aws().region()).isEqualTo(region);
        assertThat(analytics.streams()).containsExactly(arn);
    }

    @Test
    void refusesARoleThatIsNoneBesideAnArn() {
        String yaml = DESIGN.replace(
                        "stream-name: events", "stream-name: arn:aws:kinesis:us-west-2:874699288871:stream/events")
                .replaceFirst("role-address: \\S+", "role-address: nonsense");

        assertThat(catchThrowable(() -> read(yaml(yaml))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("segment.destinations.analytics.role-address: expected the ARN of an IAM role");
    }

    @Test
    void takesArnsOfDeliveryStreamsOfTheRolesAccountAndRegion() {
        String arn = "arn:aws:firehose:eu-central-1:874699288871:deliverystream/";
        Settings settings = read(yaml(DESIGN.replace("match: first", "unmapped: " + arn + "rest")
                .replace("\"*\": [everything, else]", "track: [" + arn + "everything, else]")));

        assertThat(settings.destinations().get(1).streams())
                .containsExactly(arn + "everything", arn + "rest", "else", "new_users", "orders", "pages");
    }

    @Test
    void takesASecretIdOfEveryLengthThatAwsTakes() {
        for (String secretId : List.of("ab", "_+=,.@:/-", "x".repeat(1224))) {
            Settings settings = read(yaml(DESIGN.replace("secret-id: ws_456", "secret-id: \"" + secretId + '"')));

            assertThat(settings.destinations())
                    .extracting(d -> d.aws().secretId())
                    .contains(secretId);
        }
    }

    @Test
    void deliversWithAwsDefaultCredentialsWithoutARole() {
        Settings settings = read(yaml(DESIGN.replaceAll("role-address: .*", "").replaceAll("secret-id: .*", "")));

        assertThat(settings.destinations()).allSatisfy(destination -> {
            assertThat(destination.aws().roleAddress()).isNull();
            assertThat(destination.aws().secretId()).isNull();
        });
    }

    @Test
    void needsNoDestinationsBesideTheUsersRoutes() {
        Settings settings = Settings.read(config(yaml("segment: {}")), true);

        assertThat(settings.sources()).isEmpty();
        assertThat(settings.destinations()).isEmpty();
    }

    @Test
    void refusesToStartWithoutAnySource() {
        assertThat(catchThrowable(() -> read(yaml("segment: {}"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(
                        "segment.sources: expected at least one source, but there is none, nor a route in"
                                + " routes/*.camel.yaml: set segment.sources.web.write-key and a destination,"
                                + " in application.yaml or in the file that SEGMENT_CONFIG names");
    }

    @Test
    void refusesLocalModeInProduction() {
        SegmentConfig config = new SegmentConfig(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile("prod")
                .withSources(new EnvConfigSource(Map.of("SEGMENT_LOCAL_AWS_ENABLED", "true"), 300))
                .build());

        assertThat(catchThrowable(() -> Settings.read(config, true)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("segment.local-aws.enabled: expected false in production, since local mode"
                        + " keeps events in memory only, but was true: remove it, or start with"
                        + " -Dquarkus.profile=local (environment variable SEGMENT_LOCAL_AWS_ENABLED)");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("mistakes")
    void refusesWithOneLineThatNamesTheSettingAndTheMend(String from, String to, String line) {
        assertThat(DESIGN).contains(from);

        Throwable refusal = catchThrowable(() -> read(yaml(DESIGN.replaceFirst(Pattern.quote(from), to))));

        assertThat(refusal).isInstanceOf(ConfigurationException.class);
        assertThat(refusal.getMessage()).matches(Pattern.quote(line) + " \\(.*segment\\.yaml:[0-9]+:[0-9]+\\)");
    }

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of(
                        "  aws:",
                        "  aws:\n    base-role-address: ws_s3cr3t",
                        "segment.aws.base-role-address: expected the ARN of an IAM role, but was something else: set"
                                + " it to the role's ARN, such as arn:aws:iam::123456789012:role/example-role"),
                Arguments.of(
                        "  aws:",
                        "  aws:\n    base-secret-id: ws_s3cr3t",
                        "segment.aws.base-secret-id: expected segment.aws.base-role-address beside it, since it is that"
                                + " role's external ID, but there is none: set it, or remove this"),
                Arguments.of(
                        "  aws:",
                        "  aws:\n    base-role-address: " + ROLE + "\n    base-secret-id: s",
                        "segment.aws.base-secret-id: expected 2 to 1224 letters, digits and any of _+=,.@:/-, as AWS"
                                + " takes for an external ID, but was something else: set it to what the role's trust"
                                + " policy asks for"),
                Arguments.of(
                        "  aws:",
                        "  aws:\n    session-duration: 13h",
                        "segment.aws.session-duration: expected 15m to 12h, but was \"13h\": set it to no more than the"
                                + " maximum session duration of the roles, or remove it for 1h"),
                Arguments.of(
                        "  aws:",
                        "  aws:\n    session-duration: soon",
                        "segment.aws.session-duration: expected 15m to 12h, but was \"soon\": set it to no more than"
                                + " the maximum session duration of the roles, or remove it for 1h"),
                Arguments.of(
                        "  aws:",
                        "  aws:\n    base-role-address: " + ROLE + "\n    session-duration: 2h",
                        "segment.aws.session-duration: expected 15m to 1h, the longest that AWS allows where a role"
                                + " assumes a role, but was \"2h\": set it to no more than the maximum session duration"
                                + " of the roles, or remove it for 1h"),
                Arguments.of(
                        "  aws:",
                        "  aws:\n    sts-endpoint-override: nowhere",
                        "segment.aws.sts-endpoint-override: expected an http or https URI without a user, but was something else: set"
                                + " it to one such as http://127.0.0.1:4566, or remove it to use AWS"),
                Arguments.of(
                        "{ write-key: WEB_KEY }",
                        "{}",
                        "segment.sources.web.write-key: expected the key that the senders show, several separated by"
                                + " commas, but there is none: set it to the write key configured in the SDKs"),
                Arguments.of(
                        "WEB_KEY",
                        "\" \"",
                        "segment.sources.web.write-key: expected the key that the senders show, several separated by"
                                + " commas, but there is none: set it to the write key configured in the SDKs"),
                Arguments.of(
                        "WEB_KEY",
                        "KEY_B",
                        "segment.sources.web.write-key: expected keys of this source alone, but one is also in"
                                + " segment.sources.server.write-key: give each source its own"),
                Arguments.of(
                        "    web:",
                        "    \"a\\\\nb\": { write-key: OTHER }\n    web:",
                        "segment.sources.\"a\\u000ab\": expected a name of 1 to 128 characters, none of which is a"
                                + " control character, but was another: rename it"),
                Arguments.of(
                        "type: kinesis",
                        "type: kinesiss",
                        "segment.destinations.analytics.type: expected kinesis or firehose, but was \"kinesiss\":"
                                + " set it to one of them"),
                Arguments.of(
                        "type: firehose",
                        "",
                        "segment.destinations.lake.type: expected kinesis or firehose, but there is none:"
                                + " set it to one of them"),
                Arguments.of(
                        "stream-name: events",
                        "stream-name: \"my events\"",
                        "segment.destinations.analytics.stream-name: expected the name of a Kinesis data stream, 1 to"
                                + " 128 letters, digits, '.', '-' and '_', but was \"my events\": set it to the name"
                                + " that the AWS console shows"),
                Arguments.of(
                        "stream-name: events",
                        "",
                        "segment.destinations.analytics.stream-name: expected the name of a Kinesis data stream, 1 to"
                                + " 128 letters, digits, '.', '-' and '_', but there is none: set it to the name"
                                + " that the AWS console shows"),
                Arguments.of(
                        "stream-name: events",
                        "stream-name: arn:aws:firehose:us-west-2:123456789012:deliverystream/lake",
                        "segment.destinations.analytics.stream-name: expected a name or an ARN such as"
                                + " arn:aws:kinesis:us-west-2:123456789012:stream/events, but was"
                                + " \"arn:aws:firehose:us-west-2:123456789012:deliverystream/lake\": set it to the ARN"
                                + " that the AWS console shows"),
                Arguments.of(
                        "stream-name: events",
                        "region: us-east-1\n      stream-name: arn:aws:kinesis:eu-west-1:123456789012:stream/events",
                        "segment.destinations.analytics.stream-name: expected an ARN of the region of the destination,"
                                + " us-east-1, but was \"arn:aws:kinesis:eu-west-1:123456789012:stream/events\": set"
                                + " region to eu-west-1 or correct the ARN"),
                Arguments.of(
                        "stream-name: events",
                        "stream-name: arn:aws:kinesis:cn-north-1:123456789012:stream/events",
                        "segment.destinations.analytics.stream-name: expected an ARN of the partition of its region,"
                                + " but was \"arn:aws:kinesis:cn-north-1:123456789012:stream/events\": correct its"
                                + " partition or its region"),
                Arguments.of(
                        "stream-name: events",
                        "stream-name: arn:aws-cn:kinesis:cn-north-1:123456789012:stream/events",
                        "segment.destinations.analytics.stream-name: expected an ARN of the partition of role-address,"
                                + " but was \"arn:aws-cn:kinesis:cn-north-1:123456789012:stream/events\": correct one of"
                                + " them"),
                Arguments.of(
                        "page: pages",
                        "page: arn:aws:firehose:eu-central-1:123456789012:deliverystream/pages",
                        "segment.destinations.lake.map.\"page\": expected an ARN of the account of role-address, since"
                                + " Firehose takes no ARN, but was"
                                + " \"arn:aws:firehose:eu-central-1:123456789012:deliverystream/pages\": set"
                                + " role-address to a role of the stream's account"),
                Arguments.of(
                        "page: pages",
                        "page: arn:aws:firehose:us-west-2:874699288871:deliverystream/pages",
                        "segment.destinations.lake.map.\"page\": expected an ARN of the region of the destination,"
                                + " eu-central-1, but was"
                                + " \"arn:aws:firehose:us-west-2:874699288871:deliverystream/pages\": set region to"
                                + " us-west-2 or correct the ARN"),
                Arguments.of(
                        "stream-name: events",
                        "stream-name: events\n      match: all",
                        "segment.destinations.analytics.match: expected only beside map, but there is no map: add the"
                                + " map, or remove it"),
                Arguments.of(
                        "stream-name: events",
                        "stream-name: events\n      map:\n        page: pages",
                        "segment.destinations.analytics.stream-name: expected either stream-name, for all events, or"
                                + " map, but there are both: remove one of them"),
                Arguments.of(
                        "page: pages",
                        "page: [pages, none]",
                        "segment.destinations.lake.map.\"page\": expected none alone, but there are streams beside it:"
                                + " remove none, or the streams"),
                Arguments.of(
                        "page: pages",
                        "\"track: \": pages",
                        "segment.destinations.lake.map.\"track:\": expected an event name, a type, a pattern or * on"
                                + " the left, but it names none: name it"),
                Arguments.of(
                        "stream-name: events",
                        "map:\n        page: my pages",
                        "segment.destinations.analytics.map.\"page\": expected names of streams, 1 to 128 letters,"
                                + " digits, '.', '-' and '_', but was \"my pages\": set it to the name that the AWS"
                                + " console shows"),
                Arguments.of(
                        "match: first",
                        "match: first\n      stream-name: events",
                        "segment.destinations.lake.stream-name: expected only in a destination of type kinesis, but"
                                + " there it is: remove it or change the type"),
                Arguments.of(
                        "match: first",
                        "match: some",
                        "segment.destinations.lake.match: expected all or first, but was \"some\": set it to all, so"
                                + " that an event goes to the streams of every row that fits it"),
                Arguments.of(
                        "required: false",
                        "",
                        "segment.destinations.lake.dead-letter-uri: expected only with required: false, since senders"
                                + " repeat what a required destination did not accept, but there it is: remove it or"
                                + " set required to false"),
                Arguments.of(
                        "dead-letter-uri: file:dead-letters",
                        "dead-letter-uri:",
                        "segment.destinations.lake.dead-letter-uri: expected text, but it is empty: set it, or remove"
                                + " the line"),
                Arguments.of(
                        "match: first",
                        "match: first\n      unmapped:",
                        "segment.destinations.lake.unmapped: expected text, but it is empty: set it, or remove the"
                                + " line"),
                Arguments.of(
                        "match: first",
                        "match: first\n      unmapped: rest",
                        "segment.destinations.lake.unmapped: expected only without a row \"*\" in map, which fits every"
                                + " event, but there are both: remove one of them"),
                Arguments.of(
                        "      map:\n",
                        """
                              unmapped: the rest
                              map:
                                order: orders
                            third:
                              type: firehose
                              map:
                        """,
                        "segment.destinations.lake.unmapped: expected the name of a delivery stream, 1 to 64 letters,"
                                + " digits, '.', '-' and '_', or the URI of a Camel endpoint, but was \"the rest\": set it"
                                + " to the name that the AWS console shows, or to a URI such as file:unmapped"),
                Arguments.of(
                        "      map:\n",
                        """
                              map:
                                order: orders
                            other:
                              type: kinesis
                              stream-name: events
                              unmapped: rest
                            third:
                              type: firehose
                              map:
                        """,
                        "segment.destinations.other.unmapped: expected only beside map, but there is no map: add the"
                                + " map, or remove it"),
                Arguments.of(
                        "page: pages",
                        "page: []",
                        "segment.destinations.lake.map.\"page\": expected at least one delivery stream, but there is"
                                + " none: name a stream or remove the row"),
                Arguments.of(
                        "page: pages",
                        "page:",
                        "segment.destinations.lake.map.\"page\": expected at least one delivery stream, but there is"
                                + " none: name a stream or remove the row"),
                Arguments.of(
                        "page: pages",
                        "page: my pages",
                        "segment.destinations.lake.map.\"page\": expected names of delivery streams, 1 to 64 letters,"
                                + " digits, '.', '-' and '_', but was \"my pages\": set it to the name that the AWS"
                                + " console shows"),
                Arguments.of(
                        "sources: [web]",
                        "sources: [web, mobile]",
                        "segment.destinations.analytics.sources: expected names under segment.sources, but was"
                                + " \"mobile\": there are server, web"),
                Arguments.of(
                        "match: first",
                        "match: first\n      sources: web",
                        "segment.sources.server: expected at least one destination that takes its events, but there is"
                                + " none: add server to the sources of one"),
                Arguments.of(
                        "region: eu-central-1",
                        "region: eu-central1",
                        "segment.destinations.lake.region: expected an AWS region, but was \"eu-central1\":"
                                + " set it to a name such as us-west-2"),
                Arguments.of(
                        "role-address: " + ROLE,
                        "role-address: ws_123",
                        "segment.destinations.analytics.role-address: expected the ARN of an IAM role, but was"
                                + " something else: set it to the role's ARN, such as"
                                + " arn:aws:iam::123456789012:role/example-role"),
                Arguments.of(
                        "role-address: " + ROLE,
                        "role-address: arn:aws:iam::12345678901:role/r",
                        "segment.destinations.analytics.role-address: expected the ARN of an IAM role, but was"
                                + " something else: set it to the role's ARN, such as"
                                + " arn:aws:iam::123456789012:role/example-role"),
                Arguments.of(
                        "workspace-id: ws_123",
                        "",
                        "segment.destinations.analytics.secret-id: expected the external ID of the role, but there is"
                                + " neither this nor segment.workspace-id: set one of them to what the role's trust"
                                + " policy asks for"),
                Arguments.of(
                        "workspace-id: ws_123",
                        "workspace-id: \"x\"",
                        "segment.workspace-id: expected 2 to 1224 letters, digits and any of _+=,.@:/-, as AWS takes"
                                + " for an external ID, but was something else: set it to what the role's trust policy"
                                + " asks for"),
                Arguments.of(
                        "secret-id: ws_456",
                        "secret-id: \"not this one\"",
                        "segment.destinations.lake.secret-id: expected 2 to 1224 letters, digits and any of"
                                + " _+=,.@:/-, as AWS takes for an external ID, but was something else: set it to what"
                                + " the role's trust policy asks for"),
                Arguments.of(
                        "role-address: " + ROLE + "\n      secret-id",
                        "secret-id",
                        "segment.destinations.lake.secret-id: expected a role-address beside it, since it is that"
                                + " role's external ID, but there is none: set role-address, or remove secret-id to use"
                                + " AWS's default credentials"),
                Arguments.of(
                        "http://127.0.0.1:4566",
                        "localhost:4566",
                        "segment.aws.endpoint-override: expected an http or https URI without a user, but was something else: set it"
                                + " to one such as http://127.0.0.1:4566, or remove it to use AWS"));
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path file = directory.resolve("no.yaml");

        Throwable refusal = catchThrowable(
                () -> read(new PropertiesConfigSource(Map.of("segment.config", file.toString()), "test", 300)));

        assertThat(refusal)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("SEGMENT_CONFIG: expected a file of YAML or properties, but there is none at " + file
                        + ": set it to the file's path");
    }

    @Test
    void refusesAFileThatIsNoYamlWithoutQuotingIt() {
        Throwable refusal = catchThrowable(() -> read(yaml("segment:\n  workspace-id: \"s3cr3t\n  a: b")));

        assertThat(refusal)
                .isInstanceOf(ConfigurationException.class)
                .hasNoCause()
                .hasMessage(directory.resolve("segment.yaml") + ":3:7: expected YAML, but its syntax is broken in what"
                        + " begins in line 2: mend it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "segment:\\n"
                        + "  sources:\\n"
                        + "      web: { write-key: s3cr3t }\\n"
                        + "     app: { write-key: b } | 4:6: expected YAML, but line 4 is indented by 5, and the lines"
                        + " before it by 2 and 6: indent it as one of them",
                "segment:\\n"
                        + "  sources:\\n"
                        + "   workspace-id: s3cr3t\\n"
                        + "  a:\\n"
                        + "    - b\\n"
                        + "   - c | 6:4: expected YAML, but line 6 is indented by 3, and the lines before it by 2 and 4:"
                        + " indent it as one of them",
                "segment:\\n"
                        + "  workspace-id: s3cr3t: b | 2:23: expected YAML, but there is a colon where none may be: put"
                        + " the value before it in quotes, or indent the line",
                "segment:\\n\tworkspace-id: s3cr3t | 2:1: expected YAML, but there is a tab: indent with spaces",
            })
    void saysWhatIsWrongWithTheSyntax(String text, String expected) {
        Throwable refusal = catchThrowable(() -> read(yaml(text.replace("\\n", "\n"))));

        assertThat(refusal).hasMessage(directory.resolve("segment.yaml") + ":" + expected);
    }

    @Test
    void readsAFileOfProperties() throws IOException {
        Path file = Files.writeString(
                directory.resolve("segment.properties"),
                """
                segment.sources.web.write-key=WEB_KEY
                segment.destinations.analytics.type=kinesis
                segment.destinations.analytics.stream-name=events
                """);

        Settings settings = read(new PropertiesConfigSource(Map.of("segment.config", file.toString()), "test", 300));

        assertThat(settings.sources()).containsExactly(new Source("web", "WEB_KEY"));
    }

    @Test
    void tellsOfAllMistakesAtOnceAndOfNoSecret() {
        String yaml = DESIGN.replace("eu-central-1", "nowhere")
                .replace("ws_456", "s3cr3t with blanks")
                .replace("WEB_KEY", "KEY_A")
                .replace("kinesis", "kafka");

        Throwable refusal = catchThrowable(() -> read(yaml(yaml)));

        assertThat(refusal.getMessage().lines())
                .extracting(line -> line.substring(0, line.indexOf(": ")))
                .containsExactly(
                        "segment.sources.web.write-key",
                        "segment.destinations.analytics.type",
                        "segment.destinations.lake.region",
                        "segment.destinations.lake.secret-id");
        assertThat(refusal.getMessage())
                .doesNotContain("s3cr3t")
                .doesNotContain("KEY_A")
                .doesNotContain("ws_123");
        assertThat(read(yaml(DESIGN)).toString()).doesNotContain("KEY").doesNotContain("ws_");
    }

    private static Settings read(ConfigSource source) {
        return Settings.read(config(source), false);
    }

    private ConfigSource yaml(String yaml) {
        try {
            Path file = Files.writeString(directory.resolve("segment.yaml"), yaml);
            return new PropertiesConfigSource(Map.of("segment.config", file.toString()), "test", 300);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SegmentConfig config(ConfigSource... sources) {
        return new SegmentConfig(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(sources)
                .withCustomizers(new SegmentConfigCustomizer())
                .build());
    }
}
