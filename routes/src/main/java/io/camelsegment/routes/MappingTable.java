package io.camelsegment.routes;

import io.camelsegment.event.EventType;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Maps an event to delivery streams as the table of Segment's Firehose destination does. Immutable and thread-safe.
 *
 * <p>The left side of a row is the name of a track event, or a type ({@code track}, {@code identify}, {@code page},
 * {@code screen}, {@code group}, {@code alias}), or {@code *} for every event. Letter case, outer white space and
 * Unicode's two ways to write an accent do not count. A row that is named like a type applies to the events of that
 * type and also to a track event of that very name. The names of pages and screens are not compared: Segment's table
 * holds names of track events only.
 *
 * <p>All results are computed when the table is built. A lookup hashes the name once, allocates nothing and costs the
 * same for three rows as for ten thousand.
 *
 * @param <R> what a lookup gives: a list of stream names, or what {@link #map} made of it
 */
public final class MappingTable<R> {

    /** Which of the rows that fit an event apply to it. */
    public enum Match {
        /** All of them, each distinct stream once, in the order of the rows: as Segment does. */
        ALL,
        /** The rows of the name; without one those of the type; without one those of {@code *}: as RudderStack does. */
        FIRST
    }

    private static final String EVERY_EVENT = "*";

    /** Below it nothing changes in Unicode's composed form. */
    private static final char FIRST_COMBINING = '\u0300';

    /** Open addressing: a power of two of slots, at most half of them taken; a free slot holds null. */
    private final String[] names;

    /** The result for a track event named {@code names[i]}. */
    private final Object[] named;

    /** The result for an event without a row of its own name. */
    private final EnumMap<EventType, R> typed;

    private final R untyped;

    private MappingTable(String[] names, Object[] named, EnumMap<EventType, R> typed, R untyped) {
        this.names = names;
        this.named = named;
        this.typed = typed;
        this.untyped = untyped;
    }

    /**
     * Builds a table of stream names.
     *
     * @param rows  the streams by event name, type or {@code *}; keys that are one name count as its rows
     * @param match which of the fitting rows apply
     * @throws IllegalArgumentException if a row has a blank name, no stream, or a blank stream
     */
    public static MappingTable<List<String>> of(Map<String, ? extends Collection<String>> rows, Match match) {
        Objects.requireNonNull(match, "match");
        Map<String, List<Row>> rowsByName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int position = 0;
        for (Map.Entry<String, ? extends Collection<String>> row : rows.entrySet()) {
            checkRow(row.getKey(), row.getValue());
            rowsByName
                    .computeIfAbsent(plain(row.getKey()), name -> new ArrayList<>())
                    .add(new Row(position++, row.getValue()));
        }
        Rows all = new Rows(rowsByName, match);

        String[] names = new String[slots(rowsByName.size())];
        Object[] named = new Object[names.length];
        for (String name : rowsByName.keySet()) {
            int slot = slot(names, name);
            names[slot] = name;
            named[slot] = all.streams(name, EventType.TRACK.specName());
        }
        EnumMap<EventType, List<String>> typed = new EnumMap<>(EventType.class);
        for (EventType type : EventType.values()) {
            typed.put(type, all.streams(null, type.specName()));
        }
        return new MappingTable<>(names, named, typed, all.streams(null, null));
    }

    /**
     * Looks up what applies to an event.
     *
     * @param type null when it is not known: then only rows of {@code *} apply
     * @param name the track event's name; null when there is none; not looked at for other types
     * @return for a table of stream names: an unmodifiable list of distinct names, empty when no row applies
     */
    @SuppressWarnings("unchecked") // of and map put nothing but R into the arrays
    public R lookup(EventType type, String name) {
        if (type == null) {
            return untyped;
        }
        if (type == EventType.TRACK && name != null) {
            int slot = slot(names, plain(name));
            if (names[slot] != null) {
                return (R) named[slot];
            }
        }
        return typed.get(type);
    }

    /**
     * Builds a table of the same rows with other results, so that a lookup gives what the caller really needs.
     *
     * @param function called once for each distinct result of this table; must not return null
     */
    @SuppressWarnings("unchecked") // as in lookup
    public <T> MappingTable<T> map(Function<? super R, ? extends T> function) {
        Map<R, T> results = new HashMap<>();
        Function<Object, T> once = result -> results.computeIfAbsent((R) result, function);
        Object[] mappedNames = Arrays.stream(named)
                .map(result -> result == null ? null : once.apply(result))
                .toArray();
        EnumMap<EventType, T> mappedTypes = new EnumMap<>(EventType.class);
        typed.forEach((type, result) -> mappedTypes.put(type, once.apply(result)));
        return new MappingTable<>(names, mappedNames, mappedTypes, once.apply(untyped));
    }

    private static void checkRow(String name, Collection<String> streams) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("expected an event name, a type or * on the left of each row,"
                    + " but a row with the streams " + streams + " has none: name it");
        }
        if (streams == null || streams.isEmpty() || streams.stream().anyMatch(s -> s == null || s.isBlank())) {
            throw new IllegalArgumentException("expected at least one delivery stream in row \"" + name + "\", but was "
                    + streams + ": name a stream or remove the row");
        }
    }

    /** Returns a name without outer white space, in Unicode's composed form; the name itself if it is such. */
    private static String plain(String name) {
        String plain = name.strip();
        for (int i = 0; i < plain.length(); i++) {
            if (plain.charAt(i) >= FIRST_COMBINING) {
                return Normalizer.normalize(plain, Normalizer.Form.NFC);
            }
        }
        return plain;
    }

    private static int slots(int size) {
        return Math.max(2, Integer.highestOneBit(size) * 4);
    }

    /** Returns the slot that holds the name, or the free one where it belongs. */
    private static int slot(String[] names, String name) {
        int mask = names.length - 1;
        int slot = hash(name) & mask;
        while (names[slot] != null && !names[slot].equalsIgnoreCase(name)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /**
     * Folds each character as {@link String#equalsIgnoreCase} does, so that names that it calls equal meet in a slot.
     */
    private static int hash(String name) {
        int hash = 0;
        for (int i = 0; i < name.length(); ) {
            int codePoint = name.codePointAt(i);
            hash = 31 * hash + Character.toLowerCase(Character.toUpperCase(codePoint));
            i += Character.charCount(codePoint);
        }
        return hash ^ (hash >>> 16);
    }

    private record Row(int position, Collection<String> streams) {}

    private record Rows(Map<String, List<Row>> byName, Match match) {

        List<String> streams(String name, String type) {
            List<Row> rows = new ArrayList<>();
            for (String key : Arrays.asList(name, type, EVERY_EVENT)) {
                if (key != null && (match == Match.ALL || rows.isEmpty())) {
                    rows.addAll(byName.getOrDefault(key, List.of()));
                }
            }
            rows.sort(Comparator.comparingInt(Row::position));
            LinkedHashSet<String> distinct = new LinkedHashSet<>();
            rows.forEach(row -> distinct.addAll(row.streams()));
            return List.copyOf(distinct);
        }
    }
}
