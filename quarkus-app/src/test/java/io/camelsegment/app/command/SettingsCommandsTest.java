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

/** {@code segment config} and {@code segment check}. */
class SettingsCommandsTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "segment.sources.web.write-key", "s3cr3t",
            "segment.destinations.analytics.type", "kinesis",
            "segment.destinations.analytics.stream-name", "events",
            "segment.destinations.lake.type", "firehose",
            "segment.destinations.lake.required", "false",
            "segment.destinations.lake.map.page", "pages,everything");

    @TempDir
    Path directory;

    @Test
    void configPrintsALineForEachSetting() {
        CommandRun run = CommandRun.with(SETTINGS, "config");

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .containsPattern("(?m)^segment\\.sources\\.web\\.write-key = \\*{8} +# system property$")
                .containsPattern("(?m)^segment\\.destinations\\.lake\\.map\\.\"page\" = pages, everything +# ")
                .containsPattern("(?m)^segment\\.sources\\.web\\.max-events = 2500 +# default$")
                .doesNotContain("s3cr3t");
    }

    @Test
    void configLeavesOutTheDefaults() {
        CommandRun run = CommandRun.with(SETTINGS, "config", "--set");

        assertThat(run.output()).hasLineCount(SETTINGS.size()).doesNotContain("# default");
    }

    @Test
    void configIsJsonForPrograms() throws Exception {
        Path file = Files.writeString(directory.resolve("segment.yaml"), "segment:\n  workspace-id: s3cr3t\n");
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("segment.config", file.toString());

        CommandRun run = CommandRun.with(settings, "config", "--json");

        assertThat(run.output()).doesNotContain("s3cr3t");
        assertThat(setting(run, "segment.workspace-id").at("/origin"))
                .hasToString("{\"kind\":\"file\",\"file\":\"" + file + "\",\"line\":2,\"column\":3}");
        assertThat(setting(run, "segment.workspace-id").at("/secret").asBoolean())
                .isTrue();
        assertThat(setting(run, "segment.destinations.lake.map.\"page\"").at("/value"))
                .hasToString("[\"pages\",\"everything\"]");
        assertThat(setting(run, "segment.destinations.lake.unmapped")
                        .at("/meaning")
                        .asText())
                .isEqualTo("they are dropped");
    }

    private static JsonNode setting(CommandRun run, String name) {
        for (JsonNode setting : run.json()) {
            if (setting.path("name").asText().equals(name)) {
                return setting;
            }
        }
        throw new AssertionError("expected " + name + " in " + run.output());
    }

    @Test
    void configTellsOfMistakesBesideWhatHolds() {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("segment.sources.web.max-events", "many");
        settings.put("segment.destinatons.lake.type", "firehose");

        CommandRun run = CommandRun.with(settings, "config");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).hasLineCount(2).contains("segment.sources.web.max-events: expected a whole number");
        assertThat(run.output()).contains("segment.sources.web.write-key = ***").doesNotContain("many");
    }

    @Test
    void checkFindsAllWell() {
        CommandRun run = CommandRun.with(SETTINGS, "check");

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).isEqualTo("1 source, 2 destinations, 3 routes: all is well\n");
    }

    @Test
    void checkNamesWhatItFound() {
        CommandRun run = CommandRun.with(SETTINGS, "check", "--json");

        assertThat(run.json().at("/good").asBoolean()).isTrue();
        assertThat(run.json().at("/destinations/1"))
                .hasToString("{\"name\":\"lake\",\"type\":\"firehose\",\"streams\":[\"everything\",\"pages\"]}");
        assertThat(run.json().at("/routes")).anyMatch(id -> id.asText().equals("segment-destination-lake"));
    }

    @Test
    void checkTellsOfEachMistakeInALine() throws Exception {
        Path rows = Files.writeString(directory.resolve("rows.csv"), "event,stream\npage,bad/stream\n");
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.remove("segment.destinations.lake.map.page");
        settings.put("segment.destinations.lake.map-file", rows.toString());
        settings.put("segment.destinations.lake.transform", "drop: 7..7");
        settings.put("segment.sources.web.max-events", "many");

        CommandRun run = CommandRun.with(settings, "check");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .hasLineCount(3)
                .contains("segment.sources.web.max-events", "segment.destinations.lake.map-file", "rows.csv")
                .contains("segment.destinations.lake.transform");
        assertThat(CommandRun.with(settings, "check", "--json").json().at("/mistakes"))
                .hasSize(3);
    }

    @Test
    void checkKnowsTheEndpointsOfTheSettings() {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("segment.destinations.lake.dead-letter-uri", "nowhere:s3cr3t");
        settings.put("segment.destinations.lake.unmapped", "log:x?s3cr3t=1");

        CommandRun run = CommandRun.with(settings, "check");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .hasLineCount(2)
                .contains("segment.destinations.lake.dead-letter-uri: expected a Camel endpoint")
                .contains("segment.destinations.lake.unmapped: expected a Camel endpoint")
                .doesNotContain("nowhere:s3cr3t");
    }

    @Test
    void checkStartsNothing() throws Exception {
        Path letters = directory.resolve("letters");
        Files.createDirectories(letters);
        Path ofAnotherRun = Files.writeString(letters.resolve(".lake-2026-01-01T00.jsonl"), "{}\n");
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("segment.destinations.lake.dead-letter-uri", "file:" + letters);

        CommandRun run = CommandRun.with(settings, "check");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(ofAnotherRun).exists();
    }
}
