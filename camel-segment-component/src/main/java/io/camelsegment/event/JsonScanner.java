package io.camelsegment.event;

import java.util.Arrays;

/**
 * Walks JSON text in place and checks it: the grammar of RFC 8259, UTF-8 by RFC 3629 and the nesting depth. It decodes
 * nothing, allocates nothing per token and takes time linear in the length of the text.
 *
 * <p>Each method takes the offset to begin at and returns the offset after the part it read. {@link #value} skips a
 * whole object or array; a loop walks through one:
 *
 * <pre>{@code
 * for (int p = scanner.firstMember(open); p >= 0; p = scanner.nextMember(p)) { // p: the value's first byte
 *     ... scanner.nameStart() ...
 *     p = scanner.value(p);
 * }
 * int end = scanner.end();
 * }</pre>
 *
 * <p>This package needs only offsets. Jackson's streaming parser, the reference in the tests, decodes and interns every
 * field name to find them, guesses UTF-16 and UTF-32, accepts malformed UTF-8 in skipped strings and quotes the body in
 * its messages.
 *
 * <p>Not thread-safe.
 */
final class JsonScanner {
    private static final int END_OF_TEXT = -1;
    private static final int DONE = -1;
    private static final boolean[] NONE = {};

    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = EACH_BYTE << 7;

    private final byte[] json;
    private final int maxDepth;

    /** True for each open object and false for each open array of the value being skipped, outermost first. */
    private boolean[] objects = NONE;

    private int depth;
    private int start;
    private int nameStart;
    private int nameEnd;
    private boolean plain;
    private int end;

    /** Scans {@code json}, in which objects and arrays may nest {@code maxDepth} levels deep. */
    JsonScanner(byte[] json, int maxDepth) {
        this.json = json;
        this.maxDepth = maxDepth;
    }

    /** Scans text that has been checked before, nesting included. */
    static JsonScanner ofChecked(byte[] json) {
        return new JsonScanner(json, Integer.MAX_VALUE);
    }

    /** Steps into the object that opens at {@code p}; returns its first member's value, or -1 if it is empty. */
    int firstMember(int p) {
        expect('{', p, "an object");
        enter(p);
        start = p + 1;
        p = whitespace(start);
        return at(p) == '}' ? leave(p) : name(p);
    }

    /** Steps from the end of a member's value to the next member's value, or returns -1 at the object's end. */
    int nextMember(int p) {
        p = whitespace(p);
        if (at(p) == '}') {
            return leave(p);
        }
        expect(',', p, "',' or '}'");
        start = p + 1;
        return name(whitespace(start));
    }

    /** Returns the value of a member, the last of several, of the object that opens at {@code p}; -1 for none. */
    int lastMember(int p, String ascii) {
        int last = DONE;
        for (int value = firstMember(p); value >= 0; value = nextMember(value(value))) {
            last = nameIs(ascii) ? value : last;
        }
        return last;
    }

    /** Steps into the array that opens at {@code p}; returns its first element, or -1 if it is empty. */
    int firstElement(int p) {
        expect('[', p, "an array");
        enter(p);
        p = whitespace(p + 1);
        return at(p) == ']' ? leave(p) : p;
    }

    /** Steps from the end of an element to the next element, or returns -1 at the array's end. */
    int nextElement(int p) {
        p = whitespace(p);
        if (at(p) == ']') {
            return leave(p);
        }
        expect(',', p, "',' or ']'");
        return whitespace(p + 1);
    }

    /** Returns the offset after the brace or comma that precedes the current member. */
    int start() {
        return start;
    }

    /** Returns the offset of the last name's first byte, after the quote. */
    int nameStart() {
        return nameStart;
    }

    /** Returns the offset of the quote that ends the last name. */
    int nameEnd() {
        return nameEnd;
    }

    /** Returns the last name, decoded. */
    String name() {
        return JsonText.decode(json, nameStart, nameEnd);
    }

    /** Tells whether the last name is {@code ascii}. */
    boolean nameIs(String ascii) {
        return plain ? JsonText.equals(json, nameStart, nameEnd, ascii) : name().equals(ascii);
    }

    /** Tells whether the last name or value is ASCII without escapes: its bytes are its characters. */
    boolean isPlain() {
        return plain;
    }

    /** Returns the offset after the object or array last walked to its end. */
    int end() {
        return end;
    }

    /** Skips one whole value. */
    int value(int p) {
        plain = true;
        boolean[] objects = this.objects;
        int open = 0;
        while (true) {
            int first = at(p);
            if (first == '"') {
                p = string(p);
            } else if (first == '{' || first == '[') {
                checkDepth(depth + open + 1, p);
                if (open == objects.length) {
                    objects = Arrays.copyOf(objects, Math.max(16, open * 2));
                    this.objects = objects;
                }
                boolean object = first == '{';
                objects[open++] = object;
                p = whitespace(p + 1);
                if (at(p) != (object ? '}' : ']')) {
                    if (object) {
                        p = colon(quoted(p));
                    }
                    continue;
                }
            } else {
                p = scalar(p, first);
            }
            // A value ends here: leave the levels that end with it, then step to the next value.
            while (true) {
                if (open == 0) {
                    return p;
                }
                boolean inObject = objects[open - 1];
                p = whitespace(p);
                int next = at(p);
                if (next == ',') {
                    p = whitespace(p + 1);
                    if (inObject) {
                        p = colon(quoted(p));
                    }
                    break;
                }
                if (next != (inObject ? '}' : ']')) {
                    throw expected(inObject ? "',' or '}'" : "',' or ']'", p);
                }
                open--;
                p++;
            }
        }
    }

