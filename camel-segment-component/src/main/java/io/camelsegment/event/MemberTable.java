package io.camelsegment.event;

import java.util.Arrays;

/** Offsets of known members in the body, one row each, in text order. Not thread-safe while rows are added. */
final class MemberTable {
    private static final Member[] MEMBERS = Member.ALL;
    private static final int CELLS = 4;
    private static final int PLAIN = 0x100;

    private static final int[] NONE = {};
    /** 12 000 cells are 48 KB: 3 000 members, of a batch of 300 events. */
    private static final int MOST_SPARE_CELLS = 12_000;

    private int[] cells = NONE;
    private int rows;

    /** Removes all rows, and makes room for some. */
    void reset(int expectedRows) {
        rows = 0;
        if (cells.length < expectedRows * CELLS) {
            cells = new int[expectedRows * CELLS];
        } else if (cells.length > MOST_SPARE_CELLS && expectedRows == 0) {
            cells = NONE;
        }
    }

    /** Returns the bytes of its array. */
    int bytes() {
        return cells.length * Integer.BYTES;
    }

    /**
     * Adds a row.
     *
     * @param start      offset after the brace or comma before the member
     * @param valueStart offset of the value's first byte
     * @param valueEnd   offset after the value
     * @param plain      whether the value is ASCII without escapes
     */
    void add(Member member, int start, int valueStart, int valueEnd, boolean plain) {
        int cell = rows * CELLS;
        if (cell == cells.length) {
            cells = Arrays.copyOf(cells, Math.max(16 * CELLS, cells.length * 2));
        }
        cells[cell] = plain ? member.number() | PLAIN : member.number();
        cells[cell + 1] = start;
        cells[cell + 2] = valueStart;
        cells[cell + 3] = valueEnd;
        rows++;
    }

    int rows() {
        return rows;
    }

    Member member(int row) {
        return MEMBERS[number(row)];
    }

    /** Returns the {@linkplain Member#number() number} of a row's member. */
    int number(int row) {
        return cells[row * CELLS] & ~PLAIN;
    }

    boolean isPlain(int row) {
        return (cells[row * CELLS] & PLAIN) != 0;
    }

    int start(int row) {
        return cells[row * CELLS + 1];
    }

    int valueStart(int row) {
        return cells[row * CELLS + 2];
    }

    int valueEnd(int row) {
        return cells[row * CELLS + 3];
    }

    /** Returns a member's last row, which counts as in JSON.parse, in {@code [fromRow, toRow)}; -1 if there is none. */
    int last(Member member, int fromRow, int toRow) {
        for (int row = toRow - 1; row >= fromRow; row--) {
            if (member(row) == member) {
                return row;
            }
        }
        return -1;
    }
}
