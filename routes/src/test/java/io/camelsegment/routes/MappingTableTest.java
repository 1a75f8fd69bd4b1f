package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.camelsegment.event.EventType;
import io.camelsegment.routes.MappingTable.Match;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTableTest {

    /** Names that meet each other: types, other letter case, one that only Unicode folding makes equal, no letters. */
    private static final List<String> NAMES = List.of(
            "track",
            "TRACK",
            "page",
            "Page",
            "*",
            "User Registered",
            "user registered",
            "Straße",
            "STRAßE",
            "ſ",
            "s",
            "K",
            "\u212a",
            "𐐀",
            "𐐨",
            "1",
            "");

    @ParameterizedTest(name = "{0} {1} -> {2} | match first: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "TRACK,    User Registered, new_users tracks everything, new_users",
                "TRACK,    user REGISTERED, new_users tracks everything, new_users",
                "TRACK,    Order Completed, orders everything tracks,    orders everything",
                "TRACK,    Something Else,  tracks everything,           tracks",
                "TRACK,    -,               tracks everything,           tracks",
                "TRACK,    Page,            pages tracks everything,     pages",
                "TRACK,    *,               tracks everything,           everything",
                "PAGE,     Home,            pages everything,            pages",
                "PAGE,     User Registered, pages everything,            pages",
                "SCREEN,   -,               everything,                  everything",
                "IDENTIFY, -,               everything,                  everything",
                "-,        User Registered, everything,                  everything",
            })
    void picksTheStreamsOfTheRowsThatFit(EventType type, String name, String all, String first) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        rows.put("User Registered", List.of("new_users"));
        rows.put("order completed", List.of("orders", "everything"));
        rows.put("page", List.of("pages"));
        rows.put("Track", List.of("tracks"));
        rows.put("*", List.of("everything"));

        assertThat(MappingTable.of(rows, Match.ALL).lookup(type, name)).containsExactly(all.split(" "));
        assertThat(MappingTable.of(rows, Match.FIRST).lookup(type, name)).containsExactly(first.split(" "));
    }

    @Test
    void givesNothingWhenNoRowFits() {
        MappingTable<List<String>> table = MappingTable.of(Map.of("User Registered", List.of("new_users")), Match.ALL);

        assertThat(table.lookup(EventType.TRACK, "User Deleted")).isEmpty();
        assertThat(table.lookup(EventType.PAGE, "User Registered")).isEmpty();
        assertThat(table.lookup(null, null)).isEmpty();
    }

    @Test
    void joinsRowsWhoseNamesDifferOnlyInCase() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        rows.put("Page", List.of("a", "b"));
        rows.put("page", List.of("b", "c"));

        for (Match match : Match.values()) {
            assertThat(MappingTable.of(rows, match).lookup(EventType.PAGE, null))
                    .containsExactly("a", "b", "c");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Caf\u00e9", "Cafe\u0301", "CAFE\u0301", " caf\u00e9\u2003", "\tcafe\u0301\n"})
    void accentsCompareInBothFormsAndOuterWhiteSpaceDoesNotCount(String name) {
        for (String row : List.of("Caf\u00e9", "Cafe\u0301", "  CAFE\u0301 ")) {
            MappingTable<List<String>> table = MappingTable.of(Map.of(row, List.of("a")), Match.ALL);

            assertThat(table.lookup(EventType.TRACK, name)).containsExactly("a");
            assertThat(table.lookup(EventType.TRACK, "cafe")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Say \"Hi\"",
                "Question [3]",
                "a\\b",
                "a.b",
                "a, b",
                "a: b = c",
                "{x}",
                "\ud83d\ude00",
                "#1",
                "page:home"
            })
    void aNameMayHoldAnySign(String name) {
        MappingTable<List<String>> table = MappingTable.of(Map.of(name, List.of("a")), Match.FIRST);

        assertThat(table.lookup(EventType.TRACK, name)).containsExactly("a");
        assertThat(table.lookup(EventType.TRACK, name + "x")).isEmpty();
    }

    @Test
    void refusesRowsThatLeadNowhere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MappingTable.of(Map.of("Sign Up", List.of()), Match.ALL))
                .withMessage("expected at least one delivery stream in row \"Sign Up\", but it is empty:"
                        + " name a stream or remove the row");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MappingTable.of(Map.of("Sign Up", List.of(" ")), Match.ALL));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MappingTable.of(Collections.singletonMap("Sign Up", null), Match.ALL));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MappingTable.of(Map.of("", List.of("a")), Match.ALL))
                .withMessageContaining("[a] has none: name it");
    }

    @Test
    void mapsEachDistinctResultOnce() {
        Map<String, List<String>> rows = Map.of("One", List.of("a"), "Two", List.of("a"), "Three", List.of("b"));

        MappingTable<Object> table = MappingTable.of(rows, Match.ALL).map(streams -> new Object());

        assertThat(table.lookup(EventType.TRACK, "one")).isSameAs(table.lookup(EventType.TRACK, "TWO"));
        assertThat(table.lookup(EventType.TRACK, "one")).isNotSameAs(table.lookup(EventType.TRACK, "three"));
        assertThat(table.lookup(EventType.TRACK, "none")).isSameAs(table.lookup(EventType.GROUP, null));
    }

    @ParameterizedTest
    @EnumSource(Match.class)
    void findsEachOfTenThousandNames(Match match) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (int i = 0; i < 10_000; i++) {
            rows.put("Event " + i, List.of("stream_" + i));
        }
        MappingTable<List<String>> table = MappingTable.of(rows, match);

        rows.forEach((name, streams) -> assertThat(table.lookup(EventType.TRACK, name.toUpperCase(Locale.ROOT)))
                .isEqualTo(streams));
        assertThat(table.lookup(EventType.TRACK, "Event 10000")).isEmpty();
    }

    @Property
    void agreesWithReadingTheRowsOneByOne(
            @ForAll("rows") Map<String, List<String>> rows,
            @ForAll Match match,
            @ForAll EventType type,
            @ForAll("names") String name) {
        assertThat(MappingTable.of(rows, match).lookup(type, name)).isEqualTo(oneByOne(rows, match, type, name));
    }

    private static List<String> oneByOne(Map<String, List<String>> rows, Match match, EventType type, String name) {
        List<List<String>> keys = type == EventType.TRACK
                ? List.of(List.of(name), List.of(type.specName()), List.of("*"))
                : List.of(List.of(type.specName()), List.of("*"));
        if (match == Match.ALL) {
            keys = List.of(keys.stream().flatMap(Collection::stream).toList());
        }
        return keys.stream()
                .map(accepted -> rows.entrySet().stream()
                        .filter(row -> accepted.stream().anyMatch(row.getKey()::equalsIgnoreCase))
                        .flatMap(row -> row.getValue().stream())
                        .distinct()
                        .toList())
                .filter(streams -> !streams.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    @Provide
    Arbitrary<Map<String, List<String>>> rows() {
        Arbitrary<String> keys = Arbitraries.of(NAMES).filter(name -> !name.isBlank());
        Arbitrary<List<String>> streams = Arbitraries.of(Arrays.asList("a", "b", "c", "d"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
        return Arbitraries.maps(keys, streams).ofMaxSize(12).map(LinkedHashMap::new);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(NAMES);
    }
}
