package io.camelsegment.routes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes options of a URI such that their names and values arrive as they are. */
final class UriOptions {

    /**
     * A backslash that is literal, or takes what follows literally; one that would begin an escape; what Camel splits.
     */
    private static final Pattern SPECIAL = Pattern.compile("\\\\[\\\\*]|\\\\(?=u\\p{XDigit}{4})|[%&=+]|\\{\\{|}}");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:\\\\|u(\\p{XDigit}{4}))");

    private UriOptions() {}

    /**
     * Escapes what a name of a row may hold and the name of an option may not, as JSON does: Camel decodes such names
     * as often as it reads the URI, and how often that is depends on where the URI stands.
     */
    static String escaped(String row) {
        return SPECIAL.matcher(row).replaceAll(found -> {
            String special = found.group();
            if (special.equals("\\")) {
                return "\\\\\\\\";
            }
            return Matcher.quoteReplacement(
                    special.startsWith("\\")
                            ? special
                            : "\\u%04x".formatted((int) special.charAt(0)).repeat(special.length()));
        });
    }

    /** Reverses {@link #escaped}. */
    static String unescaped(String row) {
        return ESCAPE.matcher(row)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null
                                ? found.group()
                                : String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }

    /** Adds options to a URI, without encoding what one of Camel may hold: a Kamelet would take it as it is. */
    static String append(String uri, Map<String, Object> options) {
        StringBuilder all = new StringBuilder(uri);
        options.forEach((option, value) -> {
            String text = value.toString();
            boolean plain = text.chars().noneMatch(c -> c == '&' || c == '+' || c == '%' || c == '#');
            all.append(all.indexOf("?") < 0 ? '?' : '&')
                    .append(option)
                    .append('=')
                    .append(plain ? text : raw(option, text).replace("%", "%25"));
        });
        return all.toString();
    }

    /** Returns options whose values {@link org.apache.camel.util.URISupport#createQueryString} can write. */
    static Map<String, Object> encodable(Map<String, Object> options) {
        Map<String, Object> encodable = new LinkedHashMap<>(options);
        encodable.replaceAll(
                (option, value) -> value instanceof String text && isLost(text) ? raw(option, text) : value);
        return encodable;
    }

    /** Returns whether Camel takes a part of a value for something else, even when it is encoded. */
    static boolean isLost(String value) {
        return !isRaw(value) && (value.indexOf('&') >= 0 || value.indexOf('+') >= 0);
    }

    static boolean isRaw(String value) {
        return value.startsWith("RAW(") || value.startsWith("RAW{");
    }

    /**
     * Returns a value as Camel takes it as it is.
     *
     * @throws IllegalArgumentException if no bracket is left for that
     */
    static String raw(String option, String value) {
        if (!value.contains(")")) {
            return "RAW(" + value + ")";
        }
        if (!value.contains("}")) {
            return "RAW{" + value + "}";
        }
        throw new IllegalArgumentException("expected at most one of ) and } in the value of " + option
                + " beside one of & + % #, since Camel ends RAW values there: bind the value as a bean and name it, as"
                + " in #bean:name");
    }
}
