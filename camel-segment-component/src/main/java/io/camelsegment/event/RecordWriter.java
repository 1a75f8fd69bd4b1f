package io.camelsegment.event;

import java.util.Arrays;

/**
 * Copies an object out of a body, with some of its members replaced or removed and others added at its end. It gathers where the
 * pieces of the record lie; {@link #record} then copies each of them once, into an array of exactly their length.
 *
 * <p>Edits come in the order of the text. Arrays given must not change before the record is made. One record after the other; not
 * thread-safe.
 */
final class RecordWriter {
    private static final byte[] BRACE = {'{'};

    private final byte[] body;

    private byte[][] sources = new byte[12][];
    /** Begin and end of each piece in its source. */
    private int[] ranges = new int[sources.length * 2];

    private int pieces;
    private int length;

    private int objectStart;
    private int objectEnd;
    /** Everything of the object before this byte is copied or left out, but for the brace while {@link #head}. */
    private int cursor;
    /** Nothing is copied yet. */
    private boolean head;

    private boolean appending;
    private boolean empty;

    RecordWriter(byte[] body) {
        this.body = body;
    }

    /** Begins the record of the object {@code body[start, end)}. */
    void begin(int start, int end) {
        pieces = 0;
        length = 0;
        objectStart = start;
        objectEnd = end;
        cursor = start + 1;
        head = true;
        appending = false;
    }

    /** Returns how many bytes there are so far. */
    int length() {
        return length;
    }

    /** Returns where in the record a byte of the object will be that stays and comes before the next edit. */
    int place(int p) {
        return length + (head ? 1 : 0) + p - cursor;
    }

    /** Leaves a member out, and with it one of the commas beside it. */
    void remove(int start, int valueEnd) {
        if (head && start == cursor) {
            int next = skipWhitespace(valueEnd);
            cursor = body[next] == ',' ? next + 1 : valueEnd;
        } else {
            copyUpTo(start - 1);
            cursor = valueEnd;
        }
    }

    /** Copies what comes before a value and leaves the value out; the caller puts another. */
    void replace(int valueStart, int valueEnd) {
        copyUpTo(valueStart);
        cursor = valueEnd;
    }

    /** Begins a new member after all that were there; the caller puts its value. */
    void append(Member member) {
        byte[] commaAndKey = member.commaAndKey();
        append(commaAndKey, 0, commaAndKey.length);
    }

    /**
     * Puts {@code commaAndMembers[from, to)}, which is not empty, after all that were there: members with a comma before each. If the
     * last one's value is missing, the caller then puts it.
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
