package io.camelsegment.app.settings;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting and what holds for it.
 *
 * @param name   its full name
 * @param values its values, most often one; of a secret, {@value #MASK} for each; empty when it has none
 * @param words  what holds for a setting without a value, for people; null otherwise
 * @param secret whether the values are masked
 */
public record EffectiveSetting(String name, List<String> values, String words, boolean secret, Origin origin) {

    /** What stands in place of a secret. */
    public static final String MASK = "********";

    /** Who may be named in a URI, with a password; and its query, which may have a token. */
    private static final Pattern USER = Pattern.compile("(?<=://)[^/@\\s]*(?=@)");

    private static final Pattern QUERY = Pattern.compile("(?<=\\b[a-zA-Z][a-zA-Z0-9+.-]{1,50}:[^?\\s]{1,2000}\\?)\\S+");

    /** Copies the values, and masks what is secret in them. */
    public EffectiveSetting {
        values = values.stream()
                .map(value -> secret ? MASK : withoutCredentials(value))
                .toList();
    }

    private static String withoutCredentials(String value) {
        return QUERY.matcher(USER.matcher(value).replaceAll(MASK)).replaceAll(MASK);
    }

    /** Returns the values, or the words in parentheses, on one line. */
    public String text() {
        return words == null ? SettingName.oneLine(String.join(", ", values)) : "(" + words + ")";
    }

    /**
     * Where a value comes from.
     *
     * @param kind   {@code file}, {@code environment}, {@code property} or {@code default}
     * @param place  the file or the environment variable; null otherwise, or if it is not known
     * @param line   in the file, from 1; 0 if it is not known
     * @param column in the file, from 1; 0 if it is not known
     */
    public record Origin(String kind, String place, int line, int column) {

        /** The app's own value. */
        static final Origin DEFAULT = new Origin("default", null, 0, 0);

        private static final Pattern IN_FILE = Pattern.compile(" \\((.*):(\\d+):(\\d+)\\)", Pattern.DOTALL);
        private static final Pattern VARIABLE = Pattern.compile(" \\(environment variable ?(.*)\\)", Pattern.DOTALL);

        /** Reads the end of a mistake. */
        static Origin of(String at) {
            Matcher variable = VARIABLE.matcher(at);
            if (variable.matches()) {
                return new Origin("environment", variable.group(1).isEmpty() ? null : variable.group(1), 0, 0);
            }
            Matcher file = IN_FILE.matcher(at);
            return file.matches()
                    ? new Origin(
                            "file", file.group(1), Integer.parseInt(file.group(2)), Integer.parseInt(file.group(3)))
                    : new Origin("property", null, 0, 0);
        }

        /** Returns it for people. */
        @Override
        public String toString() {
            return switch (kind) {
                case "file" -> line == 0 ? String.valueOf(place) : place + ":" + line + ":" + column;
                case "environment" -> "environment variable" + (place == null ? "" : " " + place);
                case "property" -> "system property";
                default -> kind;
            };
        }
    }
}
