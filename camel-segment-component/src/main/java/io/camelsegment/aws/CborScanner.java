package io.camelsegment.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Walks an answer in CBOR, with objects, lists and texts of definite or indefinite length. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8949">RFC 8949</a>
 */
final class CborScanner extends AnswerScanner {

    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    private static final int OBJECT = 5;
    private static final int TAG = 6;
    private static final int SIMPLE = 7;

    private static final int FALSE = 20;
    private static final int TRUE = 21;
    private static final int BREAK = 0xFF;
    private static final long INDEFINITE = -1;

    /**
     * Number of items still to read in each open object or list, outermost first; {@link #INDEFINITE} without a length.
     */
    private long[] left = new long[8];

    private int depth;
    private int nameFrom;
    private int nameTo;
    private String odd;

    CborScanner(byte[] in, int from, int length) {
        super(in, from, length);
    }

    @Override
    boolean beginObject() throws IOException {
        return begin(OBJECT);
    }

    @Override
    boolean beginList() throws IOException {
        return begin(LIST);
    }

    private boolean begin(int kind) throws IOException {
        skipTags();
        if (peek() >>> 5 != kind) {
            skip();
            return false;
        }
        if (depth == left.length) {
            left = Arrays.copyOf(left, 2 * depth);
        }
        left[depth++] = length();
        return true;
    }

    private boolean hasNext() throws IOException {
        long more = left[depth - 1];
        if (more == INDEFINITE ? peek() != BREAK : more > 0) {
            left[depth - 1] = more == INDEFINITE ? more : more - 1;
            return true;
        }
        at += more == INDEFINITE ? 1 : 0;
        depth--;
        return false;
    }

    @Override
    boolean nextMember() throws IOException {
        if (!hasNext()) {
            return false;
        }
        skipTags();
        int first = peek();
        odd = null;
        if (first >>> 5 == TEXT && (first & 31) != 31) {
            int length = (int) length();
            nameFrom = at;
            nameTo = at + length;
            at = nameTo;
        } else {
            odd = String.valueOf(text()); // in pieces, or no text at all
        }
        return true;
    }

    @Override
    boolean nameIs(String name) {
        return odd == null ? equal(nameFrom, nameTo, name) : odd.equals(name);
    }

    @Override
    boolean nextElement() throws IOException {
        return hasNext();
    }

    @Override
    String text(boolean isShared) throws IOException {
        skipTags();
        int first = peek();
        switch (first >>> 5) {
            case TEXT -> {
                long length = length();
                if (length == INDEFINITE) {
                    return pieces();
                }
                int from = at;
                at += (int) length;
                return text(from, at, isShared);
            }
            case 0 -> {
                return Long.toUnsignedString(argument(next()));
            }
            case NEGATIVE -> {
                return Long.toString(-1 - argument(next()));
            }
            case SIMPLE -> {
                skip();
                return switch (first & 31) {
                    case FALSE -> "false";
                    case TRUE -> "true";
                    default -> null;
                };
            }
            default -> {
                skip();
                return null;
            }
        }
    }

    private String pieces() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (peek() != BREAK) {
            if (peek() >>> 5 != TEXT || (peek() & 31) == 31) {
                throw malformed();
            }
            int length = (int) length();
            text.write(in, at, length);
            at += length;
        }
        at++;
        return text.toString(UTF_8);
    }

    private void skipTags() throws IOException {
        while (peek() >>> 5 == TAG) {
            if ((peek() & 31) == 31) {
                throw malformed();
            }
            argument(next());
        }
    }

    /** Reads the length of what begins here. Of text and bytes, so many are there; of others, at most so many items. */
    private long length() throws IOException {
        int first = next();
        if ((first & 31) == 31) {
            return INDEFINITE;
        }
        long length = argument(first);
        if (length < 0 || length > end - at) { // each item is one byte at least
            throw malformed();
        }
        return length;
    }

    private long argument(int first) throws IOException {
        int info = first & 31;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw malformed();
        }
        long value = 0;
        for (int i = 0; i < 1 << (info - 24); i++) {
            value = (value << 8) | next();
        }
        return value;
    }

    @Override
    void skip(int level) throws IOException {
        checkDepth(level);
        skipTags();
        int first = peek();
        int kind = first >>> 5;
        switch (kind) {
            case BYTES, TEXT -> {
                long length = length();
                if (length != INDEFINITE) {
                    at += (int) length;
                    return;
                }
                while (peek() != BREAK) {
                    if (peek() >>> 5 != kind || (peek() & 31) == 31) {
                        throw malformed();
                    }
                    int piece = (int) length(); // which moves on, too
                    at += piece;
                }
                at++;
            }
            case LIST, OBJECT -> {
                int itemsEach = kind == OBJECT ? 2 : 1;
                long length = length();
                for (long i = 0; length == INDEFINITE ? peek() != BREAK : i < length; i++) {
                    for (int item = 0; item < itemsEach; item++) {
                        skip(level + 1);
                    }
                }
                at += length == INDEFINITE ? 1 : 0;
            }
            default -> argument(next()); // numbers and simple values; a break is none
        }
    }
}
