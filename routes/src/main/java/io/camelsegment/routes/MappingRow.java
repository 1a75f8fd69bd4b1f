package io.camelsegment.routes;

import java.util.List;

/**
 * A row of a {@link MappingTable}, as it was written. Immutable.
 *
 * @param event   the left side: an event name, a type, {@code *} or a pattern
 * @param streams the right side without outer white space, each stream once; {@value #NONE} alone for a row whose
 *     events go nowhere
 */
public record MappingRow(String event, List<String> streams) {

    /** The right side of a row whose events go to no stream. */
    public static final String NONE = "none";

    /**
     * Creates a row.
     *
     * @throws IllegalArgumentException if the event or a stream is null or blank, if there is no stream, or if
     *     {@value #NONE} stands beside a stream
     */
    public MappingRow(String event, List<String> streams) {
        if (RowName.isBlank(event)) {
            throw new IllegalArgumentException("expected an event name, a type or * on the left of each row,"
                    + " but a row with the streams " + streams + " has none: name it");
        }
        if (streams == null || streams.isEmpty() || streams.stream().anyMatch(s -> s == null || isBlank(s))) {
            throw new IllegalArgumentException("expected at least one delivery stream in row \"" + event
                    + "\", but "
                    + (streams == null || streams.stream().allMatch(s -> s == null || isBlank(s))
                            ? "it is empty"
                            : "was " + streams)
                    + ": name a stream or remove the row");
        }
        this.event = event;
        this.streams = streams.stream().map(Names::strip).distinct().toList();
        if (this.streams.size() > 1 && this.streams.contains(NONE)) {
            throw new IllegalArgumentException("expected none alone in row \"" + event + "\", but was " + this.streams
                    + ": remove none, or the streams");
        }
    }

    private static boolean isBlank(String text) {
        return Names.strip(text).isEmpty();
    }

    /** Returns whether the events that it fits go nowhere. */
    public boolean isNone() {
        return streams.get(0).equals(NONE);
    }

    /** Returns the row as it is written in YAML, but without quotes. */
    @Override
    public String toString() {
        return event + ": " + String.join(", ", streams);
    }
}
