package io.camelsegment.app.settings;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Collects what is wrong with the settings, so that all of it can be mended at once. */
final class Mistakes {

    private final Set<String> lines = new LinkedHashSet<>();

    /**
     * Adds one line, unless it is there already.
     *
     * @param setting its full name
     * @param what    what was expected, and what was found; no secret
     * @param mend    what to do
     */
    void add(String setting, String what, String mend) {
        lines.add(setting + ": " + what + ": " + mend);
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
        return value.map(v -> "was \"" + v + "\"").orElse("there is none");
    }
}
