package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
    private static final JsonFactory JACKSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,",
                "[,1]",
                "[1,]",
                "[1 2]",
                "[1}",
                "{1:2}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1]",
                "{,}",
                "tru",
                "True",
                "nul",
                "nulll",
                "falsy",
                "01",
                "-",
                "-a",
                "+1",
                "1.",
                ".5",
                "1.e5",
                "1e",
                "1e+",
                "0x10",
                "NaN",
                "Infinity",
                "'a'",
                "\"",
                "\"a",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\t\"",
                "\"\n\"",
                "\"\u0000\"",
                "[1]]",
                "{}{}",
                "1 2",
                "/*c*/1",
                "//c\n1",
                "\u00a01",
                "\ufeff1"
            })
    void refusesWhatIsNotJson(String text) {
        assertThat(accepts(text.getBytes(UTF_8))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-0.0e-0",
                "1E400",
                " [ ] ",
                "{ }",
                "[[],{}]",
                "{\"a\":{\"a\":[{}]}}",
                "\"\"",
                "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
                "\"\\ud800\"",
                "\"\\uDC00\\uD800\"",
                "\"\\u0000\"",
                "\"\u007f\"",
                "\"\u2028\"",
                "{\"a\":1,\"a\":2}",
                "{\"\":0}",
                "\t\r\n true \n"
            })
    void acceptsWhatIsJson(String text) {
        assertThat(accepts(text.getBytes(UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0080",
                "\u00bf",
                "\u00c0\u0080",
                "\u00c1\u00bf",
                "\u00c2",
                "\u00c2A",
                "\u00e0\u0080\u0080",
                "\u00e0\u009f\u00bf",
                "\u00e1\u0080",
                "\u00ed\u00a0\u0080",
                "\u00ed\u00bf\u00bf",
                "\u00f0\u0080\u0080\u0080",
                "\u00f0\u008f\u00bf\u00bf",
                "\u00f1\u0080\u0080",
                "\u00f4\u0090\u0080\u0080",
                "\u00f5\u0080\u0080\u0080",
                "\u00fe",
                "\u00ff"
            })
    void refusesMalformedUtf8(String bytes) {
        assertThat(accepts(('"' + bytes + '"').getBytes(ISO_8859_1))).isFalse();
        assertThat(accepts(("{\"" + bytes + "\":0}").getBytes(ISO_8859_1))).isFalse();
    }

    @Test
    void boundsTheNesting() {
        assertThat(accepts(("[".repeat(200) + "]".repeat(200)).getBytes(UTF_8), 200))
                .isTrue();
        assertThat(accepts(("{\"a\":".repeat(200) + "0" + "}".repeat(200)).getBytes(UTF_8), 200))
                .isTrue();
        assertThatThrownBy(() -> skip("[".repeat(100_000).getBytes(UTF_8), 200))
                .hasMessage("expected at most 200 levels of objects and arrays");
    }

    @Test
    void tellsObjectsFromArraysOnEveryLevel() {
        String open = "{\"a\":[".repeat(100);
        String close = "]}".repeat(100);
        assertThat(accepts((open + close).getBytes(UTF_8), 200)).isTrue();
        for (int i = 0; i < close.length(); i++) {
            char wrong = close.charAt(i) == ']' ? '}' : ']';
            String mixed = close.substring(0, i) + wrong + close.substring(i + 1);
            assertThat(accepts((open + mixed).getBytes(UTF_8), 200))
                    .as("level %d", i)
                    .isFalse();
        }
    }

    @Test
    void refusesJsonThatEndsTooEarly() {
        String text =
                """
                { "a" : [ 0, -1.5e+3, true, {"b":null,"":"c\\u00e9\\n"} ] , "eight_by":"12345678é" }""";
        byte[] whole = text.getBytes(UTF_8);
        assertThat(accepts(whole)).isTrue();
        for (int end = 0; end < whole.length; end++) {
            byte[] part = Arrays.copyOf(whole, end);
            assertThatThrownBy(() -> skip(part, 3))
                    .as("%d bytes", end)
                    .isInstanceOfSatisfying(JsonSyntaxException.class, e -> assertThat(e.offset())
                            .isLessThanOrEqualTo(part.length));
        }
    }

    @Test
    void findsTheEndOfNumbersOfAnyLength() {
        for (int digits = 1; digits <= 40; digits++) {
            String number = "1234567890".repeat(4).substring(0, digits);
            for (String after : List.of("", ",", "]", " ", "/", ":", "\u00b1", "          ")) {
                byte[] text = (number + after).getBytes(ISO_8859_1);
                assertThat(new JsonScanner(text, 1).value(0))
                        .as("%s%s", number, after)
                        .isEqualTo(digits);
            }
            byte[] parts = ("-" + number.replace('0', '1') + "." + number + "e-" + number).getBytes(UTF_8);
            assertThat(new JsonScanner(parts, 1).value(0)).isEqualTo(parts.length);
        }
    }

    @ParameterizedTest
    @CsvSource({"-, 1", "-a, 1", "1., 2", "1.e5, 2", "1e, 2", "1e+, 3", "1e-x, 3"})
    void saysWhereADigitIsMissing(String text, int offset) {
        for (String after : List.of("", "          ")) {
            assertThatThrownBy(() -> skip((text + after).getBytes(UTF_8), 1))
                    .hasMessageStartingWith("expected a digit")
                    .isInstanceOfSatisfying(JsonSyntaxException.class, e -> assertThat(e.offset())
                            .isEqualTo(offset));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 62, 63, 64, 126, 127, 200})
    void saysWhereTheNestingIsTooDeep(int maxDepth) {
        byte[] deepest = ("[".repeat(maxDepth) + "]".repeat(maxDepth)).getBytes(UTF_8);
        assertThat(accepts(deepest, maxDepth)).isTrue();
        byte[] tooDeep = ("[".repeat(maxDepth) + "[0]" + "]".repeat(maxDepth)).getBytes(UTF_8);
        assertThatThrownBy(() -> skip(tooDeep, maxDepth))
                .hasMessage("expected at most " + maxDepth + " levels of objects and arrays")
                .isInstanceOfSatisfying(
                        JsonSyntaxException.class, e -> assertThat(e.offset()).isEqualTo(maxDepth));
    }

    @Property
    void acceptsAllJson(@ForAll("json") String text) {
        assertThat(accepts(text.getBytes(UTF_8))).isTrue();
    }

    @Property(tries = 2000)
    void agreesWithJacksonOnDamagedJson(@ForAll("damaged") byte[] text) {
        assertThat(accepts(text)).isEqualTo(jacksonAccepts(text));
    }

    @Property(tries = 1000)
    void agreesWithJacksonOnAnyBytes(@ForAll byte[] text) {
        assertThat(accepts(text)).isEqualTo(jacksonAccepts(text));
    }

    @Provide
    Arbitrary<String> json() {
        return Texts.value();
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        Arbitrary<Byte> damage = Arbitraries.oneOf(
                Arbitraries.bytes(),
                Arbitraries.of('"', '\\', ',', ':', '{', '}', '[', ']', '0', '-', '.', 'e', ' ', 'u')
                        .map(c -> (byte) (char) c));
        return Combinators.combine(
                        Texts.value(),
                        Arbitraries.doubles().between(0, 1),
                        damage,
                        Arbitraries.integers().between(0, 2))
                .as((text, where, with, how) -> damage(text.getBytes(UTF_8), where, with, how));
    }

    private static byte[] damage(byte[] text, double where, byte with, int how) {
        int at = (int) (where * (text.length - 1));
        ByteBuffer damaged = ByteBuffer.allocate(text.length + 1).put(text, 0, at);
        if (how < 2) {
            damaged.put(with); // in place of a byte, or before it; else the byte is lost
        }
        int rest = how == 1 ? at : at + 1;
        damaged.put(text, rest, text.length - rest).flip();
        byte[] bytes = new byte[damaged.remaining()];
        damaged.get(bytes);
        return bytes;
    }

    private static boolean accepts(byte[] text) {
        return accepts(text, 500);
    }

    private static boolean accepts(byte[] text, int maxDepth) {
        try {
            return skip(text, maxDepth) == text.length;
        } catch (JsonSyntaxException e) {
            assertThat(e.offset()).isBetween(0, text.length);
            return false;
        }
    }

    private static int skip(byte[] text, int maxDepth) {
        JsonScanner scanner = new JsonScanner(text, maxDepth);
        return scanner.whitespace(scanner.value(scanner.whitespace(0)));
    }

    private static boolean jacksonAccepts(byte[] text) {
        try {
            // Jackson is lenient about UTF-8, guesses UTF-16 and UTF-32 by zeros, and skips a byte order mark.
            String decoded = UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
            if (decoded.indexOf('\0') >= 0 || decoded.startsWith("\ufeff")) {
                return false;
            }
            try (JsonParser parser = JACKSON.createParser(text)) {
                if (parser.nextToken() == null) {
                    return false;
                }
                parser.skipChildren();
                parser.finishToken();
                return parser.nextToken() == null;
            }
        } catch (IOException e) {
            return false;
        }
    }
}
