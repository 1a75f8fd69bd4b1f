package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.camelsegment.event.EventType;
import io.camelsegment.routes.MappingExplanation.Outcome;
import io.camelsegment.routes.MappingTable.Match;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns, escapes, rows of none, and what other products document. */
class MappingRulesTest {

    private static final List<String> LEFT = List.of(
            "*",
            "track",
            "Page",
            "identify",
            "track:page",
            "TRACK: Page",
            "track:*",
            "Order *",
            "order completed",
            "* completed",
            "*d*e*",
            "O*",
            "\\*",
            "\\*x\\*",
            "a\\b",
            "a\\\\b",
            "a\\\\*",
            "Caf\u00e9",
            "cafe\u0301 *",
            "Stra\u00dfe",
            "\ud801\udc00*",
            "\u212a",
            "page:home",
            "track:track:page",
            "  Order   Paid ",
            "**",
            "a.c");

    private static final List<String> NAMES = List.of(
            "Order Completed",
            "ORDER COMPLETED ",
            "order paid",
            "Order   Paid",
            "page",
            " PAGE",
            "track",
            "*",
            "*x*",
            "axb",
            "a\\b",
            "a\\\\b",
            "CAFE\u0301",
            "caf\u00e9 noir",
            "STRA\u1e9eE",
            "\ud801\udc28x",
            "k",
            "page:home",
            "track:page",
            "",
            "O",
            "abc",
            "a.c",
            "Completed",
            "line\nbreak");

    private static MappingTable<List<String>> table(Match match, String... rows) {
        MappingTable.Builder builder = MappingTable.builder().match(match);
        for (String row : rows) {
            int arrow = row.lastIndexOf(" -> ");
            builder.row(row.substring(0, arrow), row.substring(arrow + 4).split(" "));
        }
        return builder.build();
    }

    /** 27 rows alone and 26 pairs, each with 25 names of track events and a page, matched in both ways. */
    @ParameterizedTest
    @EnumSource(Match.class)
    void eachRowAndEachPairOfRowsAgreesWithTheReference(Match match) {
        for (int i = 0; i < LEFT.size(); i++) {
            MappingRow row = new MappingRow(LEFT.get(i), List.of("a", "b"));
            agree(List.of(row), match);
            MappingRow next = new MappingRow(LEFT.get((i + 1) % LEFT.size()), List.of("b", "c"));
            agree(List.of(row, next), match);
        }
    }

    private static void agree(List<MappingRow> rows, Match match) {
        NAMES.forEach(name -> agree(rows, match, EventType.TRACK, name));
        agree(rows, match, EventType.TRACK, null);
        agree(rows, match, EventType.PAGE, "Order Completed");
        agree(rows, match, null, "Order Completed");
    }

    private static void agree(List<MappingRow> rows, Match match, EventType type, String name) {
        MappingTable<List<String>> table = MappingTable.of(rows, match);
        List<String> expected = ReferenceMapping.streams(rows, match, type, name);
        String what = rows + ", " + match + ", " + type + ", " + name;

        assertThat(table.lookup(type, name)).as(what).isEqualTo(expected == null ? List.of() : expected);
        assertThat(table.explain(type, name).streams()).as(what).isEqualTo(expected == null ? List.of() : expected);
        assertThat(table.explain(type, name).outcome())
                .as(what)
                .isEqualTo(
                        expected == null ? Outcome.UNMAPPED : expected.isEmpty() ? Outcome.EXCLUDED : Outcome.MAPPED);
    }

    @Property
    void anyTableAgreesWithTheReference(
            @ForAll("rows") List<MappingRow> rows,
            @ForAll Match match,
            @ForAll EventType type,
            @ForAll("names") String name) {
        agree(rows, match, type, name);
    }

