package io.camelsegment.app.routes;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.routes.MappingExplanation;
import io.camelsegment.routes.MappingRow;
import io.camelsegment.routes.MappingTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The rows by which a destination maps events to streams.
 *
 * @param map      the streams by event name, type, pattern or {@code *}, as {@link MappingTable} explains
 * @param match    which of the rows that fit apply
 * @param unmapped a stream or a URI for the events that no row fits; null for nowhere
 * @param file     where the rows were read, and are read again when it changes; null without a file
 */
public record StreamRows(Map<String, List<String>> map, MappingTable.Match match, String unmapped, RowsFile file) {

    /**
     * A file of rows.
     *
     * @param path  as it was given
     * @param check throws an IllegalArgumentException to refuse a stream
     * @param names gives the streams other names, for those that look at them; the file's delivery has its own
     */
    public record RowsFile(String path, Consumer<String> check, UnaryOperator<String> names) {

        /** Creates a file whose streams keep their names. */
        public RowsFile(String path, Consumer<String> check) {
            this(path, check, UnaryOperator.identity());
        }
    }

    /** Creates rows that no file has. */
    public StreamRows(Map<String, List<String>> map, MappingTable.Match match, String unmapped) {
        this(map, match, unmapped, null);
    }

    /**
     * Reads the rows of a file.
     *
     * @throws IllegalArgumentException if it cannot be read or has a mistake, whose line and column the message names
     */
    public static StreamRows read(RowsFile file, MappingTable.Match match, String unmapped) {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (MappingRow row :
                MappingTable.read(file.path(), match, file.check()).rows()) {
            map.merge(row.event(), row.streams(), StreamRows::joined);
        }
        return new StreamRows(renamed(map, file.names()), match, unmapped, file);
    }

    private static Map<String, List<String>> renamed(Map<String, List<String>> map, UnaryOperator<String> names) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        map.forEach((row, streams) -> rows.put(
                row,
                streams.stream()
                        .map(stream -> stream.equals(MappingRow.NONE) ? stream : names.apply(stream))
                        .toList()));
        return rows;
    }

    /** Joins the streams of two rows of one event: whatever other rows name, none wins. */
    private static List<String> joined(List<String> one, List<String> other) {
        List<String> none = List.of(MappingRow.NONE);
        return one.equals(none) || other.equals(none)
                ? none
                : Stream.concat(one.stream(), other.stream()).distinct().toList();
    }

    /** Returns the rows that the file has now; these without a file, or if it is refused. */
    StreamRows withCurrentRows() {
        if (file == null) {
            return this;
        }
        try {
            return read(file, match, unmapped);
        } catch (IllegalArgumentException e) {
            return this;
        }
    }

    /**
     * Returns whether a row matches every event, so that none is unmapped.
     *
     * @throws IllegalArgumentException if a row names no event
     */
    public boolean matchesEveryEvent() {
        MappingTable.Builder rows = MappingTable.builder();
        map.keySet().forEach(rows::none);
        return rows.build().fitsEveryEvent();
    }

    /** Tells which rows fit an event, and where it goes; see {@link MappingTable#explain}. */
    public MappingExplanation explain(SegmentEvent event) {
        return MappingTable.of(map, match).explain(event.type(), event.event());
    }

    /** Returns the same rows with other names for the streams, also when their file changes. */
    StreamRows withStreams(UnaryOperator<String> names) {
        return new StreamRows(
                renamed(map, names),
                match,
                hasUnmappedStream() ? names.apply(unmapped) : unmapped,
                file == null
                        ? null
                        : new RowsFile(
                                file.path(),
                                file.check(),
                                stream -> names.apply(file.names().apply(stream))));
    }

    /** Returns all streams that the rows name, and that of unmapped events, sorted. */
    SortedSet<String> streams() {
        TreeSet<String> streams = new TreeSet<>();
        map.values().forEach(streams::addAll);
        streams.remove(MappingRow.NONE);
        if (hasUnmappedStream()) {
            streams.add(unmapped);
        }
        return streams;
    }

    private boolean hasUnmappedStream() {
        return unmapped != null && !FirehoseMapping.isUri(unmapped);
    }

    /** Names no URI, which may hold a secret. */
    @Override
    public String toString() {
        return "StreamRows[streams=" + streams() + "]";
    }
}
