package io.camelsegment.event;

/**
 * Copies an object out of a body, with some of its members replaced or removed and others added at its end. The calls are made
 * twice: first to measure, then, after {@link #beginWriting}, to fill an array of exactly the measured length.
 *
 * <p>Edits come in the order of the text. Not thread-safe.
 */
final class RecordWriter {
    private final byte[] body;
    private final int objectStart;
    private final int objectEnd;

    private byte[] record;
    private int length;
    /** Everything of the object before this byte is copied or left out. */
    private int cursor;
    /** Nothing but the brace is copied yet. */
    private boolean head;

    private boolean appending;
    private boolean empty;

    RecordWriter(byte[] body, int objectStart, int objectEnd) {
        this.body = body;
        this.objectStart = objectStart;
        this.objectEnd = objectEnd;
        begin();
    }

    /** Ends measuring. */
    void beginWriting() {
        record = new byte[length];
        begin();
    }

    private void begin() {
        length = 0;
        put('{');
        cursor = objectStart + 1;
        head = true;
        appending = false;
    }

    /** Returns how many bytes there are so far. */
    int length() {
        return length;
    }

    byte[] record() {
        return record;
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
        if (!appending) {
            appending = true;
            int last = objectEnd - 1;
            while (last > cursor && JsonScanner.isWhitespace(body[last - 1])) {
                last--;
            }
            empty = head && last == cursor;
            copyUpTo(last);
        }
        if (!empty) {
            put(',');
        }
        empty = false;
        put(member.key());
    }

    void end() {
        if (appending) {
            put('}');
        } else {
            copyUpTo(objectEnd);
        }
    }

    void put(char c) {
        if (record != null) {
            record[length] = (byte) c;
        }
        length++;
    }

    /** Puts ASCII text as it is. */
    @SuppressWarnings("deprecation") // does what is wanted, bytes of ASCII, without an array in between
    void put(String ascii) {
        if (record != null) {
            ascii.getBytes(0, ascii.length(), record, length);
        }
        length += ascii.length();
    }

    void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    void put(byte[] bytes, int from, int to) {
        if (record != null) {
            System.arraycopy(bytes, from, record, length, to - from);
        }
        length += to - from;
    }

    /** Puts a time as the spec writes it, in quotes. */
    void putTimestamp(long millis) {
        if (record != null) {
            Timestamps.write(millis, record, length);
        }
        length += Timestamps.WRITTEN_BYTES;
    }

    private void copyUpTo(int end) {
        put(body, cursor, end);
        cursor = end;
        head = false;
    }

    private int skipWhitespace(int p) {
        while (JsonScanner.isWhitespace(body[p])) {
            p++;
        }
        return p;
    }
}
