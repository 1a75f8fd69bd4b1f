package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.camelsegment.app.settings.YamlSettings.Place;
import io.camelsegment.app.settings.YamlSettings.Shape;
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
    void knowsWhereEachKeyStandsAndWhatItHas() {
        assertThat(YamlSettings.read(LAKE).entries())
                .extracting(
                        entry -> String.join(" ", entry.path()),
                        YamlSettings.Entry::place,
                        YamlSettings.Entry::shape,
                        YamlSettings.Entry::items)
                .containsExactly(
                        tuple("segment", new Place(1, 1), Shape.GROUP, -1),
                        tuple("segment destinations", new Place(2, 3), Shape.GROUP, -1),
                        tuple("segment destinations lake", new Place(3, 5), Shape.GROUP, -1),
                        tuple("segment destinations lake type", new Place(4, 7), Shape.PLAIN, -1),
                        tuple("segment destinations lake sources", new Place(5, 7), Shape.BLANK, 0),
                        tuple("segment destinations lake map", new Place(6, 7), Shape.GROUP, -1),
                        tuple("segment destinations lake map Order.Completed", new Place(7, 9), Shape.LIST, 2),
                        tuple("segment destinations lake map page", new Place(8, 9), Shape.BLANK, -1),
                        tuple("segment sources", new Place(9, 3), Shape.GROUP, -1),
                        tuple("segment sources web", new Place(10, 5), Shape.BLANK, -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: &a [*a]", "a: &a { b: *a }", "a: &a [{ b: [*a] }]"})
    void refusesWhatContainsItself(String text) {
        assertThat(catchThrowable(() -> YamlSettings.read(text))).isInstanceOf(YAMLException.class);
    }
}
