package io.camelsegment.routes;

import static io.camelsegment.routes.Transforms.allowEvents;
import static io.camelsegment.routes.Transforms.blockEvents;
import static io.camelsegment.routes.Transforms.change;
import static io.camelsegment.routes.Transforms.drop;
import static io.camelsegment.routes.Transforms.dropProperties;
import static io.camelsegment.routes.Transforms.hash;
import static io.camelsegment.routes.Transforms.keep;
import static io.camelsegment.routes.Transforms.keepProperties;
import static io.camelsegment.routes.Transforms.mask;
import static io.camelsegment.routes.Transforms.maskTraits;
import static io.camelsegment.routes.Transforms.rename;
import static io.camelsegment.routes.Transforms.sample;
import static io.camelsegment.routes.Transforms.set;
import static io.camelsegment.routes.Transforms.setProperty;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.SegmentConverter;
import io.camelsegment.TransformException;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.Observation;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each step in a route, with the event of an Exchange and with those of a batch. */
class TransformsTest {

    private static final String START = "{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u1\","
            + "\"messageId\":\"m1\",\"integrations\":{\"All\":false,\"Amazon Kinesis\":true},";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Object> passed = new ArrayList<>();

    @AfterEach
    void stop() {
        camel.stop();
    }

    private record Case(Supplier<Processor> step, String before, String after) {}

