package io.camelsegment.app.settings;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of settings: in parts, as properties and mistakes write them, and as environment variables do. */
final class SettingName {

    static final String PREFIX = "segment";

    private static final Pattern PLAIN = Pattern.compile("[\\w*-]+|<name>");

    /** What users may call a source or destination. */
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\p{Zl}\\p{Zp}]{1,128}");

    private SettingName() {}

    /** Checks the name of a source or destination. */
    static void check(String key, String name, Mistakes mistakes) {
        if (!NAME.matcher(name).matches()) {
            mistakes.add(
                    key,
                    "expected a name of 1 to 128 characters, none of which is a control character, but was another",
                    "rename it");
        }
    }

    /** Returns a part without outer white space, in one of Unicode's forms: names that look alike are the same. */
    static String part(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    }

    /** Returns the full name of a setting. Of a mapping, rows are always in quotes. */
    static String of(List<String> path) {
        StringBuilder name = new StringBuilder(PREFIX);
        for (int i = 0; i < path.size(); i++) {
            boolean row = i == 3 && path.get(i - 1).equals("map");
            name.append('.').append(row || !PLAIN.matcher(path.get(i)).matches() ? quoted(path.get(i)) : path.get(i));
        }
        return name.toString();
    }

    /** Returns a full name that is in parts already. */
    static String dotted(List<String> path) {
        return path.get(0).equals(PREFIX) ? of(path.subList(1, path.size())) : oneLine(String.join(".", path));
    }

    static String of(String... path) {
        return of(List.of(path));
    }

    /** Returns a text in quotes, in which quotes and backslashes have a backslash. One line. */
    static String quoted(String part) {
        return '"' + oneLine(part.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    /** Returns a text of one line that is not too long to read. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(200).forEach(c -> {
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                line.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > 200 ? line + "…" : line.toString();
    }

    /** A name in parts, and the index of the list's item that it names; -1 without one. */
    record Parsed(List<String> path, int index) {}

    /** Parses the name of a property, in which parts with dots and other signs are in quotes. */
    static Parsed parse(String name) {
        List<String> path = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean inQuotes = false;
        boolean wasQuoted = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\' && inQuotes && i + 1 < name.length()) {
                part.append(name.charAt(++i));
            } else if (c == '"') {
                inQuotes = !inQuotes;
                wasQuoted = true;
            } else if (c == '.' && !inQuotes) {
                path.add(part(part.toString()));
                part.setLength(0);
                wasQuoted = false;
            } else {
                part.append(c);
            }
        }
        String last = part.toString();
        int index = -1;
        int bracket = last.lastIndexOf('[');
        boolean indexed = bracket > 0 && last.substring(bracket).matches("\\[[0-9]{1,6}]");
        if (indexed && (!wasQuoted || name.endsWith("]"))) {
            index = Integer.parseInt(last.substring(bracket + 1, last.length() - 1));
            last = last.substring(0, bracket);
        }
        path.add(part(last));
        return new Parsed(List.copyOf(path), index);
    }

    /** Returns how a name is written in an environment variable. */
    static String variable(String name) {
        StringBuilder variable = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = c < 128 && Character.isLetterOrDigit(c);
            variable.append(plain ? Character.toUpperCase(c) : '_');
        }
        return variable.toString();
    }
}
