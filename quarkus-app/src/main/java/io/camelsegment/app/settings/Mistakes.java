package io.camelsegment.app.settings;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects what is wrong with the settings, so that all of it can be mended at once. */
final class Mistakes {

    private final Set<String> lines = new LinkedHashSet<>();

    /** The names of settings and groups of which one mistake is told already. */
    private final Set<String> told = new LinkedHashSet<>();

    /** Where the settings stand, as the end of a line, by name. */
    private final Map<String, String> places = new HashMap<>();

    Mistakes() {}

    Mistakes(Mistakes others) {
        lines.addAll(others.lines);
        told.addAll(others.told);
        places.putAll(others.places);
    }

    /** Remembers where a setting stands. */
    void place(String setting, String at) {
        places.put(setting, at);
    }

    /** Returns where a setting itself stands; empty where nothing tells. */
    String ownPlaceOf(String setting) {
        return places.getOrDefault(setting, "");
    }

    /** Adds a line that is complete. */
    void add(String line) {
        lines.add(line);
    }

    /** Ignores later mistakes of a setting and of those below it, which would only follow from the first. */
    void isTold(String setting) {
        told.add(setting);
    }

    /**
     * Adds one line, unless it is there already.
     *
     * @param setting its full name
     * @param what    what was expected, and what was found; no secret
     * @param mend    what to do
     */
    void add(String setting, String what, String mend) {
        add(setting, what + ": " + mend);
    }

    /**
     * Adds one line, unless it is there already.
     *
     * @param setting its full name
     * @param message what was expected, what was found, and what to do; no secret
     */
    void add(String setting, String message) {
        if (told.stream()
                .noneMatch(other ->
                        setting.equals(other) || setting.startsWith(other + ".") || setting.startsWith(other + "["))) {
            add(setting + ": " + message + placeOf(setting));
        }
    }

    /** Returns where a setting stands; of one that is missing, where its group does. */
    private String placeOf(String setting) {
        String name = places.containsKey(setting) ? setting : setting.replaceFirst("\\[\\d+]$", "");
        while (!places.containsKey(name) && name.contains(".")) {
            name = name.substring(0, name.lastIndexOf('.'));
        }
        return places.getOrDefault(name, "");
    }

    /** Adds a mistake if a setting is there that only the other type of destination has. */
    void refuse(String setting, boolean present, String type) {
        if (present) {
            add(
                    setting,
                    "expected only in a destination of type " + type + ", but there it is",
                    "remove it or change the type");
        }
    }

    /** Returns the lines in the order in which they were added. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /**
     * Throws if there are any.
     *
     * @throws ConfigurationException with a line for each
     */
    void throwIfAny() {
        if (!lines.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), lines));
        }
    }

    /** Returns the words for a value that was not expected. */
    static String was(Optional<String> value) {
        return value.map(v -> "was " + SettingName.quoted(v)).orElse("there is none");
    }
}
