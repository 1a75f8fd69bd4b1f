package io.camelsegment.event;

import java.util.Arrays;

/**
 * Goes over JSON text in place and checks it: the grammar of RFC 8259, UTF-8 as RFC 3629 has it, and a bound on the
 * nesting. It decodes nothing, allocates nothing per token and never looks at a byte twice; so its time is linear
 * whatever the text holds.
 *
 * <p>Every method takes the offset to begin at and returns the offset after what it read. An object or array is either
 * skipped whole by {@link #value} or walked:
 *
 * <pre>{@code
 * for (int p = scanner.firstMember(open); p >= 0; p = scanner.nextMember(p)) { // p: the value's first byte
 *     ... scanner.nameStart() ...
 *     p = scanner.value(p);
 * }
 * int end = scanner.end();
 * }</pre>
 *
 * <p>Why not Jackson's streaming parser, which it is tested against: that one decodes and interns every field name to
 * reach the offsets that are all this package needs, guesses UTF-16 and UTF-32, accepts malformed UTF-8 in skipped
 * strings and quotes the body in its messages.
 *
 * <p>Not thread-safe.
 */
final class JsonScanner {
    private static final int END_OF_TEXT = -1;
    private static final int DONE = -1;
    private static final long[] NONE = {};

    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = EACH_BYTE << 7;

    private final byte[] json;
    private final int maxDepth;

    /** The outer 63 levels, and the 63 inside them and so on, of a value that nests deeper. */
    private long[] aside = NONE;

    private int asides;

    private int depth;
    private int start;
    private int nameStart;
    private int nameEnd;
    private boolean plain;
    private int end;

    /** Scans {@code json}; objects and arrays may nest {@code maxDepth} levels. */
    JsonScanner(byte[] json, int maxDepth) {
        this.json = json;
        this.maxDepth = maxDepth;
    }

    /** Scans values that have been checked, and so nest no deeper than they may. */
    static JsonScanner ofChecked(byte[] json) {
        return new JsonScanner(json, Integer.MAX_VALUE);
    }

    /**
     * Steps into the object whose brace is at {@code p}; returns where its first member's value begins, or -1 if it has
     * none.
     */
    int firstMember(int p) {
        expect('{', p, "an object");
        enter(p);
        start = p + 1;
        p = whitespace(start);
        return at(p) == '}' ? leave(p) : name(p);
    }

    /** Steps from the end of a member's value to the next member's value; returns -1 at the object's end. */
    int nextMember(int p) {
        p = whitespace(p);
        if (at(p) == '}') {
            return leave(p);
        }
        expect(',', p, "',' or '}'");
        start = p + 1;
        return name(whitespace(start));
    }

    /**
     * Steps into the array whose bracket is at {@code p}; returns where its first element begins, or -1 if it has none.
     */
    int firstElement(int p) {
        expect('[', p, "an array");
        enter(p);
        p = whitespace(p + 1);
        return at(p) == ']' ? leave(p) : p;
    }

    /** Steps from the end of an element to the next element; returns -1 at the array's end. */
    int nextElement(int p) {
        p = whitespace(p);
        if (at(p) == ']') {
            return leave(p);
        }
        expect(',', p, "',' or ']'");
        return whitespace(p + 1);
    }

    /** Returns the byte after the brace or comma before the member last stepped to. */
    int start() {
        return start;
    }

    /** Returns the first byte of the name last read, after its quote. */
    int nameStart() {
        return nameStart;
    }

    /** Returns the quote that ends the name last read. */
    int nameEnd() {
        return nameEnd;
    }

    /** Returns the name last read, decoded. */
    String name() {
        return JsonText.decode(json, nameStart, nameEnd);
    }

    /** Tells whether the name last read says {@code ascii}. */
    boolean nameIs(String ascii) {
        return plain ? JsonText.equals(json, nameStart, nameEnd, ascii) : name().equals(ascii);
    }

    /** Tells whether the name or value last read is ASCII without escapes, so that its bytes are its characters. */
    boolean isPlain() {
        return plain;
    }

    /** Returns the byte after the object or array last walked to its end. */
    int end() {
        return end;
    }

    /** Skips one whole value. */
    int value(int p) {
        plain = true;
        int level = depth;
        // A bit for each object (set) and array (clear) that is open, the innermost lowest; above them a set bit.
        long open = 1;
        while (true) {
            int first = at(p);
            if (first == '"') {
                p = string(p);
            } else if (first == '{' || first == '[') {
                checkDepth(++level, p);
                if (open < 0) {
                    putAside(open);
                    open = 1;
                }
                boolean object = first == '{';
                open = (open << 1) | (object ? 1 : 0);
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
            // A value ends here: leave what ends with it, then step to the value that follows.
            while (true) {
                if (open == 1) {
                    if (level == depth) {
                        return p;
                    }
                    open = aside[--asides];
                }
                boolean inObject = (open & 1) != 0;
                int next = at(p);
                if (next <= ' ') {
                    p = whitespace(p);
                    next = at(p);
                }
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
                level--;
                open >>>= 1;
                p++;
            }
        }
    }

    private void putAside(long open) {
        if (asides == aside.length) {
            aside = Arrays.copyOf(aside, Math.max(4, asides * 2));
        }
        aside[asides++] = open;
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

    /** Skips what may stand between tokens. */
    int whitespace(int p) {
        while (p < json.length && json[p] <= ' ' && isWhitespace(json[p])) { // the first test settles nearly all
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

    /** Reads a name and what follows it up to its value. */
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
        if (at(p) != ':') {
            p = whitespace(p);
            expect(':', p, "':'");
        }
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
        while (p <= json.length - 8) {
            long others = notDigits(Bytes.eight(json, p));
            if (others != 0) {
                return atLeastOne(from, p + (Long.numberOfTrailingZeros(others) >>> 3));
            }
            p += 8;
        }
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

    /** Marks, by any of their upper four bits, bytes that are no digits. Above the lowest mark, marks may be wrong. */
    private static long notDigits(long bytes) {
        long values = bytes ^ EACH_BYTE * '0';
        return (values | (values + EACH_BYTE * (16 - 10))) & 0xf0f0f0f0f0f0f0f0L;
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    private int string(int p) {
        p++;
        while (true) {
            int b;
            if (p <= json.length - 8) {
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
                p++; // one of the text's last seven bytes
            } else {
                throw expected(b == END_OF_TEXT ? "'\"'" : "control characters in strings to be escaped", p);
            }
        }
    }

    /**
     * Marks, by their high bits, bytes that end a run of plain ones: a quote, a backslash, a control character, the
     * start of a longer UTF-8 sequence. Above the lowest mark, marks may be wrong.
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

    /** Skips one UTF-8 sequence of two to four bytes: table 3-7 of the Unicode standard. */
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
