package io.camelsegment.event;

import java.util.Arrays;

/** Offsets of a request's events in its body, and their rows in the {@link MemberTable}. */
final class EventTable {
    private static final int CELLS = 3;

    private static final int[] NONE = {};
    private static final int MOST_SPARE_CELLS = 3_000;

    private int[] cells = NONE;
    private int size;

    /** Removes all events, and makes room for some. */
    void reset(int expectedEvents) {
        size = 0;
        if (cells.length < expectedEvents * CELLS) {
            cells = new int[expectedEvents * CELLS];
        } else if (cells.length > MOST_SPARE_CELLS && expectedEvents == 0) {
            cells = NONE;
        }
    }

    /** Returns the bytes of its array. */
    int bytes() {
        return cells.length * Integer.BYTES;
    }

    void add(int start, int end, int firstRow) {
        int cell = size * CELLS;
        if (cell == cells.length) {
            cells = Arrays.copyOf(cells, Math.max(CELLS, cells.length * 2));
        }
        cells[cell] = start;
        cells[cell + 1] = end;
        cells[cell + 2] = firstRow;
        size++;
    }

    int size() {
        return size;
    }

    int start(int event) {
        return cells[event * CELLS];
    }

    int end(int event) {
        return cells[event * CELLS + 1];
    }

    int firstRow(int event) {
        return cells[event * CELLS + 2];
    }

    /** Returns the row after the event's last. */
    int endRow(int event, MemberTable members) {
        return event + 1 < size ? firstRow(event + 1) : members.rows();
    }
}
