package io.camelsegment.app.routes;

import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.routes.MappingRow;
import io.camelsegment.routes.MappingTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The rows by which a destination maps events to streams.
 *
 * @param map      the streams by event name, type, pattern or {@code *}, as {@link MappingTable} explains
 * @param match    which of the rows that fit apply
 * @param unmapped a stream or a URI for the events that no row fits; null for nowhere
 */
public record StreamRows(Map<String, List<String>> map, MappingTable.Match match, String unmapped) {

    /** Returns the same rows with other names for the streams. */
    StreamRows withStreams(UnaryOperator<String> names) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        map.forEach((row, streams) -> rows.put(
                row,
                streams.stream()
                        .map(stream -> stream.equals(MappingRow.NONE) ? stream : names.apply(stream))
                        .toList()));
        return new StreamRows(rows, match, hasUnmappedStream() ? names.apply(unmapped) : unmapped);
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
