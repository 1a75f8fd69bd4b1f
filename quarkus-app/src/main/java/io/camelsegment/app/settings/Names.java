package io.camelsegment.app.settings;

import java.util.regex.Pattern;

/** The names that users give to sources and destinations; they become parts of endpoint URIs and route ids. */
final class Names {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Names() {}

    /**
     * Returns the setting that holds all of one source or destination.
     *
     * @param group {@code sources} or {@code destinations}
     */
    static String key(String group, String name) {
        return "segment." + group + "."
                + (NAME.matcher(name).matches() && !name.contains(".") ? name : '"' + name + '"');
    }

    static void check(String key, String name, Mistakes mistakes) {
        if (!NAME.matcher(name).matches()) {
            mistakes.add(
                    key,
                    "expected a name of 1 to 64 letters, digits, '.', '-' and '_' that begins with a letter or digit",
                    "rename it");
        }
    }
}
