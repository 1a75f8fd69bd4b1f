package io.camelsegment.tracking.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The parameters of a query, in order. A percent sign that begins no escape means itself, as in {@code 50%%20off}:
 * templates of e-mails write such, and nobody would see the refusal. Vert.x refuses the whole query.
 */
final class QueryParameters {

    record Parameter(String name, String rawValue) {
        String value() {
            return decoded(rawValue, true);
        }
    }

    private final List<Parameter> parameters = new ArrayList<>();

    /** Reads a query; null when there is none. */
    QueryParameters(String query) {
        if (query == null) {
            return;
        }
        for (int start = 0; start < query.length(); ) {
            int end = start;
            while (end < query.length() && query.charAt(end) != '&' && query.charAt(end) != ';') {
                end++;
            }
            int equals = query.indexOf('=', start);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (nameEnd > start) {
                parameters.add(new Parameter(
                        decoded(query.substring(start, nameEnd), true),
                        query.substring(Math.min(nameEnd + 1, end), end)));
            }
            start = end + 1;
        }
    }

    List<Parameter> all() {
        return parameters;
    }

    /** Returns the first parameter of a name, in any case; null when there is none. */
    Parameter first(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equalsIgnoreCase(name)) {
                return parameter;
            }
        }
        return null;
    }

    /**
     * Returns a text with its escapes decoded.
     *
     * @param plusIsSpace whether a plus sign stands for a space
     */
    static String decoded(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        int size = 0;
        for (int i = 0; i < in.length; i++) {
            byte b = in[i];
            if (b == '%' && isEscape(in, i)) {
                b = (byte) (HexFormat.fromHexDigit(in[i + 1]) << 4 | HexFormat.fromHexDigit(in[i + 2]));
                i += 2;
            } else if (b == '+' && plusIsSpace) {
                b = ' ';
            }
            in[size++] = b;
        }
        return new String(in, 0, size, StandardCharsets.UTF_8);
    }

    private static boolean isEscape(byte[] text, int percent) {
        return percent + 2 < text.length
                && HexFormat.isHexDigit(text[percent + 1])
                && HexFormat.isHexDigit(text[percent + 2]);
    }

    /** Returns whether a text has a percent sign that begins no escape. */
    static boolean hasStrayPercent(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (i + 2 >= text.length()
                    || !HexFormat.isHexDigit(text.charAt(i + 1))
                    || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                return true;
            }
        }
        return false;
    }
}