    private static Stream<Case> changes() {
        return Stream.of(
                new Case(
                        () -> dropProperties("password", "card.number"),
                        "\"properties\":{\"password\":\"x\",\"total\":1.10,\"card\":{\"number\":1,\"type\":\"v\"}}}",
                        "\"properties\":{\"total\":1.10,\"card\":{\"type\":\"v\"}}}"),
                new Case(
                        () -> drop("context.ip", "properties"),
                        "\"context\":{\"ip\":\"1.2.3.4\",\"n\":9007199254740993},\"properties\":{}}",
                        "\"context\":{\"n\":9007199254740993}}"),
                new Case(
                        () -> keepProperties("total", "card.type"),
                        "\"properties\":{\"password\":\"x\",\"total\":1e400,\"card\":{\"number\":1,\"type\":\"v\"}}}",
                        "\"properties\":{\"total\":1e400,\"card\":{\"type\":\"v\"}}}"),
                new Case(
                        () -> keep("properties.total", "traits.plan"),
                        "\"properties\":{\"password\":\"x\",\"total\":1},\"traits\":{\"plan\":1,\"email\":\"e\"},\"x\":1}",
                        "\"properties\":{\"total\":1},\"traits\":{\"plan\":1},\"x\":1}"),
                new Case(
                        () -> maskTraits("email"),
                        "\"context\":{\"traits\":{\"email\":\"e\",\"a\":1}},\"traits\":{\"email\":{\"a\":1},\"b\":1.0}}",
                        "\"context\":{\"traits\":{\"email\":\"***\",\"a\":1}},\"traits\":{\"email\":\"***\",\"b\":1.0}}"),
                new Case(
                        () -> mask("properties.items.name"),
                        "\"properties\":{\"items\":[{\"name\":\"a\"},{\"name\":null}]}}",
                        "\"properties\":{\"items\":[{\"name\":\"***\"},{\"name\":null}]}}"),
                new Case(
                        () -> hash("traits.email"),
                        "\"traits\":{\"email\":\" Jane@Example.COM \",\"a\":1.10}}",
                        "\"traits\":{\"email\":\"8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d\","
                                + "\"a\":1.10}}"),
                new Case(
                        () -> setProperty("plan.name", "pro"),
                        "\"properties\":{\"total\":1.10}}",
                        "\"properties\":{\"total\":1.10,\"plan\":{\"name\":\"pro\"}}}"),
                new Case(
                        () -> setProperty("user", SegmentEvent::userId),
                        "\"a\":1}",
                        "\"a\":1,\"properties\":{\"user\":\"u1\"}}"),
                new Case(
                        () -> set("context.app", Map.of("v", 1)),
                        "\"a\":1}",
                        "\"a\":1,\"context\":{\"app\":{\"v\":1}}}"),
                new Case(
                        () -> mask("integrations", "integrations.All", "integrations.x.a"),
                        "\"properties\":{},\"integrations\":{\"All\":false,\"Amazon Kinesis\":true,\"x\":{\"a\":1,\"b\":1.10}}}",
                        "\"properties\":{},\"integrations\":{\"All\":false,\"Amazon Kinesis\":true,\"x\":\"***\"}}"),
                new Case(
                        () -> mask("integrations.x.b", "integrations.All"),
                        "\"integrations\":{\"All\" : false,\"Amazon Kinesis\":true,\"x\":{\"a\":1.10,\"b\":true}}}",
                        "\"integrations\":{\"All\" : false,\"Amazon Kinesis\":true,\"x\":{\"a\":1.10,\"b\":\"***\"}}}"),
                new Case(
                        () -> hash("integrations.x", "integrations.All").salt("k"),
                        "\"integrations\":{\"All\":false,\"Amazon Kinesis\":true,\"x\":[\"x\",null]}}",
                        "\"integrations\":{\"All\":false,\"Amazon Kinesis\":true,\"x\":[\"c38edc8815c8489f64738978f44008f8596345545f0baa68ef6fcf5c53e57189\",null]}}"),
                new Case(() -> change("mine", event -> event.without("a")), "\"a\":1,\"b\":1.10}", "\"b\":1.10}"),
                new Case(() -> drop("nothing"), "\"a\": 1.10 }", "\"a\": 1.10 }"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void changesTheEventOfAnExchangeAndThoseOfABatch(Case one) throws Exception {
        start(one.step.get());
        SegmentEvent event = event(START + one.before);

        Exchange single = send(event);
        Exchange batch = send(new SegmentBatch(List.of(event, event)));

        assertThat(single.getException()).isNull();
        assertThat(batch.getException()).isNull();
        assertThat(text(passed.get(0))).isEqualTo(START + one.after);
        assertThat(events(passed.get(1)))
                .extracting(TransformsTest::text)
                .containsExactly(START + one.after, START + one.after);
        assertThat(events(passed.get(1))).allMatch(changed -> changed.isEnabledFor("Amazon Kinesis"));
        assertThat(events(passed.get(1))).noneMatch(changed -> changed.isEnabledFor("Amazon Kinesis Firehose"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{a.salt}}", "p{{b.salt}}r", "{{none:pepper}}", "pepper"})
    void aSaltMayHavePlaceholders(String salt) throws Exception {
        camel.getPropertiesComponent().addInitialProperty("a.salt", "pepper");
        camel.getPropertiesComponent().addInitialProperty("b.salt", "eppe");
        SegmentEvent event = SegmentConverter.toEvent(
                "{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"m\",\"traits\":{\"e\":\"x\"}}".getBytes(UTF_8),
                null);

        assertThat(changed(hash("traits.e").salt(salt), event))
                .isEqualTo(changed(hash("traits.e").salt("pepper"), event));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{a.salt:}}", "{{a.salt:}}{{b.salt:}}", "{{a.salt}}"})
    void aSaltThatIsEmptyOrUnknownStopsTheStart(String salt) {
        EventTransform step = hash("traits.e").salt(salt);
        EventTransform several = Transforms.all("all", List.of(hash("traits.e").salt(salt)));

        for (EventTransform one : List.of(step, several)) {
            one.setCamelContext(camel);
            assertThatThrownBy(one::start).isInstanceOf(Exception.class);
        }
    }

    private Object changed(EventTransform step, SegmentEvent event) throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(event);
        step.process(exchange);
        return exchange.getMessage().getBody(SegmentEvent.class).trait("e");
    }

    @Test
    void renamesEventsAndTheirHeader() throws Exception {
        start(rename("Order Completed").to("Order Placed"));

        Exchange renamed = send(event(START + "\"name\":\"n\"}"));
        send(event("{\"type\":\"page\",\"name\":\"Order Completed\",\"userId\":\"u\"}"));
        send(event("{\"type\":\"identify\",\"userId\":\"u\",\"event\":\"Order Completed\"}"));

        assertThat(renamed.getMessage().getHeader(SegmentConstants.EVENT)).isEqualTo("Order Placed");
        assertThat(text(passed.get(0))).contains("\"event\":\"Order Placed\"").endsWith("\"name\":\"n\"}");
        assertThat(((SegmentEvent) passed.get(1)).event()).isEqualTo("Order Placed");
        assertThat(text(passed.get(2))).contains("\"event\":\"Order Completed\"");
    }

    @Test
    void headersOfTheSourceFollowAndOthersStay() throws Exception {
        start(set("userId", "u2"));
        Exchange exchange = exchange(event(START + "\"a\":1}"));
        exchange.getMessage().setHeader(SegmentConstants.EVENT, "mine");

        camel.createProducerTemplate().send("direct:in", exchange);

        assertThat(exchange.getMessage().getHeader(SegmentConstants.USER_ID)).isEqualTo("u2");
        assertThat(exchange.getMessage().getHeader(SegmentConstants.PARTITION_KEY))
                .isEqualTo("u2");
        assertThat(exchange.getMessage().getHeader(SegmentConstants.EVENT)).isEqualTo("mine");
    }

    @ParameterizedTest
    @CsvSource({
        // Google's example values, hashed by sha256sum.
        "traits.phone, +1 (800) 555-0100, +18005550100",
        "traits.phone, 0044 20 7946 0958, +442079460958",
        "traits.phone, +49 (0)30 901820, +4930901820",
        "traits.phone_number, +49-30-901820, +4930901820",
        "traits.phone, (+49) 30 901820, +4930901820",
        "traits.phone, +33\u00a06\u202f12\u201134\u00a056 78, +33612345678",
        "traits.workPhone, 030 901820, 030 901820",
        "traits.phone, Ask Jane , ask jane",
        "traits.microphones, +1 800, +1 800",
        "userId, U1 , u1",
        "traits.email, '\u00a0Jane@Example.COM\u202f\t', jane@example.com",
        "properties.n, 007, 007"
    })
    void hashesWhatAdPlatformsMatch(String path, String value, String hashed) throws Exception {
        start(hash(path));

        send(event(START + "\"a\":1}").with(path, value));

        assertThat(((SegmentEvent) passed.get(0)).get(path)).isEqualTo(sha256(hashed));
    }

    @ParameterizedTest
    @CsvSource({
        "49, 030 901820, +4930901820",
        "49, +1 800 555 0100, +18005550100",
        "1, (800) 555-0100, +18005550100",
        "1, 1-800-555-0100, +18005550100",
        "39, 06 6982 1234, +390669821234",
        "225, 07 07 12 34 56, +2250707123456"
    })
    void completesTelephoneNumbersOfACountry(String countryCode, String phone, String hashed) throws Exception {
        start(hash("traits.phone").countryCode(countryCode));

        send(event(START + "\"a\":1}").with("traits.phone", phone));

        assertThat(((SegmentEvent) passed.get(0)).trait("phone")).isEqualTo(sha256(hashed));
    }

    @Test
    void hashesWithASaltArePseudonyms() throws Exception {
        start(hash("traits.email").salt("key"));

        send(event(START + "\"traits\":{\"email\":\"The quick brown fox jumps over the lazy dog\"}}"));

        // HMAC-SHA-256 of the text in lower case, by openssl dgst -sha256 -hmac key.
        assertThat(((SegmentEvent) passed.get(0)).trait("email"))
                .isEqualTo("7486bd70e6574a2755b8ea4daeb283de65da7e6b055453807d1572d72599cfef");
        assertThat(hash("traits.email").salt("s3cret")).hasToString("hash");
    }

    @Test
    void leavesEmptyValuesAndHashesEachOfMany() throws Exception {
        start(hash("traits.emails"));

        send(event(START + "\"traits\":{\"emails\":[\"a\",\"\",null,{\"x\":\"b\"}]}}"));

        assertThat(((SegmentEvent) passed.get(0)).trait("emails").toString())
                .isEqualTo("[" + sha256("a") + ", , null, {x=" + sha256("b") + "}]");
    }

    @Test
    void samplesTheSameUsersAlways() throws Exception {
        // The expected numbers are those that Python's hashlib gives.
        Set<String> tenth = usersOf(sample(0.1));
        passed.clear();
        Set<String> half = usersOf(sample(0.5).by("userId"));

        assertThat(tenth).hasSize(98).contains("u3", "u10", "u52");
        assertThat(half).hasSize(506).containsAll(tenth);
        assertThat(usersOf(sample(0))).isEmpty();
        assertThat(usersOf(sample(1).by(SegmentEvent::userId))).hasSize(1000);
    }

    private int routes;

    private Set<String> usersOf(Processor step) throws Exception {
        String id = "r" + ++routes;
        passed.clear();
        add(id, step);
        List<SegmentEvent> events = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            events.add(event("{\"type\":\"page\",\"userId\":\"u" + i + "\"}"));
        }
        camel.createProducerTemplate().send("direct:" + id, exchange(new SegmentBatch(events)));
        Set<String> users = new HashSet<>();
        passed.forEach(body -> events(body).forEach(event -> users.add(event.userId())));
        return users;
    }

    @Test
    void letsOnlySomeEventsThrough() throws Exception {
        start(allowEvents("order *", "page"));

        assertThat(names(everything())).containsExactly("Order Completed", "ORDER x ", "Home");
    }

    @Test
    void blocksSomeEvents() throws Exception {
        start(blockEvents("Order *", "identify", "a.c"));

        assertThat(names(everything())).containsExactly("Debug", "abc", "Home");
    }

    @Test
    void namesAreThoseOfAMapping() throws Exception {
        start(allowEvents("Caf\u00e9 *", "track:page", "a\\*"));

        assertThat(names(new SegmentBatch(List.of(
                        event("{\"type\":\"track\",\"event\":\"CAFE\u0301 1\",\"userId\":\"u\"}"),
                        event("{\"type\":\"track\",\"event\":\"Page\",\"userId\":\"u\"}"),
                        event("{\"type\":\"page\",\"name\":\"Home\",\"userId\":\"u\"}"),
                        event("{\"type\":\"track\",\"event\":\"a*\",\"userId\":\"u\"}"),
                        event("{\"type\":\"track\",\"event\":\"ab\",\"userId\":\"u\"}")))))
                .containsExactly("CAFE\u0301 1", "Page", "a*");
    }

    @Test
    void aLongNameIsComparedWithSeveralStarsInNoTime() throws Exception {
        EventNames names = new EventNames("*a*a*a*a*b");
        SegmentEvent event = event("{\"type\":\"track\",\"event\":\"" + "a".repeat(30_000) + "\",\"userId\":\"u\"}");

        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(names.test(event)).isFalse());
    }

    private SegmentBatch everything() throws Exception {
        return new SegmentBatch(List.of(
                event("{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u\"}"),
                event("{\"type\":\"track\",\"event\":\"ORDER x \",\"userId\":\"u\"}"),
                event("{\"type\":\"track\",\"event\":\"Debug\",\"userId\":\"u\"}"),
                event("{\"type\":\"track\",\"event\":\"abc\",\"userId\":\"u\"}"),
                event("{\"type\":\"page\",\"name\":\"Home\",\"userId\":\"u\"}"),
                event("{\"type\":\"identify\",\"userId\":\"u\"}")));
    }

    private List<String> names(SegmentBatch batch) throws Exception {
        send(batch);
        return events(passed.get(0)).stream().map(SegmentEvent::event).toList();
    }

    @Test
    void anExchangeWithoutEventsEnds() throws Exception {
        start(blockEvents("*"));

        Exchange single = send(event(START + "\"a\":1}"));
        Exchange batch = send(everything());

        assertThat(single.getException()).isNull();
        assertThat(batch.getException()).isNull();
        assertThat(passed).isEmpty();
        assertThat(meters.counter(
                                "segment.transform.events", "route", "in", "step", "blockEvents", "outcome", "left_out")
                        .count())
                .isEqualTo(7);
    }

    @Test
    void anEventThatIsLeftOutIsShownOnceToWhoLooks() throws Exception {
        start(blockEvents("Debug"));
        List<String> shown = new ArrayList<>();
        Observation observation = SharedBeans.observation(camel);
        observation.observe(new EventObserver() {
            @Override
            public void leftOut(String step, SegmentEvent event) {
                shown.add(step + " " + event.event());
            }
        });
        SegmentBatch batch = everything();
        send(everything());
        observation.watch(true);

        send(event("{\"type\":\"track\",\"event\":\"Debug\",\"userId\":\"u\"}"));
        send(batch);
        send(batch); // as after the failure of a later step

        assertThat(shown).containsExactly("blockEvents Debug", "blockEvents Debug");
    }

    @Test
    void anEventThatIsLeftOutBesideOneThatFailsIsCountedOnce() throws Exception {
        start(change("mine", event -> {
            if (event.event() == null) {
                throw new IllegalStateException();
            }
            return event.event().equals("Debug") ? null : event;
        }));
        SegmentBatch batch = everything();

        Exchange exchange = send(batch);
        send(batch.minus(BatchFailure.undelivered(exchange)));

        assertThat(meters.counter("segment.transform.events", "route", "in", "step", "mine", "outcome", "left_out")
                        .count())
                .isOne();
    }

    @Test
    void anEventThatIsLeftOutIsCountedOnceWhenItsBatchComesAgain() throws Exception {
        start(blockEvents("Debug"));
        SegmentBatch batch = everything();

        send(batch);
        send(batch); // as after the failure of a later step
        send(everything());

        assertThat(meters.counter(
                                "segment.transform.events", "route", "in", "step", "blockEvents", "outcome", "left_out")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aBatchThatIsChangedAtItsSecondAttemptHasNotFailed() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        start(change("mine", event -> {
            if (calls.getAndIncrement() == 0) {
                throw new UncheckedIOException(new IOException("down for a moment"));
            }
            return event;
        }));
        SegmentBatch batch = everything();

        Exchange exchange = send(batch);
        assertThat(EventTransform.hasFailed(exchange)).isTrue();
        exchange.setException(null);
        exchange.getMessage().setBody(batch);
        camel.createProducerTemplate().send("direct:in", exchange);

        assertThat(exchange.getException()).isNull();
        assertThat(EventTransform.hasFailed(exchange)).isFalse();
    }

    @Test
    void anEventThatCannotBeChangedFailsAlone() throws Exception {
        start(setProperty("plan.name", "pro"));
        SegmentBatch batch = new SegmentBatch(List.of(
                event(START + "\"a\":1}"),
                event(START + "\"properties\":{\"plan\":\"s3cret\"}}"),
                event(START + "\"a\":2}"),
                event(START + "\"properties\":{\"plan\":[1]}}")));

        Exchange exchange = send(batch);

        assertThat(exchange.getException())
                .isInstanceOf(TransformException.class)
                .hasMessage("setProperty: expected object but was string at $.properties.plan");
        assertThat(((TransformException) exchange.getException()).message(3))
                .isEqualTo("setProperty: expected object but was number at $.properties.plan");
        assertThat(BatchFailure.undelivered(exchange)).containsExactly(batch.get(1), batch.get(3));
        assertThat(passed).isEmpty(); // the source routes the others again
        assertThat(meters.counter("segment.transform.events", "route", "in", "step", "setProperty", "outcome", "failed")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void failuresOfOthersTellTheirClassAloneAndThoseOfIoMayPass() throws Exception {
        start(change("mine", event -> {
            switch (event.event()) {
                case "io" -> throw new IOException("s3cret");
                case "null" -> throw new NullPointerException("s3cret");
                default -> throw new IllegalArgumentException("s3cret");
            }
        }));
        SegmentEvent event = event(START + "\"a\":1}");

        assertThat(send(event).getException()).hasMessage("mine: it threw java.lang.IllegalArgumentException");
        assertThat(send(event.with("event", "null")).getException())
                .hasMessage("mine: it threw java.lang.NullPointerException")
                .hasNoCause();
        assertThat(send(event.with("event", "io")).getException()).isInstanceOf(IOException.class);

        SegmentBatch mixed = new SegmentBatch(List.of(event.with("event", "io"), event));
        Exchange first = send(mixed);
        Exchange second = send(mixed.minus(BatchFailure.undelivered(first)));
        assertThat(BatchFailure.undelivered(first)).containsExactly(mixed.get(1));
        assertThat(first.getException()).isInstanceOf(TransformException.class);
        assertThat(BatchFailure.undelivered(second)).containsExactly(mixed.get(0));
        assertThat(second.getException()).isInstanceOf(IOException.class);
    }

    @Test
    void readsABodyThatAnotherStepHasMade() throws Exception {
        start(drop("a"));

        send(Map.of("type", "page", "userId", "u", "a", 1));
        Exchange none = send("{\"type\":\"page\"}");

        assertThat(text(passed.get(0))).doesNotContain("\"a\"").contains("\"userId\":\"u\"");
        assertThat(none.getException())
                .isInstanceOf(TransformException.class)
                .hasMessage("drop needs a SegmentEvent, or JSON that is one, but expected userId or anonymousId but was"
                        + " neither at $");
    }

    @Test
    void refusesAtOnceWhatCannotWork() {
        for (Supplier<?> wrong : List.<Supplier<?>>of(
                () -> drop(),
                () -> drop("a..b"),
                () -> dropProperties(""),
                () -> keep("properties"),
                () -> hash(),
                () -> hash("a").salt(""),
                () -> hash("a").salt(null),
                () -> {
                    new Hash().setSalt(null);
                    return null;
                },
                () -> hash("a").countryCode(null),
                () -> hash((String) null),
                () -> rename("a").to(null),
                () -> rename(null),
                () -> hash("a").countryCode("+1"),
                () -> sample(1.1),
                () -> sample(Double.NaN),
                () -> sample(0.1).by(""),
                () -> rename("a").to(""),
                () -> allowEvents(),
                () -> blockEvents(" "),
                () -> setProperty("", 1),
                () -> set("integrations.All", "no"),
                () -> set("integrations.All", 0),
                () -> set("integrations.Amazon Kinesis", null),
                () -> set("integrations", Map.of("All", "off")),
                () -> set("integrations", "none"))) {
            assertThatIllegalArgumentException().isThrownBy(wrong::get).withMessageStartingWith("expected ");
        }
    }

    @Test
    void refusesPathsThatFitNoEvent() {
        for (Supplier<?> wrong : List.<Supplier<?>>of(
                () -> drop("$.properties.password"),
                () -> drop("$"),
                () -> drop("traits.email", "Properties.password"),
                () -> drop("properties.products[0].price"),
                () -> drop("properties.products[].price"),
                () -> drop("properties.products[*]"),
                () -> drop("properties['password']"),
                () -> drop("properties.password, traits.email"),
                () -> mask("TRAITS.email"),
                () -> keep("$.properties.plan"),
                () -> hash("$.traits.email"),
                () -> hash("Context.traits.email"),
                () -> set("$.properties.plan", "pro"),
                () -> sample(0.1).by("Properties.plan"),
                () -> dropProperties("properties.password"),
                () -> dropProperties("$.password"),
                () -> keepProperties("properties.plan"),
                () -> maskTraits("traits.email"),
                () -> maskTraits("context.traits.email"),
                () -> setProperty("properties.plan", "pro"),
                () -> rename("properties.a").to("b"),
                () -> rename("a").to("traits.b"),
                () -> rename("$.context.a"),
                () -> SegmentDsl.eventProperty("properties.plan"),
                () -> SegmentDsl.trait("traits.email"),
                () -> SegmentDsl.member("$.context.locale"))) {
            assertThatIllegalArgumentException().isThrownBy(wrong::get).withMessageStartingWith("expected ");
        }
    }

    @Test
    void takesMembersWhoseNamesLookLikeOthers() throws Exception {
        for (EventTransform step : List.of(
                drop("properties.$set", "traits.properties", "properties.Properties.a", "_metadata", "sessionId"),
                dropProperties("properties", "context.ip", "items[a]b", "a, b"),
                maskTraits("traits", "context"),
                rename("properties").to("traits: b"))) {
            step.setCamelContext(camel);
            step.start();
            assertThat(step.getStatus().isStarted()).isTrue();
        }
    }

    @Test
    void setsNullWhereJavaTakesItForAFunction() throws Exception {
        SegmentEvent track = event(
                "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"m\",\"properties\":{\"plan\":1}}");

        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(track);
        setProperty("plan", null).process(exchange);

        assertThat(text(exchange.getMessage().getBody())).endsWith("\"properties\":{\"plan\":null}}");
    }

    private void start(Processor step) throws Exception {
        add("in", step);
    }

    private void add(String id, Processor step) throws Exception {
        if (!camel.isStarted()) {
            camel.getRegistry().bind("meters", meters);
            camel.start();
        }
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:" + id)
                        .routeId(id)
                        .process(step)
                        .process(exchange -> passed.add(exchange.getMessage().getBody()));
            }
        });
    }

    private Exchange send(Object body) {
        return camel.createProducerTemplate().send("direct:in", exchange(body));
    }

    private Exchange exchange(Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        if (body instanceof SegmentEvent event) {
            exchange.getMessage().setHeader(SegmentConstants.TYPE, event.type().specName());
            exchange.getMessage().setHeader(SegmentConstants.EVENT, event.event());
            exchange.getMessage().setHeader(SegmentConstants.USER_ID, event.userId());
            exchange.getMessage().setHeader(SegmentConstants.PARTITION_KEY, event.partitionKey());
        }
        return exchange;
    }

    private static SegmentEvent event(String json) throws Exception {
        return SegmentConverter.toEvent(json.getBytes(UTF_8), null).withJson(json.getBytes(UTF_8));
    }

    private static List<SegmentEvent> events(Object batch) {
        return ((SegmentBatch) batch).toList();
    }

    private static String text(Object event) {
        return new String(((SegmentEvent) event).json(), UTF_8);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }
}
