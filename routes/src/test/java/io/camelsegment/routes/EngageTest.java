package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.audienceChange;
import static io.camelsegment.routes.SegmentDsl.audienceEntered;
import static io.camelsegment.routes.SegmentDsl.audienceExited;
import static io.camelsegment.routes.SegmentDsl.inAudience;
import static io.camelsegment.routes.SegmentDsl.member;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentConverter;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.kinesis.SegmentKinesisConstants;
import io.camelsegment.routes.HeldComponent.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Audiences of Segment Engage, in both of their forms. */
class EngageTest {

    private static final String KEY = "order_completed_last_30days";

    private final DefaultCamelContext camel = new DefaultCamelContext();

    static final class Audiences extends RouteBuilder {

        @Override
        public void configure() {
            from(segment("engage").writeKey("{{engage.key}}").webhook(true).sharedSecret("{{engage.secret}}"))
                    .filter(audienceChange().isNotNull())
                    .setHeader(SegmentKinesisConstants.PARTITION_KEY, member("userId"))
                    .setBody(audienceChange())
                    .to(segmentKinesis("audiences"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Order Completed Last 30days, order_completed_last_30days",
        "order_completed_last_30days, order_completed_last_30days",
        "'  VIP -- Gold (EU) ', vip_gold_eu",
        "High-Value 2x, high_value_2x",
        "Größte Käufer, größte_käufer"
    })
    void theKeyIsTheNameInSnakeCase(String name, String key) {
        assertThat(Engage.key(name)).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "identify, true, true",
        "identify, false, false",
        "track, true, true",
        "track, false, false",
        "identify, 1, ",
        "identify, '\"true\"', ",
        "track, null, "
    })
    void bothFormsAreOneStream(String form, String value, Boolean member) throws Exception {
        SegmentEvent event = form.equals("identify") ? identify(KEY, value) : track(KEY, KEY, value);

        if (member == null) {
            assertThat(Engage.audienceChange(event)).isEmpty();
        } else {
            assertThat(Engage.audienceChange(event)).hasValueSatisfying(change -> assertThat(change.toJson())
                    .isEqualTo("{\"user\":\"u\",\"audience\":\"" + KEY + "\",\"member\":" + member
                            + ",\"at\":\"2026-11-30T12:00:00.000Z\"}"));
        }
        assertThat(inAudience(KEY).matches(exchange(event))).isEqualTo(Boolean.TRUE.equals(member));
        assertThat(audienceEntered().matches(exchange(event))).isEqualTo(Boolean.TRUE.equals(member));
        assertThat(audienceEntered("other", KEY).matches(exchange(event))).isEqualTo(Boolean.TRUE.equals(member));
        assertThat(audienceEntered("other").matches(exchange(event))).isFalse();
        assertThat(audienceExited(KEY).matches(exchange(event))).isEqualTo(Boolean.FALSE.equals(member));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // As Segment documents them, with and without context.personas.
                "Audience Entered | {\"audience_key\":\"vip\",\"vip\":true} | | vip | true",
                "Audience Exited | {\"audience_key\":\"vip\",\"vip\":false} | | vip | false",
                "Became VIP | {\"audience_key\":\"vip\",\"vip\":true,\"paid\":false} | | vip | true",
                "Became VIP | {\"vip\":true,\"paid\":false} | vip | vip | true",
                "Audience Entered | {\"vip\":true} | | vip | true",
                "Audience Exited | {\"vip\":false,\"email\":\"a@b.de\"} | | vip | false",
                "Audience Entered | {\"j_o_a__b_1x\":\"true\"} | | j_o_a__b_1x | true",
                "Audience Entered | {\"j_o_a__b_1x\":\"true\"} | j_o_a__b_1x | j_o_a__b_1x | true",
                "Audience Exited | {\"audience_key\":\"j_o_1x\",\"Opened an e-mail\":false} | | j_o_1x | false",
                "Audience Entered | {\"audience_key\":\"j_o_1x\",\"Opened an e-mail\":true} | j_o_1x | j_o_1x | true"
            })
    void everyTrackFormIsRead(String name, String properties, String personas, String key, boolean member)
            throws Exception {
        SegmentEvent event = event("{\"type\":\"track\",\"event\":\"" + name + "\",\"properties\":" + properties
                + (personas == null ? "" : "," + personas("audience", personas)) + ",%s}");

        assertThat(Engage.audienceChange(event)).hasValueSatisfying(change -> {
            assertThat(change.audience()).isEqualTo(key);
            assertThat(change.member()).isEqualTo(member);
        });
        assertThat(inAudience(key).matches(exchange(event))).isEqualTo(member);
        assertThat(audienceEntered().matches(exchange(event))).isEqualTo(member);
        assertThat(audienceEntered(key).matches(exchange(event))).isEqualTo(member);
        assertThat(audienceExited(key).matches(exchange(event))).isEqualTo(!member);
        assertThat(inAudience("other").matches(exchange(event))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"true", "false", "'\"true\"'", "'\"false\"'"})
    void theStepOfAJourneyIsReadAsIdentify(String value) throws Exception {
        boolean member = value.contains("true");
        SegmentEvent event = identify("j_o_a__b_1x", value);

        assertThat(Engage.audienceChange(event))
                .hasValueSatisfying(change -> assertThat(change.member()).isEqualTo(member));
        assertThat(inAudience("j_o_a__b_1x").matches(exchange(event))).isEqualTo(member);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Audience Entered | {\"vip\":true,\"paid\":false} | ",
                "Audience Entered | {\"vip\":\"true\"} | ",
                "Audience Entered | {\"audience_key\":\"vip\",\"vip\":null,\"paid\":true} | ",
                "Audience Entered | {} | ",
                "Order Completed | {\"vip\":true} | ",
                "Trait Computed | {\"trait_key\":\"vip\",\"vip\":true} | ",
                "Trait Computed | {\"trait_key\":\"vip\",\"vip\":true} | trait",
                // An event-triggered journey, whose events have names of the user's.
                "Cart Abandoned | {\"journey_context\":{},\"journey_metadata\":{},\"paid\":true} | journey_step"
            })
    void trackEventsWithoutAnyMembershipTellOfNoChange(String name, String properties, String kind) throws Exception {
        SegmentEvent event = event("{\"type\":\"track\",\"event\":\"" + name + "\",\"properties\":" + properties
                + (kind == null ? "" : "," + personas(kind, "step")) + ",%s}");

        assertThat(Engage.audienceChange(event)).isEmpty();
        assertThat(inAudience("vip").matches(exchange(event))).isFalse();
        assertThat(audienceEntered().matches(exchange(event))).isFalse();
        assertThat(audienceExited().matches(exchange(event))).isFalse();
    }

