package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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

/** Changes of an event's members: what they touch, and what they leave. */
class ChangedEventTest {

    private static final String KINESIS = "Amazon Kinesis";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String HEAD = "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"m\",";

    record Order(BigDecimal total, String plan, List<String> tags) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "properties.a   | {\"properties\":{\"a\":1,\"b\":1.10}}               | {\"properties\":{\"b\":1.10}}",
                "properties.b   | {\"properties\":{\"a\":1e400,\"b\":2}}              | {\"properties\":{\"a\":1e400}}",
                "properties.a   | {\"properties\":{ \"a\" : 1 }}                      | {\"properties\":{ }}",
                "properties.b   | {\"properties\":{\"a\":1 , \"b\":2 , \"c\":3}}      | {\"properties\":{\"a\":1  , \"c\":3}}",
                "properties.a   | {\"properties\":{\"a\":1,\"b\":2,\"a\":3}}          | {\"properties\":{\"b\":2}}",
                "properties.a   | {\"properties\":{\"a\":1,\"a\":3}}                  | {\"properties\":{}}",
                "properties.a   | {\"properties\":{\"a\":1,\"a\":2,\"z\":3}}          | {\"properties\":{\"z\":3}}",
                "properties.a   | {\"properties\":{\"\\u0061\":1,\"b\":\"\\u00e9\"}}  | {\"properties\":{\"b\":\"\\u00e9\"}}",
                "properties     | {\"properties\":{\"a\":1},\"x\":9007199254740993}   | {\"x\":9007199254740993}",
                "a.b            | {\"a\":{\"b\":1},\"a\":{\"b\":2,\"c\":{}}}          | {\"a\":{},\"a\":{\"c\":{}}}",
                "a.b.c          | {\"a\":{\"b\":{\"c\":null}}}                        | {\"a\":{\"b\":{}}}",
                "a\\.b          | {\"a\":{\"b\":1},\"a.b\":2}                         | {\"a\":{\"b\":1}}",
                "a.p            | {\"a\":[{\"p\":1,\"q\":2},3,[{\"p\":4}]]}           | {\"a\":[{\"q\":2},3,[{}]]}",
                "é.日本           | {\"é\":{\"日本\":1,\"語\":2}}                             | {\"é\":{\"語\":2}}",
                "a.B            | {\"a\":{\"b\":1}}                                   | {\"a\":{\"b\":1}}",
                "a.b.c          | {\"a\":{\"b\":\"c\"}}                               | {\"a\":{\"b\":\"c\"}}",
            })
    void removesAMemberAndNothingElse(String path, String members, String expected) {
        assertThat(json(event(members).without(path))).isEqualTo(HEAD + expected.substring(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "properties.a   | {\"properties\":{ \"a\" : 1.10 , \"b\":1.10}}       | {\"properties\":{ \"a\" : \"new\" , \"b\":1.10}}",
                "properties.c   | {\"properties\":{\"a\":1e400, \"b\":2 }}            | {\"properties\":{\"a\":1e400, \"b\":2,\"c\":\"new\" }}",
                "properties.a   | {\"properties\":{}}                                 | {\"properties\":{\"a\":\"new\"}}",
                "properties.a   | {\"properties\":{ }}                                | {\"properties\":{\"a\":\"new\" }}",
                "properties.a   | {\"properties\":null,\"x\":1}                       | {\"properties\":{\"a\":\"new\"},\"x\":1}",
                "properties.a   | {\"x\":1}                                           | {\"x\":1,\"properties\":{\"a\":\"new\"}}",
                "a.b.c          | {\"x\":9007199254740993}                            | {\"x\":9007199254740993,\"a\":{\"b\":{\"c\":\"new\"}}}",
                "a              | {\"a\":1,\"b\":2,\"a\":3,\"c\":4}                   | {\"b\":2,\"a\":\"new\",\"c\":4}",
                "a.b            | {\"a\":{\"b\":1},\"a\":{}}                          | {\"a\":{},\"a\":{\"b\":\"new\"}}",
                "a\\.b\\\\c     | {\"x\":1}                                           | {\"x\":1,\"a.b\\\\c\":\"new\"}",
                "a.p            | {\"a\":[{\"p\":1},{},[{\"q\":2}]]}                  | {\"a\":[{\"p\":\"new\"},{\"p\":\"new\"},[{\"q\":2,\"p\":\"new\"}]]}",
                "a.p            | {\"a\":[ ]}                                         | {\"a\":[ ]}",
            })
    void setsAMemberAndNothingElse(String path, String members, String expected) {
        assertThat(json(event(members).with(path, "new"))).isEqualTo(HEAD + expected.substring(1));
    }

    @Test
    void writesValuesOfAnyKind() {
        SegmentEvent event = event("{\"x\":0}");

        assertThat(json(event.with("x", null))).endsWith("\"x\":null}");
        assertThat(json(event.with("x", 9007199254740993L))).endsWith("\"x\":9007199254740993}");
        assertThat(json(event.with("x", new BigDecimal("1.10")))).endsWith("\"x\":1.10}");
        assertThat(json(event.with("x", List.of(true, Map.of("a", "é"))))).endsWith("\"x\":[true,{\"a\":\"é\"}]}");
        assertThat(json(event.with("x", Instant.parse("2026-11-30T12:00:00.266Z"))))
                .endsWith("\"x\":\"2026-11-30T12:00:00.266Z\"}");
        assertThat(json(event.with("x", List.of(Instant.EPOCH)))).endsWith("\"x\":[\"1970-01-01T00:00:00Z\"]}");
        assertThat(json(event.with("x", new Order(new BigDecimal("1.0"), null, List.of()))))
                .endsWith("\"x\":{\"total\":1.0,\"plan\":null,\"tags\":[]}}");
        assertThat(json(event.with("x", "\"\\\n\ud800"))).endsWith("\"x\":\"\\\"\\\\\\u000a\\ud800\"}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("x", new Object()))
                .withMessage("expected a value that Jackson can write as JSON, but was java.lang.Object");
    }

    @Test
    void readsAMemberWithoutLoss() {
        SegmentEvent event = event("{\"properties\":{\"plan\":\"pro\\u0021\",\"total\":1.10,\"big\":9007199254740993,"
                + "\"huge\":1e400,\"none\":null,\"a\":{\"b\":[1,true]},\"products\":[{\"sku\":\"x\"},{},{\"sku\":\"y\"}],"
                + "\"twice\":1,\"twice\":2,\"order.id\":7},\"traits\":{\"age\":3}}");

        assertThat(event.property("plan")).isEqualTo("pro!");
        assertThat(event.property("total")).isEqualTo(new BigDecimal("1.10"));
        assertThat(event.property("big")).isEqualTo(9007199254740993L);
        assertThat(event.property("huge")).isEqualTo(new BigDecimal("1e400"));
        assertThat(event.property("none")).isNull();
        assertThat(event.property("missing.too")).isNull();
        assertThat(event.property("plan.x")).isNull();
        assertThat(event.property("a")).isEqualTo(Map.of("b", List.of(1, true)));
        assertThat(event.property("products.sku")).isEqualTo(List.of("x", "y"));
        assertThat(event.property("twice")).isEqualTo(2);
        assertThat(event.property("order\\.id")).isEqualTo(7);
        assertThat(event.trait("age")).isEqualTo(3);
        assertThat(event.get("userId")).isEqualTo("u");
    }

    @Test
    void readsAndChangesNumbersOfAnyLengthAndValuesOfAnyDepth() {
        String digits = "9".repeat(3_000);
        String deep = "[".repeat(400) + "1" + "]".repeat(400);
        SegmentEvent event = event("{\"properties\":{\"n\":" + digits + ",\"d\":-0." + digits
                + ",\"e\":1E+99999999999,\"deep\":" + deep + ",\"min\":-2147483648,\"zero\":-0}}");

        assertThat(event.property("n")).isEqualTo(new BigInteger(digits));
        assertThat(event.property("d")).isEqualTo(new BigDecimal("-0." + digits));
        assertThat(event.property("e")).isEqualTo("1E+99999999999");
        assertThat(event.property("deep")).hasToString(deep);
        assertThat(event.property("min")).isEqualTo(Integer.MIN_VALUE);
        assertThat(event.property("zero")).isEqualTo(0);
        assertThat(event.withMapped("properties", value -> value)).isSameAs(event);
        for (String path : List.of("n", "d", "e", "deep")) {
            assertThat(event.withMapped("properties." + path, value -> "***").property(path))
                    .isEqualTo("***");
        }
        assertThat(event.properties(BigOrder.class).n()).isEqualTo(new BigInteger(digits));
    }

    record BigOrder(BigInteger n) {}

    @Test
    void readsPropertiesAsAnObject() {
        SegmentEvent event = event("{\"properties\":{\"total\":1.10,\"plan\":\"pro\",\"tags\":[\"a\"],\"other\":{}}}");

        assertThat(event.properties(Order.class)).isEqualTo(new Order(new BigDecimal("1.10"), "pro", List.of("a")));
        assertThat(event.traits(Order.class)).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("properties.tags", "s3cret").properties(Order.class))
                .withMessage("expected properties to fit " + Order.class.getName() + ", but properties.tags does not");
    }

    @Test
    void whatItIsFollowsItsBytes() {
        SegmentEvent event = event("{\"anonymousId\":\"anon\",\"integrations\":{\"All\":false}}");

        assertThat(event.with("event", "Renamed").event()).isEqualTo("Renamed");
        assertThat(event.with("userId", 42).partitionKey()).isEqualTo("42");
        assertThat(json(event.with("userId", 42))).contains("\"userId\":\"42\"");
        assertThat(event.without("userId").userId()).isNull();
        assertThat(event.without("userId").partitionKey()).isEqualTo("anon");
        assertThat(event.with("userId", null).partitionKey()).isEqualTo("anon");
        assertThat(event.with("messageId", "m2").messageId()).isEqualTo("m2");
        assertThat(event.without("messageId").messageId()).isEqualTo("m");
        assertThat(event.with("type", "page").type()).isEqualTo(EventType.PAGE);
        assertThat(event.with("timestamp", "2020-01-02T03:04:05.000Z").timestamp())
                .isEqualTo(Instant.parse("2020-01-02T03:04:05Z"));
        assertThat(event.with("groupId", "g").groupId()).isEqualTo("g");
        assertThat(event.with("properties.userId", "other").userId()).isEqualTo("u");
        assertThat(event.isEnabledFor("Amazon Kinesis")).isFalse();
        assertThat(event.with("properties.x", 1).isEnabledFor("Amazon Kinesis")).isFalse();
        assertThat(event.with("integrations.All", true).isEnabledFor("Amazon Kinesis"))
                .isTrue();
        assertThat(event.without("integrations").isEnabledFor("Amazon Kinesis")).isTrue();
        assertThat(event.without("integrations").with("integrations.All", false).isEnabledFor("Amazon Kinesis"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"All\":false}                                | integrations.All            | REFUSED",
                "{\"All\":false,\"x\":1}                      | integrations.x              | REFUSED",
                "{\"a-l-l\":false}                              | integrations.a-l-l          | REFUSED",
                "{\"Amazon Kinesis\":false}                     | integrations.Amazon Kinesis | REFUSED",
                "{\"All\":true,\"Amazon Kinesis\":false}      | integrations.Amazon Kinesis | REFUSED",
                "{\"All\":true,\"Amazon Kinesis\":false}      | integrations                | REFUSED",
                "{\"All\":false,\"Amazon Kinesis\":true}      | integrations.All            | GIVEN",
                "{\"All\":false,\"Amazon Kinesis\":{}}        | integrations.x              | GIVEN",
                "{\"All\":false,\"Amazon Kinesis\":1}         | integrations.All            | GIVEN",
                "{\"All\":false,\"Amazon Kinesis\":\"x\"}   | integrations.Amazon Kinesis | REFUSED",
                "{\"All\":true}                                 | integrations.All            | GIVEN",
                "{\"All\":\"x\"}                              | integrations.All            | GIVEN",
            })
    void noRemovalLiftsARefusal(String integrations, String path, Consent expected) {
        SegmentEvent event = event("{\"integrations\":" + integrations + "}");

        SegmentEvent removed = event.without(path);

        assertThat(removed.consent(KINESIS)).isEqualTo(expected);
        assertThat(removed.with("properties.x", 1).without("integrations.y").consent(KINESIS))
                .isEqualTo(expected);
        assertThat(bare(json(removed)).madeOf(event).consent(KINESIS)).isEqualTo(expected);
        assertThat(bare(json(removed)).madeOf(removed).consent(KINESIS)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"All\":false}", "{\"Amazon Kinesis\":false}", "{\"All\":true,\"Amazon Kinesis\":false}"})
    void aRefusalIsLiftedByTrueAloneOrByOptions(String integrations) {
        SegmentEvent event = event("{\"integrations\":" + integrations + "}");

        assertThat(event.withOnly("integrations", List.of("x")).consent(KINESIS))
                .isEqualTo(Consent.REFUSED);
        for (String path : List.of("integrations", "integrations.All", "integrations.Amazon Kinesis")) {
            for (Object other : Arrays.asList("true", 1, null)) {
                assertThat(event.withMapped(path, value -> other).consent(KINESIS))
                        .isEqualTo(Consent.REFUSED);
            }
        }
        assertThat(event.without("integrations").with("integrations.x", true).consent(KINESIS))
                .isEqualTo(Consent.REFUSED);
        assertThat(event.with("integrations.Amazon Kinesis", true).consent(KINESIS))
                .isEqualTo(Consent.GIVEN);
        assertThat(event.with("integrations", Map.of(KINESIS, Map.of("a", 1))).consent(KINESIS))
                .isEqualTo(Consent.GIVEN);
        assertThat(event.without("integrations").with("integrations.All", true).consent(KINESIS))
                .isEqualTo(integrations.contains(KINESIS) ? Consent.REFUSED : Consent.GIVEN);
    }

    @Test
    void theLastStepThatDecidesCounts() {
        String name = "integrations.Amazon Kinesis";
        SegmentEvent allowed = event("{\"integrations\":{\"Amazon Kinesis\":true}}");
        SegmentEvent refused = event("{\"integrations\":{\"Amazon Kinesis\":false}}");

        assertThat(allowed.with(name, false).without(name).consent(KINESIS)).isEqualTo(Consent.REFUSED);
        assertThat(refused.with(name, true).without(name).consent(KINESIS)).isEqualTo(Consent.GIVEN);
        assertThat(refused.with(name, true).with(name, false).without(name).consent(KINESIS))
                .isEqualTo(Consent.REFUSED);
        assertThat(allowed.with(name, false)
                        .with(name, true)
                        .without("integrations")
                        .consent(KINESIS))
                .isEqualTo(Consent.GIVEN);
        assertThat(refused.with(name, true).without(name).madeOf(refused).consent(KINESIS))
                .isEqualTo(Consent.GIVEN);
        assertThat(bare(json(allowed.with(name, false).without(name)))
                        .madeOf(allowed.with(name, false))
                        .madeOf(allowed)
                        .consent(KINESIS))
                .isEqualTo(Consent.REFUSED);
    }

    @Test
    void anEventKnowsEachStepThatChangedItsIntegrationsOnce() {
        SegmentEvent event = event("{\"integrations\":{\"All\":false}}");

        for (int i = 0; i < 500; i++) {
            event = event.with("integrations.x" + i, true);
        }

        assertThat(event.without("integrations").consent(KINESIS)).isEqualTo(Consent.REFUSED);
    }

    @Test
    void whatSaysWhereAnEventMayGoIsTrueFalseOrAnObject() {
        SegmentEvent event = event("{\"x\":1}");

        assertThat(json(event.with("integrations.All", "false"))).endsWith("\"integrations\":{\"All\":false}}");
        assertThat(json(event.with("integrations.All", "True"))).endsWith("\"integrations\":{\"All\":true}}");
        assertThat(json(event.with("integrations", Map.of("a.b", "FALSE")))).endsWith("{\"a.b\":false}}");
        assertThat(json(event.with("integrations", JSON.createObjectNode().put("All", "false"))))
                .endsWith("{\"All\":false}}");
        assertThat(json(event.with("integrations.x.y", "false"))).endsWith("{\"x\":{\"y\":\"false\"}}}");
        for (Object wrong : Arrays.asList("no", "", 0, null, JSON.nullNode())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> event.with("integrations.a\\.b", wrong))
                    .withMessageStartingWith("expected true, false or an object of options but was ")
                    .withMessageEndingWith(" at $.integrations.a\\.b");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("integrations", Collections.singletonMap("a.b", "s3cret")))
                .withMessage("expected true, false or an object of options but was string at $.integrations.a\\.b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("integrations", "s3cret"))
                .withMessage("expected object but was string at $.integrations");
    }

    @Test
    void anEventOfAWebhookStaysOne() throws Exception {
        SegmentEvent event =
                Requests.normalize(Requests.any(HEAD + "\"integrations\":{\"All\":false}}"), NormalizeOptions.WEBHOOK);

        SegmentEvent changed = event.with("userId", "u2").with("properties.x", 1);

        assertThat(changed.isFromWebhook()).isTrue();
        assertThat(changed.isEnabledFor("Amazon Kinesis")).isTrue();
    }

    @Test
    void refusesWhatLeavesNoEvent() {
        SegmentEvent event = event("{\"properties\":{\"plan\":\"s3cret\"}}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.without("userId"))
                .withMessage("the change leaves no valid event: expected userId or anonymousId but was neither at $");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("event", 1))
                .withMessage("the change leaves no valid event: expected string but was number at $.event");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("properties", "s3cret"))
                .withMessage("the change leaves no valid event: expected object but was string at $.properties");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("timestamp", "soon"))
                .withMessage("the change leaves no valid event: expected a time at $.timestamp, such as"
                        + " 2026-11-30T12:00:00.000Z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.with("properties.plan.name", 1))
                .withMessage("expected object but was string at $.properties.plan");
    }

    @Test
    void aChangeOfNothingIsTheSameEvent() {
        SegmentEvent event = event("{\"properties\":{\"plan\":\"pro\"}}");

        assertThat(event.without("properties.x").without("traits")).isSameAs(event);
        assertThat(event.withOnly("properties", List.of("plan"))).isSameAs(event);
        assertThat(event.withMapped("properties.plan", value -> value)).isSameAs(event);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a        | {\"a\":1.10,\"b\":2, \"c\":3}                        | {\"a\":1.10}",
                "c        | {\"a\":1,\"b\":2, \"c\":3 }                          | { \"c\":3 }",
                "a,c      | {\"a\":1,\"b\":2,\"c\":3}                            | {\"a\":1,\"c\":3}",
                "z        | {\"a\":1,\"b\":2}                                    | {}",
                "a.x      | {\"a\":{\"x\":1,\"y\":2},\"b\":{\"x\":1}}            | {\"a\":{\"x\":1}}",
                "a.x      | {\"a\":\"s3cret\",\"b\":1}                           | {}",
                "a.x      | {\"a\":[{\"x\":1,\"y\":2},\"s3cret\"]}               | {\"a\":[{\"x\":1},null]}",
                "a.x,a    | {\"a\":{\"x\":1,\"y\":2}}                            | {\"a\":{\"x\":1,\"y\":2}}",
                "a,a.x    | {\"a\":{\"x\":1,\"y\":2}}                            | {\"a\":{\"x\":1,\"y\":2}}",
            })
    void keepsNothingButTheNamed(String kept, String properties, String expected) {
        SegmentEvent event = event("{\"properties\":" + properties + ",\"x\":{\"b\":1}}");

        SegmentEvent changed = event.withOnly("properties", List.of(kept.split(",")));

        assertThat(json(changed)).isEqualTo(HEAD + "\"properties\":" + expected + ",\"x\":{\"b\":1}}");
    }

    @Test
    void mapsEachPlaceOfAMember() {
        SegmentEvent event = event("{\"a\":[{\"p\":\"x\",\"q\":1.10},{\"p\":\"y\",\"p\":\"z\"}]}");

        SegmentEvent changed = event.withMapped("a.p", value -> value + "!");

        assertThat(json(changed))
                .endsWith("{\"a\":[{\"p\":\"x!\",\"q\":1.10},{\"p\":\"y!\",\"p\":\"z!\"}]}".substring(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a\\b", "a\\"})
    void refusesWhatIsNoPath(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventPath.of(path))
                .withMessageContaining("expected names with dots between them, such as traits.address.city")
                .withMessageEndingWith("but was \"" + path + "\"");
    }

    @Property(tries = 500)
    void pathsReadBack(@ForAll List<String> names) {
        List<String> some = names.stream().filter(name -> !name.isEmpty()).toList();
        EventPath path = some.stream().reduce(EventPath.of("x"), EventPath::child, (a, b) -> a);

        assertThat(EventPath.of(path.toString())).isEqualTo(path);
    }

    @Property(tries = 500)
    void aChangeLeavesEveryOtherByte(
            @ForAll("objects") String before, @ForAll("objects") String after, @ForAll("parents") List<String> parents)
            throws Exception {
        // The member "target" with all kinds of neighbours, at the end of a path of one to three names.
        String left = before.substring(0, before.length() - 1) + comma(before);
        String right = (after.substring(1).isBlank()
                                || after.substring(1, after.length() - 1).isBlank()
                        ? ""
                        : ",")
                + after.substring(1);
        String open = "";
        String close = "";
        for (String parent : parents) {
            open += "{\"n1\": 1.10,\"" + parent + "\" :";
            close = " ,\"n2\":1e400}" + close;
        }
        String start = HEAD + "\"z\":9007199254740993, \"top\":" + open + left;
        String end = right + close + "}";
        EventPath place = EventPath.of("top");
        for (String parent : parents) {
            place = place.child(parent);
        }
        String path = place.child("target").toString();
        SegmentEvent event = bare(start + "\"target\"\t: \"old\"" + end);

        assertThat(json(event.with(path, "new"))).isEqualTo(start + "\"target\"\t: \"new\"" + end);
        assertThat(json(event.withMapped(path, value -> value + "er")))
                .isEqualTo(start + "\"target\"\t: \"older\"" + end);
        assertThat(event.get(path)).isEqualTo("old");
        String removed = json(event.without(path));
        // One comma went with the member, and white space beside it.
        assertThat(removed.replaceAll("[ \t\r\n,]", "")).isEqualTo((start + end).replaceAll("[ \t\r\n,]", ""));
        assertThat(removed).startsWith((HEAD + "\"z\":9007199254740993, \"top\":" + open));
        assertThat(removed).endsWith(after.substring(1).strip() + close + "}");
        new EventParser(EventLimits.DEFAULT).parseEvent(removed.getBytes(UTF_8), null);
        assertThat(bare(removed).get(path)).isNull();
        SegmentEvent again = bare(removed).with(path, "new");
        assertThat(again.get(path)).isEqualTo("new");
        assertThat(json(again.without(path))).isEqualTo(removed);
    }

    private static String comma(String object) {
        return object.substring(1, object.length() - 1).isBlank() ? "" : ",";
    }

    @Provide
    Arbitrary<String> objects() {
        return Texts.object(Texts.string(), 2);
    }

    @Provide
    Arbitrary<List<String>> parents() {
        return Combinators.combine(Arbitraries.integers().between(0, 2), Arbitraries.of("p", "with space", "日本", "a.b"))
                .as((count, name) -> Collections.nCopies(count, name));
    }

    private static SegmentEvent event(String members) {
        return bare(HEAD + members.substring(1));
    }

    /** An event of exactly this text. */
    private static SegmentEvent bare(String json) {
        return new SegmentEvent(
                EventType.TRACK, "e", "u", null, null, "m", Instant.EPOCH, Instant.EPOCH, json.getBytes(UTF_8));
    }

    private static String json(SegmentEvent event) {
        return Requests.json(event);
    }
}
