package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The members of the current event of a batch. Not thread-safe. */
final class EventMembers {
    private final byte[] body;
    private final MemberTable table;
    private final EventTable events;
    private final Timestamps timestamps = new Timestamps();

    /** A bit for each member that is present, at its number. */
    private int present;
    /** The last row of each member that is present; for absent members, a row of an earlier event. */
    private final int[] rows = new int[Member.ALL.length];

    private int firstRow;
    private int endRow;

    EventMembers(EventBatch batch) {
        this.body = batch.body();
        this.table = batch.members();
        this.events = batch.events();
    }

    void moveTo(int event) {
        firstRow = events.firstRow(event);
        endRow = events.endRow(event, table);
        present = 0;
        for (int row = firstRow; row < endRow; row++) {
            int number = table.number(row);
            present |= 1 << number;
            rows[number] = row;
        }
    }

    /** Returns the event's first row in the table. */
    int firstRow() {
        return firstRow;
    }

    /** Returns the row after the event's last. */
    int endRow() {
        return endRow;
    }

    boolean has(Member member) {
        return (present & 1 << member.number()) != 0;
    }

    /** Returns whether a row counts, that is, no later row of its member overrides it. */
    boolean counts(int row) {
        return rows[table.number(row)] == row;
    }

    /** Returns the value's first byte, which shows its kind; 0 if the member is missing. */
    int kind(Member member) {
        return has(member) ? body[valueStart(member)] : 0;
    }

    boolean isNumber(Member member) {
        return isNumber(kind(member));
    }

    /** Returns whether a member counts as absent: missing, null or the empty string. */
    boolean isAbsent(Member member) {
        return !has(member) || isAbsent(body, table, rows[member.number()]);
    }

    /** Returns the offset of the value's first byte; the member must be present. */
    int valueStart(Member member) {
        return table.valueStart(rows[member.number()]);
    }

    /** Returns the offset after the value; the member must be present. */
    int valueEnd(Member member) {
        return table.valueEnd(rows[member.number()]);
    }

    /** Returns the text of a string, or a number as written; null for other values and the empty string. */
    String text(Member member) {
        if (!has(member)) {
            return null;
        }
        int row = rows[member.number()];
        if (!isStringOrNumber(body, table, row)) {
            return null;
        }
        int quote = body[table.valueStart(row)] == '"' ? 1 : 0;
        int start = table.valueStart(row) + quote;
        int end = table.valueEnd(row) - quote;
        return table.isPlain(row)
                ? new String(body, start, end - start, ISO_8859_1)
                : JsonText.decode(body, start, end);
    }

    /** Returns the event's type; null if it is none of the six. The member must be a string. */
    EventType type() {
        int row = rows[Member.TYPE.number()];
        return table.isPlain(row)
                ? EventType.of(body, table.valueStart(row) + 1, table.valueEnd(row) - 1)
                : EventType.of(text(Member.TYPE));
    }

    /** Returns a time in milliseconds, or {@link Timestamps#UNREADABLE}; the member must be present. */
    long time(Member member) {
        return time(table, rows[member.number()]);
    }

    /** Returns the time at a row of a table of this body, in milliseconds, or {@link Timestamps#UNREADABLE}. */
    long time(MemberTable table, int row) {
        return isStringOrNumber(body, table, row)
                ? timestamps.read(body, table.valueStart(row), table.valueEnd(row))
                : Timestamps.UNREADABLE;
    }

    /** Returns whether the readable time asked for last {@linkplain Timestamps#isAmbiguous is ambiguous}. */
    boolean isAmbiguousTime() {
        return timestamps.isAmbiguous();
    }

    /** Returns whether a value is a number or a non-empty string. */
    static boolean isStringOrNumber(byte[] body, MemberTable table, int row) {
        byte first = body[table.valueStart(row)];
        return first == '"' ? !isAbsent(body, table, row) : isNumber(first);
    }

    private static boolean isAbsent(byte[] body, MemberTable table, int row) {
        byte first = body[table.valueStart(row)];
        return first == 'n' || (first == '"' && table.valueEnd(row) - table.valueStart(row) == 2);
    }

    private static boolean isNumber(int first) {
        return first == '-' || (first >= '0' && first <= '9');
    }
}
