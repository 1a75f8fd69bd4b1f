package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.app.setup.CommandRun;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EffectiveSettingsTest {

    @TempDir
    Path directory;

    @Test
    void aSettingOfAFileNamesItsLine() throws Exception {
        Path file = Files.writeString(
                directory.resolve("segment.yaml"),
                """
                quarkus:
                  http: { port: 8181 }
                segment:
                  sources:
                    web: { max-events: 7, write-key: s3cr3t }
                """);

        Map<String, EffectiveSetting> found = of(CommandRun.config(Map.of("segment.config", file.toString())));

        assertThat(found.get("segment.sources.web.max-events")).satisfies(setting -> {
            assertThat(setting.values()).containsExactly("7");
            assertThat(setting.origin()).hasToString(file + ":5:12");
        });
        assertThat(found.get("segment.sources.web.write-key")).satisfies(setting -> {
            assertThat(setting.values()).containsExactly(EffectiveSetting.MASK);
            assertThat(setting.origin()).hasToString(file + ":5:27");
        });
        assertThat(found.get("quarkus.http.port")).satisfies(setting -> {
            assertThat(setting.values()).containsExactly("8181");
            assertThat(setting.origin()).hasToString(file + ":2:11");
        });
    }

    @Test
    void aSettingOfTheEnvironmentNamesItsVariable() {
        Map<String, EffectiveSetting> found = of(environment(Map.of(
                "SEGMENT_SOURCES_WEB_MAX_EVENTS", "7",
                "QUARKUS_MANAGEMENT_PORT", "9191",
                "CAMEL_COMPONENT_AWS2_KINESIS_SECRET_KEY", "s3cr3t",
                "CAMEL_MAIN_NAME", "collector",
                "PATH", "/bin")));

        assertThat(found.get("segment.sources.web.max-events").origin())
                .hasToString("environment variable SEGMENT_SOURCES_WEB_MAX_EVENTS");
        assertThat(found.get("quarkus.management.port")).satisfies(setting -> {
            assertThat(setting.values()).containsExactly("9191");
            assertThat(setting.origin()).hasToString("environment variable QUARKUS_MANAGEMENT_PORT");
        });
        assertThat(found.get("CAMEL_COMPONENT_AWS2_KINESIS_SECRET_KEY").text()).isEqualTo(EffectiveSetting.MASK);
        assertThat(found.get("CAMEL_MAIN_NAME").text()).isEqualTo("collector");
        assertThat(found).doesNotContainKey("PATH");
    }

    @Test
    void whatIsNotSetHasTheDefaultOfItsOptionOrOfTheSettingThatStandsForIt() {
        Map<String, EffectiveSetting> found = of(CommandRun.config(Map.of(
                "segment.workspace-id", "s3cr3t",
                "segment.aws.endpoint-override", "http://127.0.0.1:4566",
                "segment.sources.web.write-key", "k",
                "segment.destinations.analytics.type", "kinesis",
                "segment.destinations.analytics.stream-name", "arn:aws:kinesis:eu-west-1:123456789012:stream/events",
                "segment.destinations.analytics.role-address", "arn:aws:iam::123456789012:role/segment",
                "segment.destinations.lake.type", "FIREHOSE",
                "segment.destinations.lake.map.page", "pages")));

        assertThat(texts(found))
                .containsEntry("segment.sources.web.max-events", "2500 <- default")
                .containsEntry("segment.resend-memory", "900s <- default")
                .containsEntry("segment.deduplicate", "true <- default")
                .containsEntry("segment.destinations.analytics.batch-records", "500 <- default")
                .containsEntry("segment.destinations.analytics.ordering", "KEY <- default")
                .containsEntry("segment.destinations.lake.ordering", "NONE <- default")
                .containsEntry("segment.destinations.analytics.region", "eu-west-1 <- default")
                .containsEntry("segment.destinations.lake.region", "us-west-2 <- default")
                .containsEntry("segment.destinations.lake.unmapped", "(they are dropped) <- default")
                .containsEntry(
                        "segment.destinations.lake.endpoint-override", "http://127.0.0.1:4566 <- system property")
                .containsEntry("segment.destinations.analytics.secret-id", "******** <- system property")
                .containsEntry("segment.local-aws.enabled", "false <- default")
                .containsEntry("quarkus.http.port", "8080 <- default")
                .doesNotContainKeys(
                        "segment.destinations.lake.stream-name", "segment.destinations.lake.use-message-id");
    }

    @Test
    void noSecretIsShown() {
        Map<String, String> written = new TreeMap<>(Map.of(
                "segment.sources.web.jwks-url", "https://user:s3cr3t@host.example/keys?token=s3cr3t",
                "segment.aws.endpoint-override", "http://s3cr3t@127.0.0.1:4566"));
        for (Setting row : SettingsTable.ROWS) {
            if (row.secret()) {
                written.put("segment." + String.join(".", row.pattern()).replaceFirst("\\*", "web"), "s3cr3t");
            }
        }

        List<EffectiveSetting> found = EffectiveSettings.of(CommandRun.config(written));

        assertThat(found).hasSizeGreaterThan(written.size()).noneMatch(setting -> setting.toString()
                .contains("s3cr3t"));
        assertThat(found.stream().filter(EffectiveSetting::secret)).hasSizeGreaterThan(7);
    }

    @Test
    void theSettingsThatMayHoldASecretAreSecret() {
        assertThat(SettingsTable.ROWS.stream().filter(Setting::secret).map(row -> String.join(".", row.pattern())))
                .containsExactlyInAnyOrder(
                        "workspace-id",
                        "dead-letters",
                        "sources.*.write-key",
                        "sources.*.transform",
                        "sources.*.invalid-uri",
                        "sources.*.shared-secret",
                        "destinations.*.unmapped",
                        "destinations.*.transform",
                        "destinations.*.secret-id",
                        "destinations.*.dead-letter-uri",
                        "aws.base-secret-id",
                        "management.password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aws2-sqs:dlq?accessKey=s3cr3t&secretKey=s3cr3t",
                "kafka:topic?saslJaasConfig=s3cr3t",
                "https://host.example/keys?token=s3cr3t",
                "see aws2-s3:bucket?secretKey=s3cr3t"
            })
    void theQueryOfAUriIsNotShown(String uri) {
        EffectiveSetting setting =
                new EffectiveSetting("camel.x", List.of(uri), null, false, EffectiveSetting.Origin.DEFAULT);

        assertThat(setting.text()).isEqualTo(uri.substring(0, uri.indexOf('?') + 1) + EffectiveSetting.MASK);
    }

    @Test
    void onlyTheActiveProfileCounts() throws Exception {
        Path file = Files.writeString(
                directory.resolve("segment.properties"),
                """
                %prod.quarkus.log.console.format=%m
                %dev.quarkus.log.console.darken=1
                """);

        Map<String, EffectiveSetting> found = of(CommandRun.config(Map.of("segment.config", file.toString())));

        assertThat(found.get("quarkus.log.console.format").origin()).hasToString(file + ":1:1");
        assertThat(found.keySet()).noneMatch(name -> name.contains("darken"));
    }

    private static SegmentConfig environment(Map<String, String> variables) {
        return new SegmentConfig(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile("prod")
                .withSources(new EnvConfigSource(variables, 300))
                .withCustomizers(new SegmentConfigCustomizer())
                .build());
    }

    private static Map<String, EffectiveSetting> of(SegmentConfig config) {
        Map<String, EffectiveSetting> found = new TreeMap<>();
        EffectiveSettings.of(config).forEach(setting -> found.put(setting.name(), setting));
        return found;
    }

    private static Map<String, String> texts(Map<String, EffectiveSetting> found) {
        Map<String, String> texts = new TreeMap<>();
        found.forEach((name, setting) -> texts.put(name, setting.text() + " <- " + setting.origin()));
        return texts;
    }
}
