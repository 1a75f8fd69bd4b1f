package io.camelsegment.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.app.setup.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "segment.sources.web.write-key", "s3cr3t",
            "segment.sources.web.transform", "drop: properties.password",
            "segment.destinations.analytics.type", "kinesis",
            "segment.destinations.analytics.stream-name", "events",
            "segment.destinations.lake.type", "firehose",
            "segment.destinations.lake.map.\"Order *\"", "orders",
            "segment.destinations.lake.map.\"*\"", "everything",
            "segment.destinations.lake.map.identify", "none");

    private static final String ORDER =
            """
            {
              "type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1",
              "properties": { "password": "hidden", "total": 1.50 }
            }
            """;

    @TempDir
    Path directory;

    @Test
    void tellsOfTransformsRowsStreamsAndBytes() throws Exception {
        CommandRun run = explain(SETTINGS, ORDER);

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .startsWith("track \"Order Completed\" of source web, messageId m1\n  transform  drop: changed\n"
                        + "  destination analytics: kinesis in us-west-2\n    streams    events\n    record     ")
                .contains(" bytes, partition key u1\n    {")
                .contains("    row        \"*\": everything\n    row        \"Order *\": orders\n")
                .contains("    streams    everything, orders\n")
                .contains("\"total\": 1.50")
                .doesNotContain("hidden", "s3cr3t");
    }

    @Test
    void theBytesAreThoseThatAStreamGets() throws Exception {
        JsonNode event = explain(SETTINGS, ORDER, "--json").json().at("/events/0");

        JsonNode kinesis = event.at("/destinations/0/record");
        JsonNode firehose = event.at("/destinations/1/record");
        assertThat(kinesis.at("/data").asText()).startsWith("{").endsWith("}");
        assertThat(kinesis.at("/bytes").asInt())
                .isEqualTo(kinesis.at("/data").asText().length());
        assertThat(kinesis.at("/partitionKey").asText()).isEqualTo("u1");
        assertThat(firehose.at("/data").asText()).hasLineCount(1).endsWith("}\n");
        assertThat(firehose.at("/bytes").asInt()).isEqualTo(kinesis.at("/bytes").asInt() + 1);
        assertThat(event.at("/destinations/1/streams")).hasToString("[\"everything\",\"orders\"]");
    }

    @Test
    void aRowThatDoesNotCountIsNamed() throws Exception {
        Map<String, String> first = new HashMap<>(SETTINGS);
        first.put("segment.destinations.lake.match", "first");

        assertThat(explain(first, ORDER).output())
                .contains("row        \"Order *\": orders\n    row        \"*\": everything (fits, but does not count)")
                .contains("streams    orders\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'identify','userId':'u'} | excluded",
                "{'type':'track','event':'E','userId':'u','integrations':{'All':false}} | filtered",
            })
    void anEventMayEndOnTheWay(String event, String outcome) throws Exception {
        JsonNode json = explain(SETTINGS, event.replace('\'', '"'), "--json").json();

        assertThat(json.at("/events/0/destinations/1/outcome").asText()).isEqualTo(outcome);
        assertThat(json.at("/events/0/destinations/1/record").isMissingNode()).isTrue();
    }

    @Test
    void anEventThatNoRowFitsGoesToUnmapped() throws Exception {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.remove("segment.destinations.lake.map.\"*\"");

        assertThat(explain(settings, page()).output()).contains("unmapped: no row fits it, and it is dropped");

        settings.put("segment.destinations.lake.unmapped", "rest");
        assertThat(explain(settings, page()).output()).contains("streams    rest\n");

        settings.put("segment.destinations.lake.unmapped", "file:s3cr3t");
        assertThat(explain(settings, page()).output())
                .contains("unmapped: no row fits it, and it goes to the endpoint of unmapped")
                .doesNotContain("s3cr3t");
    }

    private static String page() {
        return "{\"type\":\"page\",\"userId\":\"u\"}";
    }

    @Test
    void aStepThroughARouteIsNotTakenAndOneMayLeaveTheEventOut() throws Exception {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("segment.sources.web.transform", "direct:s3cr3t");
        settings.put("segment.destinations.lake.transform", "block: Order Completed");

        CommandRun run = explain(settings, ORDER);

        assertThat(run.output())
                .contains("  transform  through: not taken\n", "    transform  block: left out\n    left out\n")
                .doesNotContain("s3cr3t");
    }

    @Test
    void aRefusedEventIsToldWithItsReasonAndWithoutValues() throws Exception {
        CommandRun run = explain(SETTINGS, "{\"type\":\"track\",\"event\":\"s3cr3t\"}");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).startsWith("refused: no_user_anon_id: ").doesNotContain("s3cr3t");

        CommandRun noJson = explain(SETTINGS, "{\"type\":s3cr3t}");
        assertThat(noJson.exitCode()).isEqualTo(1);
        assertThat(noJson.errors()).hasLineCount(1).contains("bad_request").doesNotContain("s3cr3t");
    }

    @Test
    void theTypeMayComeFromTheCommandLine() throws Exception {
        CommandRun run = explain(SETTINGS, "{\"event\":\"E\",\"userId\":\"u\"}", "--type", "track");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).startsWith("track \"E\" of source web");
    }

    @Test
    void mistakesInUsageAreOneLine() {
        CommandRun missing = CommandRun.with(
                SETTINGS, "explain", directory.resolve("none.json").toString());
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.errors()).hasLineCount(1).contains("none.json", "there is none");

        CommandRun source = CommandRun.with(SETTINGS, "explain", "--source", "app", "x.json");
        assertThat(source.exitCode()).isEqualTo(2);
        assertThat(source.errors()).hasLineCount(1).startsWith("--source: expected one of web, but was \"app\"");
    }

    private CommandRun explain(Map<String, String> settings, String event, String... options) throws Exception {
        Path file = Files.writeString(directory.resolve("event.json"), event);
        String[] arguments = new String[options.length + 2];
        arguments[0] = "explain";
        arguments[1] = file.toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return CommandRun.with(settings, arguments);
    }
}
