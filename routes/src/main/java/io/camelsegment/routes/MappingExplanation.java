package io.camelsegment.routes;

import java.util.List;

/**
 * Why an event goes where it goes. Immutable.
 *
 * @param rows     the rows that decide, in the order of the table; empty when no row fits
 * @param shadowed the rows that fit and do not count: with {@code match=first} those behind the deciding ones, with
 *     {@code match=all} those beside a row of {@code none}
 * @param streams  where the event goes, each stream once; for {@link Outcome#UNMAPPED} what was set for such events;
 *     empty when it goes nowhere
 */
public record MappingExplanation(
        Outcome outcome, List<MappingRow> rows, List<MappingRow> shadowed, List<String> streams) {

    /** What becomes of an event. */
    public enum Outcome {
        /** Rows fit it, and it goes to their streams. */
        MAPPED,
        /** A row of {@code none} ends it. */
        EXCLUDED,
        /** No row fits it. */
        UNMAPPED
    }

    /** Copies the lists. */
    public MappingExplanation {
        rows = List.copyOf(rows);
        shadowed = List.copyOf(shadowed);
        streams = List.copyOf(streams);
    }

    /** Returns the same for a mapping that sends unmapped events to this stream or URI; null for nowhere. */
    MappingExplanation withUnmapped(String unmapped) {
        return outcome != Outcome.UNMAPPED || unmapped == null
                ? this
                : new MappingExplanation(outcome, rows, shadowed, List.of(unmapped));
    }
}
