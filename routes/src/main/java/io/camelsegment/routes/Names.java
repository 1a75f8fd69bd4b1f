package io.camelsegment.routes;

import java.text.Normalizer;

/**
 * Compares names as a {@link MappingTable} does: without outer white space, in Unicode's composed form (NFC), and
 * folded by Unicode's simple case folding, which knows no locale.
 */
final class Names {

    /** Below it nothing changes in Unicode's composed form. */
    private static final char FIRST_COMBINING = '\u0300';

    private static final char FIRST_NOT_ASCII = '\u0080';
    private static final int NEXT_LINE = 0x85;
    private static final int CAPITAL_I_WITH_DOT = 0x130;
    private static final int SMALL_I_WITHOUT_DOT = 0x131;

    private Names() {}

    /** Returns a name without outer white space, in Unicode's composed form; the name itself if it is such. */
    static String plain(String name) {
        String plain = strip(name);
        for (int i = 0; i < plain.length(); i++) {
            if (plain.charAt(i) >= FIRST_COMBINING) {
                return Normalizer.normalize(plain, Normalizer.Form.NFC);
            }
        }
        return plain;
    }

    /** Strips all white space of Unicode, also the spaces that do not break, which {@link String#strip} leaves. */
    static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isWhiteSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isWhiteSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isWhiteSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
    }

    /**
     * Folds a character: two are equal without regard to case if this is the same for both. Java's own upper and lower
     * case differ from Unicode's simple folding only in that they take a Turkish dotted capital and a dotless small i
     * for an i.
     */
    static int fold(int codePoint) {
        if (codePoint < FIRST_NOT_ASCII) {
            return codePoint >= 'A' && codePoint <= 'Z' ? codePoint + ('a' - 'A') : codePoint;
        }
        return codePoint == CAPITAL_I_WITH_DOT || codePoint == SMALL_I_WITHOUT_DOT
                ? codePoint
                : Character.toLowerCase(Character.toUpperCase(codePoint));
    }

    /** Returns a hash that is the same for a {@link #plain} name in any case. */
    static int hash(String plain) {
        int hash = 0;
        for (int i = 0; i < plain.length(); ) {
            int codePoint = plain.codePointAt(i);
            hash = 31 * hash + fold(codePoint);
            i += Character.charCount(codePoint);
        }
        return hash ^ (hash >>> 16);
    }

    /**
     * Returns whether two {@link #plain} names are the same without regard to case.
     *
     * @param folded the one, each character already {@link #fold}ed
     */
    static boolean areSame(String folded, String plain) {
        int f = 0;
        int p = 0;
        while (f < folded.length() && p < plain.length()) {
            int one = folded.codePointAt(f);
            int other = plain.codePointAt(p);
            if (one != fold(other)) {
                return false;
            }
            f += Character.charCount(one);
            p += Character.charCount(other);
        }
        return f == folded.length() && p == plain.length();
    }
}
