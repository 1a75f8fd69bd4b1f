package io.camelsegment.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Walks an answer in JSON. It checks the structure, not each character of numbers and texts. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
final class JsonScanner extends AnswerScanner {

    private boolean isFirst;
    private int from;
    private int to;
    private boolean hasEscapes;
    private String odd;

    JsonScanner(byte[] in, int from, int length) {
        super(in, from, length);
    }

    private int token() throws IOException {
        while (true) {
            int next = peek();
            if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
                return next;
            }
            at++;
        }
    }

    private void expect(int character) throws IOException {
        if (token() != character) {
            throw malformed();
        }
        at++;
    }

    @Override
    boolean beginObject() throws IOException {
        return begin('{');
    }

    @Override
    boolean beginList() throws IOException {
        return begin('[');
    }

    private boolean begin(int open) throws IOException {
        if (token() != open) {
            skip();
            return false;
        }
        at++;
        isFirst = true;
        return true;
    }

    private boolean hasNext(int close) throws IOException {
        if (token() == close) {
            at++;
            isFirst = false;
            return false;
        }
        if (!isFirst) {
            expect(',');
        }
        isFirst = false;
        return true;
    }

    @Override
    boolean nextMember() throws IOException {
        if (!hasNext('}')) {
            return false;
        }
        string();
        odd = hasEscapes ? unescaped() : null;
        int nameFrom = from;
        int nameTo = to;
        expect(':');
        from = nameFrom;
        to = nameTo;
        return true;
    }

    @Override
    boolean nameIs(String name) {
        return odd == null ? equal(from, to, name) : odd.equals(name);
    }

    @Override
    boolean nextElement() throws IOException {
        return hasNext(']');
    }

    /** Steps over a string and notes where it is. */
    private void string() throws IOException {
        expect('"');
        from = at;
        hasEscapes = false;
        while (true) {
            int next = next();
            if (next == '"') {
                to = at - 1;
                return;
            }
            if (next == '\\') {
                hasEscapes = true;
                next();
            }
        }
    }

    @Override
    String text(boolean isShared) throws IOException {
        switch (token()) {
            case '"' -> {
                string();
                return hasEscapes ? unescaped() : text(from, to, isShared);
            }
            case '{', '[' -> {
                skip();
                return null;
            }
            default -> {
                int start = at;
                literal();
                return in[start] == 'n' ? null : text(start, at, isShared);
            }
        }
    }

    private String unescaped() throws IOException {
        StringBuilder text = new StringBuilder(to - from);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        int i = from;
        while (i < to) {
            byte next = in[i++];
            if (next != '\\') {
                plain.write(next);
                continue;
            }
            text.append(plain.toString(UTF_8));
            plain.reset();
            byte escaped = in[i++];
            switch (escaped) {
                case '"', '\\', '/' -> text.append((char) escaped);
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append(unicode(i));
                    i += 4;
                }
                default -> throw malformed();
            }
        }
        return text.append(plain.toString(UTF_8)).toString();
    }

    private char unicode(int digits) throws IOException {
        int value = 0;
        for (int i = digits; i < digits + 4; i++) {
            int digit = i < to ? Character.digit(in[i], 16) : -1;
            if (digit < 0) {
                throw malformed();
            }
            value = (value << 4) | digit;
        }
        return (char) value;
    }

    private void literal() throws IOException {
        int start = at;
        while (at < end && isOfLiteral(in[at])) {
            at++;
        }
        int first = start < end ? in[start] : 0;
        boolean isNumber = first == '-' || (first >= '0' && first <= '9');
        if (!isNumber && !equal(start, at, "true") && !equal(start, at, "false") && !equal(start, at, "null")) {
            throw malformed();
        }
    }

    private static boolean isOfLiteral(byte character) {
        return (character >= '0' && character <= '9')
                || (character >= 'a' && character <= 'z')
                || character == '-'
                || character == '+'
                || character == '.'
                || character == 'E';
    }

    @Override
    void skip(int depth) throws IOException {
        checkDepth(depth);
        switch (token()) {
            case '"' -> string();
            case '{' -> {
                at++;
                isFirst = true;
                while (hasNext('}')) {
                    string();
                    expect(':');
                    skip(depth + 1);
                }
            }
            case '[' -> {
                at++;
                isFirst = true;
                while (hasNext(']')) {
                    skip(depth + 1);
                }
            }
            default -> literal();
        }
    }
}