    @Test
    void anIdentifyWithoutPersonasIsInTheAudienceThatIsNamedAndTellsOfNoChange() throws Exception {
        SegmentEvent event = event("{\"type\":\"identify\",\"traits\":{\"vip\":true},%s}");

        assertThat(inAudience("vip").matches(exchange(event))).isTrue();
        assertThat(audienceEntered("vip").matches(exchange(event))).isFalse();
        assertThat(Engage.audienceChange(event)).isEmpty();
    }

    @Test
    void otherEventsSayNothingOfAudiences() throws Exception {
        SegmentEvent purchase =
                event("{\"type\":\"track\",\"event\":\"Order Completed\",\"properties\":{\"vip\":true},%s}");
        SegmentEvent computedTrait = event("{\"type\":\"identify\",\"traits\":{\"ltv_high\":true},"
                + "\"context\":{\"personas\":{\"computation_class\":\"trait\",\"computation_key\":\"ltv_high\"}},%s}");

        assertThat(inAudience("vip").matches(exchange(purchase))).isFalse();
        assertThat(Engage.audienceChange(purchase)).isEmpty();
        assertThat(Engage.audienceChange(computedTrait)).isEmpty();
        assertThat(inAudience("ltv_high").matches(exchange(computedTrait))).isFalse();
    }

    @Test
    void theRouteSendsOneLineForEachMemberOfAFirstSync() throws Exception {
        HeldComponent sinks = new HeldComponent();
        camel.addComponent("segment-kinesis", sinks);
        camel.getPropertiesComponent().addInitialProperty("engage.key", "K");
        camel.getPropertiesComponent().addInitialProperty("engage.secret", "S");
        camel.addRoutes(new Audiences());
        AdviceWith.adviceWith(
                camel, camel.getRouteDefinitions().get(0).getRouteId(), advice -> advice.replaceFromWith("direct:in"));
        camel.start();
        AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(in.processAsync(exchange(i % 2 == 0 ? identify(KEY, "true") : track(KEY, KEY, "true"))));
            sent.add(in.processAsync(exchange(event("{\"type\":\"page\",%s}"))));
        }

        assertThat(sinks.held).hasSize(100);
        assertThat(sinks.held).allSatisfy(held -> {
            assertThat(held.exchange().getMessage().getBody(String.class)).contains("\"member\":true");
            assertThat(held.exchange().getMessage().getHeader(SegmentKinesisConstants.PARTITION_KEY))
                    .isEqualTo("u");
        });
        sinks.held.forEach(Held::succeed);
        assertThat(sent).allSatisfy(one -> assertThat(one).isDone());
        camel.stop();
    }

    @Test
    void thePageShowsTheRoute() throws Exception {
        assertThat(Files.readString(Path.of("src/test/java/io/camelsegment/routes/EngageTest.java"))
                        .replaceAll("\\s", ""))
                .contains(block("java").replaceAll("\\s", ""));
    }

    @Test
    void theLineOfThePageIsThatOfAnEvent() throws Exception {
        SegmentEvent event = SegmentConverter.toEvent(
                new String(identify(KEY, "true").json(), UTF_8)
                        .replace("\"userId\":\"u\"", "\"userId\":\"u1\"")
                        .getBytes(UTF_8),
                null);

        assertThat(Engage.audienceChange(event).orElseThrow().toJson() + "\n").isEqualTo(block("json"));
    }

    private static String block(String language) throws IOException {
        String page = Files.readString(Path.of("../docs/engage.md"));
        int begin = page.indexOf("```" + language + "\n") + language.length() + 4;
        return page.substring(begin, page.indexOf("```", begin));
    }

    private Exchange exchange(SegmentEvent event) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(event);
        return exchange;
    }

    private static SegmentEvent identify(String key, String value) throws Exception {
        return event("{\"type\":\"identify\",\"traits\":{\"" + key + "\":" + value + "}," + personas("audience", key)
                + ",%s}");
    }

    private static String personas(String kind, String key) {
        return "\"context\":{\"personas\":{\"computation_class\":\"" + kind + "\",\"computation_key\":\"" + key
                + "\"}}";
    }

    private static SegmentEvent track(String audience, String key, String value) throws Exception {
        return event("{\"type\":\"track\",\"event\":\"Audience Entered\",\"properties\":{\"audience_key\":\"" + audience
                + "\",\"" + key + "\":" + value + "},%s}");
    }

    private static SegmentEvent event(String json) throws Exception {
        return SegmentConverter.toEvent(
                json.replace("%s", "\"userId\":\"u\",\"messageId\":\"m\",\"timestamp\":\"2026-11-30T12:00:00.000Z\"")
                        .getBytes(UTF_8),
                null);
    }
}