    @Provide
    Arbitrary<List<MappingRow>> rows() {
        Arbitrary<List<String>> streams = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(List.of("none"))),
                Tuple.of(
                        5,
                        Arbitraries.of(Arrays.asList("a", "b", "c", "d"))
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(3)));
        return Combinators.combine(Arbitraries.of(LEFT), streams)
                .as(MappingRow::new)
                .list()
                .ofMaxSize(10);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(NAMES);
    }

    /** The settings of Segment's page on its Firehose destination: a name, a type in any case, and everything. */
    @ParameterizedTest
    @CsvSource({
        "TRACK, User Registered, new_users",
        "TRACK, user registered, new_users",
        "TRACK, User Deleted,    everything",
        "PAGE,  Home,            page_views",
        "ALIAS, ,                everything",
    })
    void segmentsExamples(EventType type, String name, String stream) {
        MappingTable<List<String>> table =
                table(Match.ALL, "User Registered -> new_users", "Page -> page_views", "* -> everything");

        assertThat(table.lookup(type, name)).contains(stream);
        assertThat(table.lookup(type, name)).contains("everything");
        assertThat(table.lookup(type, name)).hasSize(stream.equals("everything") ? 1 : 2);
    }

    /** RudderStack sends an event to one stream: that of its name, else that of its type, else that of everything. */
    @ParameterizedTest
    @CsvSource({
        "TRACK,    Sign In,         sign_ins",
        "TRACK,    SIGN in,         sign_ins",
        "TRACK,    Product Clicked, tracks",
        "IDENTIFY, ,                identifies",
        "SCREEN,   Main,            everything",
    })
    void rudderStacksExamples(EventType type, String name, String stream) {
        MappingTable<List<String>> table = table(
                Match.FIRST, "* -> everything", "track -> tracks", "Identify -> identifies", "Sign In -> sign_ins");

        assertThat(table.lookup(type, name)).containsExactly(stream);
    }

    @Test
    void withFirstTheLongestPatternDecidesBehindTheNameAndBeforeTheType() {
        MappingTable<List<String>> table = table(
                Match.FIRST,
                "track -> tracks",
                "O* -> os",
                "Order * -> orders",
                "*r * -> ers",
                "Order Paid -> paid",
                "Order S* -> none");

        assertThat(table.lookup(EventType.TRACK, "order paid")).containsExactly("paid");
        assertThat(table.lookup(EventType.TRACK, "order made")).containsExactly("orders");
        assertThat(table.lookup(EventType.TRACK, "Other x")).containsExactly("ers");
        assertThat(table.lookup(EventType.TRACK, "Oh")).containsExactly("os");
        assertThat(table.lookup(EventType.TRACK, "Ah")).containsExactly("tracks");
        assertThat(table.lookup(EventType.TRACK, "Order sent")).isEmpty();
    }

    @Test
    void aRowOfNoneEndsAnEventWhateverOtherRowsFit() {
        MappingTable<List<String>> table =
                table(Match.ALL, "* -> everything", "Debug * -> none", "Debug Me -> a", "track -> tracks");

        assertThat(table.lookup(EventType.TRACK, "debug me")).isEmpty();
        assertThat(table.lookup(EventType.TRACK, "Debug Other")).isEmpty();
        assertThat(table.lookup(EventType.TRACK, "Debugger")).containsExactly("everything", "tracks");
        assertThat(table.map(streams -> "some", "excluded").lookup(EventType.TRACK, "debug x"))
                .isEqualTo("excluded");
        assertThat(table.streams()).containsExactly("everything", "a", "tracks");
    }

    @Test
    void aTrackEventNamedLikeATypeHasItsOwnRow() {
        MappingTable<List<String>> all = table(Match.ALL, "page -> pages", "track:page -> clicks");
        MappingTable<List<String>> first = table(Match.FIRST, "page -> pages", "track:page -> clicks");

        assertThat(all.lookup(EventType.PAGE, "page")).containsExactly("pages");
        assertThat(all.lookup(EventType.TRACK, "Page")).containsExactly("pages", "clicks");
        assertThat(first.lookup(EventType.PAGE, "page")).containsExactly("pages");
        assertThat(first.lookup(EventType.TRACK, "Page")).containsExactly("clicks");
    }

    @Test
    void explainsWhatIsShadowed() {
        MappingTable<List<String>> first = table(Match.FIRST, "* -> all", "Order * -> orders", "Order Paid -> paid");
        MappingTable<List<String>> all = table(Match.ALL, "* -> all", "Order * -> none", "Order Paid -> paid");

        assertThat(first.explain(EventType.TRACK, "order PAID"))
                .isEqualTo(new MappingExplanation(
                        Outcome.MAPPED,
                        List.of(new MappingRow("Order Paid", List.of("paid"))),
                        List.of(new MappingRow("*", List.of("all")), new MappingRow("Order *", List.of("orders"))),
                        List.of("paid")));
        assertThat(all.explain(EventType.TRACK, "order PAID"))
                .isEqualTo(new MappingExplanation(
                        Outcome.EXCLUDED,
                        List.of(new MappingRow("Order *", List.of("none"))),
                        List.of(new MappingRow("*", List.of("all")), new MappingRow("Order Paid", List.of("paid"))),
                        List.of()));
        assertThat(table(Match.ALL, "page -> a").explain(EventType.SCREEN, null))
                .isEqualTo(new MappingExplanation(Outcome.UNMAPPED, List.of(), List.of(), List.of()));
    }

    /** White space that Java's strip leaves, and letters that a locale, or Java, takes for others. */
    @Test
    void foldsAsUnicodeDoesInEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            MappingTable<List<String>> table = table(Match.ALL, "\u00a0TITLE I\u2007 -> a", "\u0130 -> dotted");

            assertThat(table.lookup(EventType.TRACK, "\u202ftitle i\u00a0\u0085"))
                    .containsExactly("a");
            assertThat(table.lookup(EventType.TRACK, "t\u0131tle \u0131")).isEmpty();
            assertThat(table.lookup(EventType.TRACK, "i")).isEmpty();
            assertThat(table.lookup(EventType.TRACK, "I\u0307")).containsExactly("dotted");
            assertThat(table.lookup(EventType.TRACK, "T\u0130TLE I")).isEmpty();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void theRightSideIsExactButForOuterWhiteSpace() {
        assertThat(table(Match.ALL, "a -> X x X").lookup(EventType.TRACK, "A")).containsExactly("X", "x");
        assertThat(MappingTable.builder().row("a", "\u00a0x ", "x").build().streams())
                .containsExactly("x");
        assertThat(table(Match.ALL, "a -> None").lookup(EventType.TRACK, "A")).containsExactly("None");
    }

    @ParameterizedTest
    @ValueSource(strings = {"track:", " Track: ", "\u00a0"})
    void refusesALeftSideWithoutAName(String left) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MappingRow(left, List.of("a")))
                .withMessageContaining("expected an event name, a type or *");
    }

    @Test
    void refusesNoneBesideAStream() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MappingRow("Debug *", List.of("none", "a")))
                .withMessage(
                        "expected none alone in row \"Debug *\", but was [none, a]:" + " remove none, or the streams");
    }

    @Test
    void manyPatternsThatFitTogetherGiveTheStreamsOfAll() {
        List<MappingRow> rows = new ArrayList<>();
        for (char c = 'a'; c <= 'l'; c++) {
            rows.add(new MappingRow("*" + c + "*", List.of(String.valueOf(c))));
        }
        MappingTable<List<String>> table = MappingTable.of(rows, Match.ALL);

        for (int set = 0; set < 1 << rows.size(); set++) {
            StringBuilder name = new StringBuilder("-");
            for (int i = 0; i < rows.size(); i++) {
                if ((set & 1 << i) != 0) {
                    name.append((char) ('a' + i));
                }
            }
            assertThat(String.join("", table.lookup(EventType.TRACK, name.toString())))
                    .isEqualTo(name.substring(1));
        }
    }
}
