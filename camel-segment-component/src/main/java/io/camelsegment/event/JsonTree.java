package io.camelsegment.event;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes values of checked JSON into maps, lists, text, booleans and numbers, of any length and depth: Jackson refuses
 * numbers of more than 1,000 digits, and with them the change of an event that has one. Not thread-safe.
 */
final class JsonTree {

    private static final int LONGEST_INT = 9;
    /** Of a number that Java makes in a millisecond; its time grows with the square of the length. */
    private static final int LONGEST_NUMBER = 10_000;

    private static final int LONGEST_LONG = 18;

    private final byte[] json;
    private final JsonScanner scanner;
    private int end;

    private JsonTree(byte[] json) {
        this.json = json;
        this.scanner = JsonScanner.ofChecked(json);
    }

    /** Returns the value that begins at an offset; of a repeated member the last one. */
    static Object decode(byte[] json, int at) {
        return new JsonTree(json).value(at);
    }

    private Object value(int p) {
        return switch (json[p]) {
            case '{' -> object(p);
            case '[' -> list(p);
            default -> scalar(p);
        };
    }

    private Map<String, Object> object(int open) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int p = scanner.firstMember(open); p >= 0; p = scanner.nextMember(end)) {
            String name = scanner.name();
            members.put(name, value(p));
        }
        end = scanner.end();
        return members;
    }

    private List<Object> list(int open) {
        List<Object> elements = new ArrayList<>();
        for (int p = scanner.firstElement(open); p >= 0; p = scanner.nextElement(end)) {
            elements.add(value(p));
        }
        end = scanner.end();
        return elements;
    }

    private Object scalar(int p) {
        end = scanner.value(p);
        return switch (json[p]) {
            case '"' -> JsonText.decode(json, p + 1, end - 1);
            case 't' -> true;
            case 'f' -> false;
            case 'n' -> null;
            default -> number(new String(json, p, end - p, StandardCharsets.US_ASCII));
        };
    }

    /** Returns an Integer, Long, BigInteger or BigDecimal; the text of one that is too long or too large for Java. */
    private static Object number(String text) {
        if (text.length() > LONGEST_NUMBER) {
            return text;
        }
        if (text.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            try {
                return new BigDecimal(text);
            } catch (NumberFormatException e) {
                return text;
            }
        }
        if (text.length() <= LONGEST_INT) {
            return Integer.valueOf(text);
        }
        if (text.length() <= LONGEST_LONG) {
            long number = Long.parseLong(text);
            return number == (int) number ? (Object) (int) number : (Object) number;
        }
        BigInteger number = new BigInteger(text);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }
}
