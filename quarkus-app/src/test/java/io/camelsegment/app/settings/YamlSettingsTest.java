package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.smallrye.config.source.yaml.YamlConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.error.YAMLException;

class YamlSettingsTest {

    private static final String LAKE =
            """
            segment:
              destinations:
                lake:
                  type: firehose
                  sources: []
                  map:
                    "Order.Completed": [orders, revenue]
                    page:
              sources:
                web: {}
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                LAKE,
                "",
                "just text",
                "a: 1\n---\na: 2\nb: 0x10\n---\n- c\n",
                "a: [1, 2.50, yes, 2026-11-22, 0123, 1_000]\nb: [a, {c: d}]\nc: [a, [b]]\nd: [x, null, 'y,z', 'q\\r']",
                "a: yes\nb: off\nc: 1e3\nd: 2026-11-22T10:00:00Z\ne: ~\nf: ''\ng: 'text # text'\nh: |\n  two\n  lines\n",
                "base: &base { region: eu-west-1, match: all }\nlake:\n  <<: *base\n  match: first\nall: *base",
                "a: 1\na: 2\n1: one\ntrue: yes\n'': empty\nb: { '': c }\nd.e: f\n'x y': { z.z: 1 }\n~: none",
                "'': [a, b]\n'%dev': { a: b }\n\"%prod\": { a: c }\n? [k, l]\n: m\n",
                "s: !!set { a, b }\nt: !!str 1\ni: !!int \"3\"",
            })
    void givesTheValuesOfSmallRye(String text) {
        assertThat(YamlSettings.read(text).values()).isEqualTo(new YamlConfigSource("test", text, 100).getProperties());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: \"b", "a: !mine b", "a: b: c", "a: *b", "\t- a"})
    void refusesWhatSmallRyeRefuses(String text) {
        Throwable expected = catchThrowable(() -> new YamlConfigSource("test", text, 100));

        assertThat(catchThrowable(() -> YamlSettings.read(text)))
                .isInstanceOf(YAMLException.class)
                .hasSameClassAs(expected);
    }

    @Test
    void knowsWhereEachSettingStands() {
        YamlSettings settings = YamlSettings.read(LAKE);

        assertThat(settings.places())
                .containsEntry("segment", new YamlSettings.Place(1, 1))
                .containsEntry("segment.destinations.lake.type", new YamlSettings.Place(4, 7))
                .containsEntry("segment.destinations.lake.map.\"Order.Completed\"", new YamlSettings.Place(7, 9))
                .containsEntry("segment.destinations.lake.map.\"Order.Completed\"[1]", new YamlSettings.Place(7, 37))
                .containsEntry("segment.destinations.lake.map.page", new YamlSettings.Place(8, 9))
                .containsEntry("segment.sources.web", new YamlSettings.Place(10, 5))
                .containsKeys(settings.values().keySet().toArray(String[]::new));
    }

    @Test
    void knowsWhatIsLeftBlank() {
        assertThat(YamlSettings.read(LAKE).blanks())
                .extracting(path -> String.join(" ", path))
                .containsExactly(
                        "segment destinations lake sources",
                        "segment destinations lake map page",
                        "segment sources web");
    }
}