    private void checkDepth(int level, int p) {
        if (level > maxDepth) {
            throw new JsonSyntaxException("expected at most " + maxDepth + " levels of objects and arrays", p);
        }
    }

    private int scalar(int p, int first) {
        return switch (first) {
            case 't' -> literal("true", p);
            case 'f' -> literal("false", p);
            case 'n' -> literal("null", p);
            default -> number(p, first);
        };
    }

    /** Skips white space; returns the offset of the next token or the end of the text. */
    int whitespace(int p) {
        // Without the first test parsing and normalising takes 6 to 9 % longer (JDK 17 and 25, 2026-11-30).
        while (p < json.length && json[p] <= ' ' && isWhitespace(json[p])) {
            p++;
        }
        return p;
    }

    static boolean isWhitespace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    JsonSyntaxException expected(String what, int p) {
        return new JsonSyntaxException(
                p >= json.length ? "expected " + what + " but the text ends" : "expected " + what, p);
    }

    private int at(int p) {
        return p < json.length ? json[p] & 0xff : END_OF_TEXT;
    }

    private void expect(char wanted, int p, String what) {
        if (at(p) != wanted) {
            throw expected(what, p);
        }
    }

    private void enter(int p) {
        checkDepth(++depth, p);
    }

    private int leave(int p) {
        depth--;
        end = p + 1;
        return DONE;
    }

    /** Reads a name and its colon; returns the offset of its value. */
    private int name(int p) {
        nameStart = p + 1;
        plain = true;
        p = quoted(p);
        nameEnd = p - 1;
        return colon(p);
    }

    private int quoted(int p) {
        expect('"', p, "a member's name");
        return string(p);
    }

    private int colon(int p) {
        p = whitespace(p);
        expect(':', p, "':'");
        return whitespace(p + 1);
    }

    private int literal(String text, int p) {
        for (int i = 0; i < text.length(); i++) {
            if (at(p + i) != text.charAt(i)) {
                throw expected(text, p + i);
            }
        }
        return p + text.length();
    }

    private int number(int p, int first) {
        if (first == '-') {
            first = at(++p);
        } else if (!isDigit(first)) {
            throw expected("a value", p);
        }
        p = first == '0' ? p + 1 : digits(p);
        int next = at(p);
        if (next == '.') {
            p = digits(p + 1);
            next = at(p);
        }
        if ((next | 0x20) == 'e') {
            int sign = at(p + 1);
            p = digits(sign == '+' || sign == '-' ? p + 2 : p + 1);
        }
        return p;
    }

    private int digits(int p) {
        int from = p;
        while (p < json.length && isDigit(json[p])) {
            p++;
        }
        return atLeastOne(from, p);
    }

    private int atLeastOne(int from, int p) {
        if (p == from) {
            throw expected("a digit", p);
        }
        return p;
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    private int string(int p) {
        p++;
        while (true) {
            int b;
            if (p <= json.length - 8) {
                // Byte by byte, parsing and normalising takes 9 to 26 % longer (JDK 17 and 25, 2026-11-30).
                long bytes = Bytes.eight(json, p);
                long special = special(bytes);
                if (special == 0) {
                    p += 8;
                    continue;
                }
                int mark = Long.numberOfTrailingZeros(special);
                p += mark >>> 3;
                b = (int) (bytes >>> (mark - 7)) & 0xff;
            } else {
                b = at(p);
            }
            if (b == '"') {
                return p + 1;
            } else if (b == '\\') {
                plain = false;
                p = escape(p + 1);
            } else if (b >= 0x80) {
                plain = false;
                p = utf8(p, b);
            } else if (b >= ' ') {
                p++; // a plain byte among the last seven of the text
            } else {
                throw expected(b == END_OF_TEXT ? "'\"'" : "control characters in strings to be escaped", p);
            }
        }
    }

    /**
     * Marks with the high bit each byte that ends a run of plain ones: a quote, a backslash, a control character or a
     * byte of a longer UTF-8 sequence. Only the lowest mark is reliable.
     */
    private static long special(long bytes) {
        long quoteOrControl =
                (bytes ^ EACH_BYTE * 2) - EACH_BYTE * 0x21; // the xor makes the quote 0x20, next to the controls
        long backslash = (bytes ^ EACH_BYTE * '\\') - EACH_BYTE;
        return (bytes | quoteOrControl | backslash) & HIGH_BITS;
    }

    private int escape(int p) {
        switch (at(p)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return p + 1;
            }
            case 'u' -> {
                for (int i = 1; i <= 4; i++) {
                    if (Character.digit(at(p + i), 16) < 0) {
                        throw expected("four hexadecimal digits", p + i);
                    }
                }
                return p + 5;
            }
            default -> throw expected("an escape of JSON", p);
        }
    }

    /** Skips one UTF-8 sequence of two to four bytes, by table 3-7 of the Unicode standard. */
    private int utf8(int p, int first) {
        int second = at(p + 1);
        if (first < 0xe0) {
            if (first >= 0xc2 && isContinuation(second)) {
                return p + 2;
            }
        } else if (first < 0xf0) {
            int least = first == 0xe0 ? 0xa0 : 0x80;
            int most = first == 0xed ? 0x9f : 0xbf;
            if (second >= least && second <= most && isContinuation(at(p + 2))) {
                return p + 3;
            }
        } else if (first < 0xf5) {
            int least = first == 0xf0 ? 0x90 : 0x80;
            int most = first == 0xf4 ? 0x8f : 0xbf;
            if (second >= least && second <= most && isContinuation(at(p + 2)) && isContinuation(at(p + 3))) {
                return p + 4;
            }
        }
        throw expected("UTF-8", p);
    }

    private static boolean isContinuation(int b) {
        return (b & 0xc0) == 0x80;
    }
}
