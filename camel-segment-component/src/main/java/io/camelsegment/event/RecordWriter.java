package io.camelsegment.event;

import java.util.Arrays;

/**
 * Copies an object out of a body, replaces or removes members and appends others. It collects the places of the
 * record's pieces; {@link #record} then copies each piece once, into an array of exactly their length.
 *
 * <p>Edits must follow the order of the text. Arrays must not change before {@link #record}. Writes one record after
 * the other. Not thread-safe.
 */
final class RecordWriter {
    private static final byte[] BRACE = {'{'};
    /** Enough for all but odd events. */
    private static final int PIECES = 24;

    private static final int MOST_SPARE_PIECES = 256;

    private byte[] body;

    private byte[][] sources = new byte[PIECES][];
    /** Start and end of each piece in its source. */
    private int[] ranges = new int[sources.length * 2];

    private int pieces;
    private int length;

    private int objectStart;
    private int objectEnd;
    /** All bytes of the object before this one are copied or skipped, except the brace while {@link #head}. */
    private int cursor;
    /** Whether nothing is copied yet. */
    private boolean head;

    private boolean appending;
    private boolean empty;

    /** Begins the record of the object {@code body[start, end)}. */
    void begin(byte[] body, int start, int end) {
        this.body = body;
        pieces = 0;
        length = 0;
        objectStart = start;
        objectEnd = end;
        cursor = start + 1;
        head = true;
        appending = false;
    }

    /** Drops all data. */
    void forget() {
        body = null;
        if (sources.length > MOST_SPARE_PIECES) {
            sources = new byte[PIECES][];
            ranges = new int[PIECES * 2];
        } else {
            Arrays.fill(sources, null);
        }
    }

    /** Returns the bytes of its arrays, with references of eight bytes. */
    int bytes() {
        return sources.length * Long.BYTES + ranges.length * Integer.BYTES;
    }

    /** Returns the record's length so far. */
    int length() {
        return length;
    }

    /** Returns the offset in the record of a byte of the object that is kept and precedes the next edit. */
    int place(int p) {
        return length + (head ? 1 : 0) + p - cursor;
    }

    /** Skips a member and one of the commas beside it. */
    void remove(int start, int valueEnd) {
        if (head && start == cursor) {
            int next = skipWhitespace(valueEnd);
            cursor = body[next] == ',' ? next + 1 : valueEnd;
        } else {
            copyUpTo(start - 1);
            cursor = valueEnd;
        }
    }

    /** Copies up to a value and skips it; the caller puts another. */
    void replace(int valueStart, int valueEnd) {
        copyUpTo(valueStart);
        cursor = valueEnd;
    }

    /** Appends a member's name; the caller puts its value. */
    void append(Member member) {
        byte[] commaAndKey = member.commaAndKey();
        append(commaAndKey, 0, commaAndKey.length);
    }

    /**
     * Appends {@code commaAndMembers[from, to)}, not empty: members with a comma before each. If the last one has no
     * value, the caller puts it.
     */
    void append(byte[] commaAndMembers, int from, int to) {
        if (!appending) {
            appending = true;
            int last = objectEnd - 1;
            while (last > cursor && JsonScanner.isWhitespace(body[last - 1])) {
                last--;
            }
            empty = head && last == cursor;
            copyUpTo(last);
        }
        put(commaAndMembers, empty ? from + 1 : from, to);
        empty = false;
    }

    void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    void put(byte[] bytes, int from, int to) {
        if (pieces == sources.length) {
            sources = Arrays.copyOf(sources, pieces * 2);
            ranges = Arrays.copyOf(ranges, pieces * 4);
        }
        sources[pieces] = bytes;
        ranges[pieces * 2] = from;
        ranges[pieces * 2 + 1] = to;
        pieces++;
        length += to - from;
    }

    /** Ends the record and returns it. */
    byte[] record() {
        if (!appending) {
            copyUpTo(objectEnd - 1);
        }
        byte[] record = new byte[length + 1];
        int at = 0;
        for (int piece = 0; piece < pieces; piece++) {
            int from = ranges[piece * 2];
            int bytes = ranges[piece * 2 + 1] - from;
            System.arraycopy(sources[piece], from, record, at, bytes);
            at += bytes;
        }
        record[at] = '}';
        return record;
    }

    private void copyUpTo(int end) {
        if (head) {
            head = false;
            if (cursor == objectStart + 1) {
                cursor = objectStart;
            } else {
                put(BRACE);
            }
        }
        put(body, cursor, end);
        cursor = end;
    }

    private int skipWhitespace(int p) {
        while (JsonScanner.isWhitespace(body[p])) {
            p++;
        }
        return p;
    }
}
