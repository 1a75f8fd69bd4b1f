package io.camelsegment.app.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.SegmentRoutes;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.aws.AwsSinkEndpoint;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.routes.MappingTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stand-in has the streams of ARNs, whatever their account. */
class LocalModeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment-kinesis:arn:aws:kinesis:eu-west-1:123456789012:stream/events",
                "segment-firehose:arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake"
            })
    void deliversToTheStreamOfAnArn(String uri) throws Exception {
        try (LocalMode local = LocalMode.start(0);
                DefaultCamelContext context = new DefaultCamelContext()) {
            SegmentCredentials credentials = new SegmentCredentials();
            local.redirect(credentials);
            context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
            local.redirect(context);
            context.start();

            Exchange sent = context.createProducerTemplate()
                    .send(uri, exchange -> exchange.getIn().setBody("{}"));

            assertThat(sent.getException()).isNull();
            assertThat(context.getEndpoint(uri, AwsSinkEndpoint.class).getStreamName())
                    .isEqualTo(uri.substring(uri.lastIndexOf('/') + 1));
        }
    }

    @Test
    void callsTheStreamsOfDestinationsByTheirNames() {
        String arn = "arn:aws:firehose:us-west-2:123456789012:deliverystream/";
        AwsAccess access = new AwsAccess("us-west-2", null, null, null);
        Destination lake = new Destination.Firehose(
                "lake",
                Set.of("web"),
                access,
                Duty.REQUIRED,
                Map.of("page", List.of(arn + "pages", "else")),
                MappingTable.Match.ALL,
                arn + "rest");

        Destination local =
                LocalMode.at(LocalMode.endpoint(4566), List.of(lake)).get(0);

        assertThat(local.streams()).containsExactly("else", "pages", "rest");
        assertThat(local.aws().endpointOverride()).isEqualTo(LocalMode.endpoint(4566));
    }

    @Test
    void takesAFileOfRowsThatChanges(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("rows.yaml"), "A: first");
        StreamRows rows =
                StreamRows.read(new StreamRows.RowsFile(file.toString(), stream -> {}), MappingTable.Match.ALL, null);
        Destination.Kinesis mapped = new Destination.Kinesis(
                "mapped",
                Set.of(),
                new AwsAccess("us-west-2", null, null, null),
                Duty.REQUIRED,
                Transform.NONE,
                null,
                false,
                rows);
        try (LocalMode local = LocalMode.start(0);
                DefaultCamelContext context = new DefaultCamelContext()) {
            Settings settings = new Settings(List.of(), List.of(mapped), Settings.Credentials.DEFAULT, Map.of());
            local.redirect(context);
            context.addRoutes(new SegmentRoutes(settings.sources(), settings.destinations()));
            context.start();

            Files.writeString(file, "A: [\"arn:aws:kinesis:us-west-2:123456789012:stream/second\", first]");

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(local.greeting(settings, 8080))
                    .contains("/kinesis/first", "/kinesis/second"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event,stream\nDebug *,none\nDebug *,audit\nA,first",
                "event,stream\nDebug *,audit\nA,first\nDebug *,none",
                "event,stream\nA,first\nDebug *,audit\nDebug *,none\nDebug *,other"
            })
    void rowsOfNoneAreInForceBesideOthersOfTheirEvent(String csv, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("rows.csv"), csv);
        StreamRows rows =
                StreamRows.read(new StreamRows.RowsFile(file.toString(), stream -> {}), MappingTable.Match.ALL, null);
        Destination mapped = new Destination.Firehose(
                "mapped", Set.of(), new AwsAccess("us-west-2", null, null, null), Duty.REQUIRED, Transform.NONE, rows);

        assertThat(mapped.streams()).containsExactly("first");
        assertThat(LocalMode.at(LocalMode.endpoint(4566), List.of(mapped))
                        .get(0)
                        .streams())
                .containsExactly("first");
        try (LocalMode local = LocalMode.start(0);
                DefaultCamelContext context = new DefaultCamelContext()) {
            local.redirect(context);
            context.addRoutes(new SegmentRoutes(List.of(), List.of(mapped)));
            context.start();

            assertThat(context.getRoutes()).isNotEmpty();
        }
    }

    @Test
    void hasTheStreamsOfAFileOfRows(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("rows.yaml"), "A: [\"arn:aws:kinesis:us-west-2:123456789012:stream/first\", second]");
        StreamRows rows =
                StreamRows.read(new StreamRows.RowsFile(file.toString(), stream -> {}), MappingTable.Match.ALL, null);
        AwsAccess access = new AwsAccess("us-west-2", null, null, null);
        Settings settings = new Settings(
                List.of(),
                List.of(new Destination.Kinesis(
                        "mapped", Set.of(), access, Duty.REQUIRED, Transform.NONE, null, false, rows)),
                Settings.Credentials.DEFAULT,
                Map.of());
        try (LocalMode local = LocalMode.start(0);
                DefaultCamelContext context = new DefaultCamelContext()) {
            local.redirect(context);
            context.addRoutes(new SegmentRoutes(settings.sources(), settings.destinations()));
            context.start();

            assertThat(local.greeting(settings, 8080)).contains("/kinesis/first", "/kinesis/second");
        }
    }
}
