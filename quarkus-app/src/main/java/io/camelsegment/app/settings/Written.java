package io.camelsegment.app.settings;

import io.camelsegment.app.settings.YamlSettings.Shape;
import java.util.List;

/**
 * A key as one source of settings has it.
 *
 * @param path  its full name in parts
 * @param name  its name in the source
 * @param at    where it stands, as the end of a mistake; empty if that is not known
 * @param items of a list of plain values: how many; else -1
 * @param index of an item of a list: its place in the list; else -1
 * @param word  whether the value is a word like {@code on} that YAML reads as true or false
 * @param steps where each step of a list of steps stands, as the end of a mistake; empty if that is not known
 */
record Written(
        List<String> path,
        String name,
        String at,
        Shape shape,
        int items,
        int index,
        boolean word,
        List<String> steps) {

    /** Returns the key of a property. */
    static Written property(String name, String value, String at) {
        SettingName.Parsed parsed = SettingName.parse(name);
        Shape shape = value.isBlank() ? Shape.BLANK : Shape.PLAIN;
        return new Written(parsed.path(), name, at, shape, -1, parsed.index(), false, List.of());
    }

    /** Returns the key of an environment variable. */
    static Written variable(List<String> path, String variable, String value) {
        Shape shape = value.isBlank() ? Shape.BLANK : Shape.PLAIN;
        return new Written(path, variable, " (environment variable " + variable + ")", shape, -1, -1, false, List.of());
    }
}
