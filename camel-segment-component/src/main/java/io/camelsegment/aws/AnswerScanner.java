package io.camelsegment.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;

/**
 * Walks an answer in place, value by value, without a tree. Each method begins at a value and ends behind it, or inside
 * of it where it steps in. Not thread-safe.
 */
abstract class AnswerScanner {

    /** Most levels of values that are skipped. */
    static final int MAX_DEPTH = 200;

    private static final int SHARED = 64;

    final byte[] in;
    final int end;
    int at;

    private final String[] shared = new String[SHARED];

    AnswerScanner(byte[] in, int from, int length) {
        this.in = in;
        this.at = from;
        this.end = from + length;
    }

    /** Steps into an object; returns false if the value is something else, which is skipped. */
    abstract boolean beginObject() throws IOException;

    /** Steps to the next member's value; returns false at the object's end, which is stepped over. */
    abstract boolean nextMember() throws IOException;

    /** Returns whether the last member has this name, of ASCII characters. */
    abstract boolean nameIs(String name);

    /** Steps into a list; returns false if the value is something else, which is skipped. */
    abstract boolean beginList() throws IOException;

    /** Steps to the next element; returns false at the list's end, which is stepped over. */
    abstract boolean nextElement() throws IOException;

    /** Returns a value as text; null if it is null, an object or a list. */
    final String text() throws IOException {
        return text(false);
    }

    /** Returns a value as text, the same object for equal texts where that is easy. */
    final String sharedText() throws IOException {
        return text(true);
    }

    abstract String text(boolean isShared) throws IOException;

    /** Steps over a value. */
    final void skip() throws IOException {
        skip(0);
    }

    abstract void skip(int depth) throws IOException;

    final int peek() throws IOException {
        if (at >= end) {
            throw new IOException("it ends too early");
        }
        return in[at] & 0xFF;
    }

    final int next() throws IOException {
        int value = peek();
        at++;
        return value;
    }

    final void checkDepth(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("it nests more than " + MAX_DEPTH + " levels deep");
        }
    }

    final IOException malformed() {
        return new IOException("it is malformed at byte " + at);
    }

    /** Returns bytes of the answer as text. */
    final String text(int from, int to, boolean isShared) {
        if (!isShared || to - from < 2) {
            return new String(in, from, to - from, UTF_8);
        }
        int slot = (in[to - 1] * 31 + in[to - 2]) & (SHARED - 1);
        String known = shared[slot];
        if (known == null || !equal(from, to, known)) {
            known = new String(in, from, to - from, UTF_8);
            shared[slot] = known;
        }
        return known;
    }

    /** Returns whether bytes of the answer are these ASCII characters. */
    final boolean equal(int from, int to, String ascii) {
        if (to - from != ascii.length()) {
            return false;
        }
        for (int i = to - from - 1; i >= 0; i--) {
            if (in[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
