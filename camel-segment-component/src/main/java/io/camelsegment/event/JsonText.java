package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Converts between JSON text and Java strings. {@link JsonScanner} must have checked the JSON. */
final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** Decodes {@code json[from, to)}, the text between a string's quotes. Keeps lone surrogates. */
    static String decode(byte[] json, int from, int to) {
        String text = new String(json, from, to - from, UTF_8);
        int escape = text.indexOf('\\');
        if (escape < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length());
        int plain = 0;
        while (escape >= 0) {
            decoded.append(text, plain, escape);
            char escaped = text.charAt(escape + 1);
            plain = escape + 2;
            switch (escaped) {
                case 'b' -> decoded.append('\b');
                case 'f' -> decoded.append('\f');
                case 'n' -> decoded.append('\n');
                case 'r' -> decoded.append('\r');
                case 't' -> decoded.append('\t');
                case 'u' -> {
                    decoded.append((char) Integer.parseInt(text, plain, plain + 4, 16));
                    plain += 4;
                }
                default -> decoded.append(escaped);
            }
            escape = text.indexOf('\\', plain);
        }
        return decoded.append(text, plain, text.length()).toString();
    }

    /** Returns whether {@code json[from, to)} equals this text, byte for character. */
    static boolean equals(byte[] json, int from, int to, String ascii) {
        int length = ascii.length();
        if (to - from != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (json[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the kind of the value that begins at {@code json[at]}, for messages. */
    static String kind(byte[] json, int at) {
        return switch (at < json.length ? json[at] : ' ') {
            case '{' -> "object";
            case '[' -> "array";
            case '"' -> "string";
            case 't', 'f' -> "boolean";
            case 'n' -> "null";
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> "number";
            default -> "no JSON";
        };
    }

    /** Returns the text as a JSON string with its quotes, in UTF-8. */
    static byte[] encode(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    json.append(HEX.charAt(c >>> shift & 0xf));
                }
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString().getBytes(UTF_8);
    }
}
