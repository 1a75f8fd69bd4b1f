package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random JSON texts, with all the freedom that the grammar gives: white space, escapes, any number, lone surrogates.
 */
final class Texts {
    private Texts() {}

    static Arbitrary<String> whitespace() {
        return Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just("")), Tuple.of(1, Arbitraries.of(" ", "\n", "\r\n\t", "  ")));
    }

    static Arbitrary<String> value() {
        return value(3);
    }

    /** An object's text; names may repeat. */
    static Arbitrary<String> object(Arbitrary<String> name, int depth) {
        Arbitrary<String> member = Combinators.combine(
                        whitespace(), name, whitespace(), whitespace(), value(depth - 1), whitespace())
                .as((before, key, after, gap, value, end) -> before + key + after + ":" + gap + value + end);
        return joined(member.list().ofMaxSize(5), whitespace(), "{", "}");
    }

    static Arbitrary<String> string() {
        Arbitrary<String> part = Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(20),
                Arbitraries.strings()
                        .all()
                        .ofMaxLength(6)
                        .filter(text -> text.chars().noneMatch(c -> c < ' ' || c == '"' || c == '\\')
                                && text.equals(new String(text.getBytes(UTF_8), UTF_8))),
                Arbitraries.of(
                        "\\n",
                        "\\\"",
                        "\\\\",
                        "\\/",
                        "\\u0000",
                        "\\ud800",
                        "\\uDC00",
                        "\\ud83c\\udf89",
                        "\ud83c\udf89",
                        "é",
                        "日本"));
        return part.list().ofMaxSize(4).map(parts -> '"' + String.join("", parts) + '"');
    }

    static Arbitrary<String> number() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.bigDecimals().map(String::valueOf),
                Arbitraries.of("-0", "0.0", "1e5", "1E+400", "-1.50e-07", "9007199254740993", "1".repeat(1200)));
    }

    private static Arbitrary<String> value(int depth) {
        Arbitrary<String> scalar =
                Arbitraries.oneOf(string(), number(), Arbitraries.of("true", "false", "null", "\"\"", "{}", "[ ]"));
        if (depth <= 0) {
            return scalar;
        }
        Arbitrary<String> array =
                joined(Arbitraries.lazy(() -> value(depth - 1)).list().ofMaxSize(4), whitespace(), "[", "]");
        return Arbitraries.oneOf(scalar, array, Arbitraries.lazy(() -> object(string(), depth)));
    }

    private static Arbitrary<String> joined(
            Arbitrary<List<String>> parts, Arbitrary<String> gap, String open, String close) {
        return Combinators.combine(parts, gap)
                .as((texts, space) -> texts.stream().collect(Collectors.joining(",", open + space, close)));
    }
}
