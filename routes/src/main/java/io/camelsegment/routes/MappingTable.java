package io.camelsegment.routes;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.MappingExplanation.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Maps an event to streams as the table of Segment's Firehose destination does. Immutable and thread-safe.
 *
 * <p>The left side of a row is the name of a track event, or a type ({@code track}, {@code identify}, {@code page},
 * {@code screen}, {@code group}, {@code alias}), or {@code *} for every event. Letter case (Unicode's simple case
 * folding, in every locale), outer white space and Unicode's two ways to write an accent do not count. A row that is
 * named like a type applies to the events of that type and also to a track event of that very name; {@code track:page}
 * applies to the track event alone. The names of pages and screens are not compared: Segment's table holds names of
 * track events only.
 *
 * <p>A {@code *} within a name stands for any text, as in {@code Order *}: the row applies to the track events whose
 * names fit. A backslash before a {@code *} or a backslash takes it literally, and behind {@code track:} a name may
 * begin with what is else a type and a colon.
 *
 * <p>The right side is compared exactly. A row of {@code none} names no stream: with {@link Match#ALL} an event that it
 * fits goes nowhere, whatever other rows fit; with {@link Match#FIRST} if it is the row that decides.
 *
 * <p>The results of all names without a pattern are computed when the table is built. Their lookup hashes the name
 * once, allocates nothing and costs the same for three rows as for ten thousand. Other names are compared with each
 * pattern.
 *
 * @param <R> what a lookup gives: a list of stream names, or what {@link #map} made of it
 */
public final class MappingTable<R> {

    /** Which of the rows that fit an event apply to it. */
    public enum Match {
        /** All of them, each distinct stream once, in the order of the rows: as Segment does. */
        ALL,
        /**
         * The rows of the name; without one those of the pattern with the most characters; without one those of the
         * type; without one those of {@code *}: as RudderStack does.
         */
        FIRST
    }

    /** Results for events that patterns fit are remembered up to here, and else computed again. */
    private static final int MOST_COMBINATIONS = 1_000;

    private static final List<String> EXCLUDED = Collections.unmodifiableList(new ArrayList<>());

    private final Rules rules;
    private final Function<List<String>, R> results;
    private final R excluded;

    /** The result for a track event named {@code rules.names[i]}. */
    private final Object[] named;

    /** The result for a track event without a row of its own name that only {@code rules.patterns[i]} fits. */
    private final Object[] patterned;

    /** The result for an event that neither a name nor a pattern fits. */
    private final EnumMap<EventType, R> typed = new EnumMap<>(EventType.class);

    private final R untyped;

    /** The results for track events that several patterns fit. */
    private final Map<BitSet, R> combined = new ConcurrentHashMap<>();

    private MappingTable(Rules rules, Function<List<String>, R> results, R excluded) {
        this.rules = rules;
        this.results = results;
        this.excluded = excluded;
        Map<List<String>, R> known = new HashMap<>();
        Function<Decision, R> once =
                decision -> decision.isExcluded() ? excluded : known.computeIfAbsent(decision.streams(), results);
        named = Arrays.stream(rules.decisions)
                .map(decision -> decision == null ? null : once.apply(decision))
                .toArray();
        patterned = new Object[rules.patterns.length];
        for (int i = 0; i < patterned.length; i++) {
            BitSet one = new BitSet();
            one.set(i);
            patterned[i] = once.apply(rules.decide(one));
        }
        for (EventType type : EventType.values()) {
            typed.put(type, once.apply(rules.decideFor(type, null)));
        }
        untyped = once.apply(rules.decideFor(null, null));
    }

    /**
     * Builds a table of stream names.
     *
     * @param rows  the streams by event name, type, pattern or {@code *}; keys that are one name count as its rows
     * @param match which of the fitting rows apply
     * @throws IllegalArgumentException if a row has a blank name, no stream, a blank stream, or {@code none} beside a
     *     stream
     */
    public static MappingTable<List<String>> of(Map<String, ? extends Collection<String>> rows, Match match) {
        List<MappingRow> list = new ArrayList<>();
        rows.forEach(
                (event, streams) -> list.add(new MappingRow(event, streams == null ? null : new ArrayList<>(streams))));
        return of(list, match);
    }

    /**
     * Builds a table of stream names.
     *
     * @param rows  rows of one name join
     * @param match which of the fitting rows apply
     */
    public static MappingTable<List<String>> of(List<MappingRow> rows, Match match) {
        Objects.requireNonNull(match, "match");
        return new MappingTable<>(new Rules(rows, match), Function.identity(), EXCLUDED);
    }

    /**
     * Builds the table of a file of rows: YAML, JSON or CSV, as the option {@code file} of {@code segment-mapping}
     * reads them.
     *
     * @param file  a path, also behind {@code file:}; no resource of the class path, which the option takes, too
     * @param match which of the fitting rows apply
     * @param check called for each stream; throws an IllegalArgumentException to refuse it
     * @throws IllegalArgumentException if the file cannot be read or has a mistake, whose line and column the message
     *     names
     */
    public static MappingTable<List<String>> read(String file, Match match, Consumer<String> check) {
        MappingFile rows = MappingFile.read(file);
        MappingTable<List<String>> table = of(rows.rows(), match);
        for (String stream : table.streams()) {
            try {
                check.accept(stream);
            } catch (IllegalArgumentException e) {
                throw rows.mistakeOf(stream, e.getMessage());
            }
        }
        return table;
    }

    /** Returns a builder of a table of stream names without rows, which matches all. Not thread-safe. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a table of stream names row by row. */
    public static final class Builder {

        private final List<MappingRow> rows = new ArrayList<>();
        private Match match = Match.ALL;

        private Builder() {}

        /**
         * Adds a row.
         *
         * @throws IllegalArgumentException see {@link MappingRow}
         */
        public Builder row(String event, String... streams) {
            rows.add(new MappingRow(event, Arrays.asList(streams)));
            return this;
        }

        /** Adds a row whose events go nowhere. */
        public Builder none(String event) {
            return row(event, MappingRow.NONE);
        }

        /** Sets which of the fitting rows apply; all by default. */
        public Builder match(Match newMatch) {
            match = newMatch;
            return this;
        }

        /** Builds the table of the rows so far. */
        public MappingTable<List<String>> build() {
            return of(rows, match);
        }
    }

    /**
     * Looks up what applies to an event.
     *
     * @param type null when it is not known: then only rows of {@code *} apply
     * @param name the track event's name; null when there is none; not looked at for other types
     * @return for a table of stream names: an unmodifiable list of distinct names, empty when no row applies
     */
    @SuppressWarnings("unchecked") // the constructor puts nothing but R into the arrays
    public R lookup(EventType type, String name) {
        if (type == null) {
            return untyped;
        }
        if (type == EventType.TRACK && name != null) {
            String plain = Names.plain(name);
            int slot = rules.slot(plain);
            if (named[slot] != null) {
                return (R) named[slot];
            }
            if (patterned.length > 0) {
                return lookupPattern(plain);
            }
        }
        return typed.get(type);
    }

    @SuppressWarnings("unchecked") // as in lookup
    private R lookupPattern(String plain) {
        int first = rules.nextPattern(plain, 0);
        if (first < 0) {
            return typed.get(EventType.TRACK);
        }
        int next = rules.nextPattern(plain, first + 1);
        if (next < 0) {
            return (R) patterned[first];
        }
        BitSet fitting = new BitSet(patterned.length);
        fitting.set(first);
        for (; next >= 0; next = rules.nextPattern(plain, next + 1)) {
            fitting.set(next);
        }
        R result = combined.get(fitting);
        if (result == null) {
            Decision decision = rules.decide(fitting);
            result = decision.isExcluded() ? excluded : results.apply(decision.streams());
            if (combined.size() < MOST_COMBINATIONS) {
                combined.put(fitting, result);
            }
        }
        return result;
    }

    /**
     * Tells which rows fit an event, which of them decide, and where it goes. For people: it reads all rows.
     *
     * @param type as for {@link #lookup}
     * @param name as for {@link #lookup}
     */
    public MappingExplanation explain(EventType type, String name) {
        Decision decision = rules.decideFor(type, name == null ? null : Names.plain(name));
        return new MappingExplanation(
                decision.isExcluded()
                        ? Outcome.EXCLUDED
                        : decision.rows().isEmpty() ? Outcome.UNMAPPED : Outcome.MAPPED,
                decision.rows(),
                decision.shadowed(),
                decision.isExcluded() ? List.of() : decision.streams());
    }

    /** Tells which rows fit an event, which of them decide, and where it goes. For people: it reads all rows. */
    public MappingExplanation explain(SegmentEvent event) {
        return explain(event.type(), event.event());
    }

    /** Returns which of the rows that fit an event apply. */
    Match match() {
        return rules.match;
    }

    /** Returns the rows as they were written, in their order. */
    public List<MappingRow> rows() {
        return rules.all.stream().map(Rule::row).toList();
    }

    /** Returns all streams that the rows name, in their order. */
    public Set<String> streams() {
        Set<String> streams = new LinkedHashSet<>();
        rows().stream().filter(row -> !row.isNone()).forEach(row -> streams.addAll(row.streams()));
        return Collections.unmodifiableSet(streams);
    }

    /** Returns whether a row fits every event, so that none is unmapped. */
    public boolean fitsEveryEvent() {
        return rules.all.stream().anyMatch(rule -> rule.name().isEveryEvent());
    }

    /**
     * Builds a table of the same rows with other results, so that a lookup gives what the caller really needs.
     *
     * @param function called once for each distinct result that is known now, and later when an event brings another
     *     set of patterns together; must not return null
     */
    public <T> MappingTable<T> map(Function<? super R, ? extends T> function) {
        return map(function, function.apply(excluded));
    }

    /**
     * Builds a table of the same rows with other results.
     *
     * @param function   as for {@link #map(Function)}, but not called for the events that a row of {@code none} ends
     * @param forExcluded the result for these
     */
    public <T> MappingTable<T> map(Function<? super R, ? extends T> function, T forExcluded) {
        return new MappingTable<>(rules, streams -> function.apply(results.apply(streams)), forExcluded);
    }

    @Override
    public String toString() {
        return "MappingTable[" + rules.all.size() + " rows, match=" + rules.match + "]";
    }

    /**
     * A row and its compiled left side.
     *
     * @param position among all rows
     */
    private record Rule(int position, MappingRow row, RowName name) {

        private static final int UNFIT = Integer.MAX_VALUE;
        private static final int EVERY_EVENT = UNFIT - 1;
        private static final int TYPE = UNFIT - 2;
        private static final int PATTERN = UNFIT - 3;
        private static final int NAMED_LIKE_A_TYPE = 1;
        private static final int NAME = 0;

        boolean isPattern() {
            return name.exactName().isEmpty();
        }

        /** Returns whether it also fits events without a name. */
        boolean needsNoName() {
            return name.isEveryEvent() || name.type().isPresent();
        }

        /**
         * Returns how far behind others the row stands for an event; {@link #UNFIT} if it does not fit.
         *
         * @param plain the name; null for none
         */
        int rank(EventType type, String plain) {
            if (type == EventType.TRACK && plain != null) {
                Optional<String> exact = name.exactName();
                if (exact.isEmpty()) {
                    return name.fits(plain) ? rankOfPattern() : UNFIT;
                }
                if (Names.areSame(exact.get(), plain)) {
                    return needsNoName() ? NAMED_LIKE_A_TYPE : NAME;
                }
            }
            if (name.isEveryEvent()) {
                return EVERY_EVENT;
            }
            return name.type().filter(own -> own == type).isPresent() ? TYPE : UNFIT;
        }

        int rankOfPattern() {
            return PATTERN - name.weight();
        }
    }

    /**
     * What rows decide for an event.
     *
     * @param rows     those that decide, in order
     * @param shadowed those that fit and do not count, in order
     */
    private record Decision(List<MappingRow> rows, List<MappingRow> shadowed) {

        boolean isExcluded() {
            return !rows.isEmpty() && rows.get(0).isNone();
        }

        List<String> streams() {
            return rows.stream()
                    .flatMap(row -> row.streams().stream())
                    .distinct()
                    .toList();
        }
    }

    /** The rows, compiled, and what they decide for each name that one of them has. */
    private static final class Rules {

        private final List<Rule> all = new ArrayList<>();
        private final Match match;
        private final Rule[] patterns;
        private final List<Rule> withoutName;

        /** Open addressing: a power of two of slots, at most half of them taken; a free slot holds null. */
        private final String[] names;

        /** What applies to a track event named {@code names[i]}. */
        private final Decision[] decisions;

        Rules(List<MappingRow> rows, Match match) {
            this.match = match;
            rows.forEach(row -> all.add(new Rule(all.size(), row, RowName.of(row.event()))));
            patterns = all.stream().filter(Rule::isPattern).toArray(Rule[]::new);
            withoutName = all.stream().filter(Rule::needsNoName).toList();
            Map<String, List<Rule>> byName = all.stream()
                    .filter(rule -> !rule.isPattern())
                    .collect(Collectors.groupingBy(
                            rule -> rule.name().exactName().orElseThrow()));
            names = new String[Math.max(2, Integer.highestOneBit(byName.size()) * 4)];
            decisions = new Decision[names.length];
            byName.forEach((name, ofName) -> {
                Set<Rule> candidates = new TreeSet<>(Comparator.comparingInt(Rule::position));
                candidates.addAll(ofName);
                candidates.addAll(withoutName);
                candidates.addAll(Arrays.asList(patterns));
                int slot = slot(name);
                names[slot] = name;
                decisions[slot] = decide(candidates, rule -> rule.rank(EventType.TRACK, name));
            });
        }

        /** Returns the slot that holds the name, or the free one where it belongs. */
        int slot(String plain) {
            int mask = names.length - 1;
            int slot = Names.hash(plain) & mask;
            while (names[slot] != null && !Names.areSame(names[slot], plain)) {
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        /** Returns the first of the patterns from one on that fits a name; -1 for none. */
        int nextPattern(String plain, int from) {
            for (int i = from; i < patterns.length; i++) {
                if (patterns[i].name().fits(plain)) {
                    return i;
                }
            }
            return -1;
        }

        Decision decideFor(EventType type, String plain) {
            return decide(all, rule -> rule.rank(type, plain));
        }

        /** Decides for a track event that these patterns fit, and no row of its own name. */
        Decision decide(BitSet fitting) {
            Set<Rule> candidates = new TreeSet<>(Comparator.comparingInt(Rule::position));
            candidates.addAll(withoutName);
            fitting.stream().forEach(pattern -> candidates.add(patterns[pattern]));
            return decide(
                    candidates, rule -> rule.isPattern() ? rule.rankOfPattern() : rule.rank(EventType.TRACK, null));
        }

        private Decision decide(Collection<Rule> candidates, ToIntFunction<Rule> rank) {
            int[] ranks = candidates.stream().mapToInt(rank).toArray();
            int best = Arrays.stream(ranks).min().orElse(Rule.UNFIT);
            List<MappingRow> fitting = new ArrayList<>();
            List<MappingRow> deciding = new ArrayList<>();
            int i = 0;
            for (Rule candidate : candidates) {
                if (ranks[i] != Rule.UNFIT) {
                    fitting.add(candidate.row());
                    if (match == Match.ALL || ranks[i] == best) {
                        deciding.add(candidate.row());
                    }
                }
                i++;
            }
            if (deciding.stream().anyMatch(MappingRow::isNone)) {
                deciding.removeIf(row -> !row.isNone());
            }
            List<MappingRow> shadowed = new ArrayList<>(fitting);
            deciding.forEach(shadowed::remove);
            return new Decision(deciding, shadowed);
        }
    }
}
