package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultHeadersMapFactory;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.trait.message.MessageTrait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message without a map of headers behaves as one that has it. */
class SegmentMessageTest {

    private static final Instant TIME = Instant.parse("2026-11-28T01:02:03.004Z");
    private static final Instant RECEIVED = Instant.parse("2026-11-28T01:02:04.005Z");
    private static final Map<String, Object> HEADERS = Map.of(
            "CamelSegmentSource",
            "web",
            "CamelSegmentType",
            "track",
            "CamelSegmentEvent",
            "Order Completed",
            "CamelSegmentUserId",
            "user_1",
            "CamelSegmentMessageId",
            "id-1",
            "CamelSegmentTimestamp",
            TIME,
            "CamelSegmentReceivedAt",
            RECEIVED,
            "CamelAwsKinesisPartitionKey",
            "user_1");

    private final CountedMaps maps = new CountedMaps();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Exchange exchange;
    private final SegmentEvent event = new SegmentEvent(
            EventType.TRACK,
            "Order Completed",
            "user_1",
            null,
            null,
            "id-1",
            TIME,
            RECEIVED,
            "{}".getBytes(StandardCharsets.UTF_8));
    private final SegmentMessage message;

    SegmentMessageTest() {
        context.getCamelContextExtension().setHeadersMapFactory(maps);
        exchange = new DefaultExchange(context);
        message = new SegmentMessage(exchange, "web", event, null);
        exchange.setIn(message);
    }

    /** Counts the maps that are made. */
    private static final class CountedMaps extends DefaultHeadersMapFactory {

        private int made;

        @Override
        public Map<String, Object> newMap() {
            made++;
            return super.newMap();
        }
    }

    @Test
    void hasTheHeadersOfTheEvent() {
        assertThat(new TreeMap<>(message.getHeaders())).isEqualTo(new TreeMap<>(HEADERS));
        assertThat(message.getBody()).isSameAs(event);
    }

    @Test
    void answersForEachHeaderWithoutTheMap() {
        HEADERS.forEach((name, value) -> {
            assertThat(message.getHeader(name)).isEqualTo(value);
            assertThat(message.getHeader(name, value.getClass())).isEqualTo(value);
            assertThat(message.getHeader(name, Object.class)).isEqualTo(value);
        });
        assertThat(message.getHeader("CamelSegmentGroupId")).isNull();
        assertThat(message.getHeader("CamelSegmentGroupId", String.class)).isNull();
        assertThat(maps.made).isZero();
    }

    @Test
    void knowsHeadersInAnyCaseAndConvertsThem() {
        assertThat(message.getHeader("camelsegmentTYPE", String.class)).isEqualTo("track");
        assertThat(message.getHeader("CamelSegmentTimestamp", String.class)).isEqualTo(TIME.toString());
        assertThat(message.getHeader("CamelSegmentGroupId", boolean.class)).isFalse();
        assertThat(message.getHeader("another")).isNull();
        assertThat(message.getHeader("another", Object.class)).isNull();
        assertThat(message.getHeader("another", "default")).isEqualTo("default");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsWhatIsSetAndRemoved(boolean mapExists) {
        if (mapExists) {
            assertThat(message.getHeaders()).isNotEmpty();
        }
        message.setHeader("CamelSegmentUserId", "other");
        message.setHeader("camelsegmentuserid", "another");
        message.setHeader("mine", 1);
        assertThat(message.getHeader("CamelSegmentUserId")).isEqualTo("another");
        assertThat(message.getHeader("MINE", Integer.class)).isEqualTo(1);
        assertThat(message.removeHeader("CamelSegmentEvent")).isEqualTo("Order Completed");
        assertThat(message.getHeader("CamelSegmentEvent")).isNull();
        assertThat(message.removeHeaders("*")).isTrue();
        assertThat(message.getHeaders()).isEmpty();
        assertThat(message.getHeader("CamelSegmentType")).isNull();
    }

    @Test
    void findsWhatWasSetWithoutTheMap() {
        message.setHeader("mine", 1);
        message.setHeader("MINE", 2);
        message.setHeader("CamelSegmentUserId", "other");

        assertThat(message.getHeader("mine")).isEqualTo(2);
        assertThat(message.getHeader("CamelSegmentUserId", String.class)).isEqualTo("other");
        assertThat(message.getHeader("CamelSegmentType", String.class)).isEqualTo("track");
        assertThat(maps.made).isZero();
    }

    @Test
    void removesWhatWasSetWithoutTheMap() {
        message.setHeader("mine", 1);
        message.setHeader("MINE", 2);
        message.setHeader("yours", 3);
        Message copy = message.copy();
        int before = maps.made;

        assertThat(message.removeHeader("none")).isNull();
        assertThat(message.removeHeader("mine")).isEqualTo(2);
        assertThat(message.removeHeader("mine")).isNull();
        assertThat(maps.made).isEqualTo(before);

        assertThat(message.getHeader("mine")).isNull();
        assertThat(message.getHeader("yours")).isEqualTo(3);
        assertThat(copy.getHeader("mine")).isEqualTo(2);
        assertThat(message.removeHeader("camelsegmentTYPE")).isEqualTo("track");
        assertThat(message.getHeader("CamelSegmentType")).isNull();
    }

    @Test
    void copiesHaveTheSameHeadersAndLivesOfTheirOwn() {
        message.setHeader("mine", 1);
        Message copy = message.copy();
        message.setHeader("mine", 2);
        copy.setHeader("CamelSegmentType", "page");
        Message copyOfCopy = copy.copy();

        assertThat(maps.made).isZero();
        assertThat(message.getHeader("mine")).isEqualTo(2);
        assertThat(message.getHeader("CamelSegmentType")).isEqualTo("track");
        assertThat(copyOfCopy.getHeader("mine")).isEqualTo(1);
        assertThat(copyOfCopy.getHeader("CamelSegmentType")).isEqualTo("page");
        assertThat(copyOfCopy.getBody()).isSameAs(event);
    }

    @Test
    void copiesOfPlainMessagesAndToThemAreComplete() {
        Message plain = new DefaultMessage(exchange);
        plain.setHeader("plain", true);
        plain.setBody("text");
        Message ofPlain = message.newInstance();
        ofPlain.copyFrom(plain);
        assertThat(ofPlain.getHeaders()).containsOnlyKeys("plain");
        assertThat(ofPlain.getBody()).isEqualTo("text");

        plain.copyFrom(message);
        assertThat(plain.getHeaders()).containsAllEntriesOf(HEADERS).doesNotContainKey("plain");

        message.copyFrom(ofPlain);
        assertThat(message.getHeaders()).containsOnlyKeys("plain");
    }

    @Test
    void takesNullForAHeaderAsAMapDoes() {
        message.setHeader("mine", null);
        message.setHeader("CamelSegmentType", null);
        assertThat(message.getHeader("mine")).isNull();
        assertThat(message.getHeader("CamelSegmentType")).isNull();
        assertThat(message.getHeaders()).containsEntry("mine", null).containsEntry("CamelSegmentType", null);
    }

    @Test
    void takesManyHeaders() {
        for (int i = 0; i < 100; i++) {
            message.setHeader("mine" + i, i);
        }
        assertThat(message.getHeaders()).hasSize(HEADERS.size() + 100).containsEntry("mine99", 99);
    }

    @Test
    void copiesAttachmentsToo() {
        message.setPayloadForTrait(MessageTrait.ATTACHMENTS, Map.of("file", "content"));
        Message copy = message.copy();
        assertThat(copy.getPayloadForTrait(MessageTrait.ATTACHMENTS)).isEqualTo(Map.of("file", "content"));
        assertThat(copy.getHeaders()).containsAllEntriesOf(HEADERS);
    }

    @Test
    void becomesTheOutMessageAsCamelMakesIt() {
        exchange.setPattern(ExchangePattern.InOut);
        ExchangeHelper.copyResults(exchange, exchange); // as at the end of a route
        assertThat(exchange.getMessage()).isNotSameAs(message);
        assertThat(exchange.getMessage().getHeader("CamelSegmentUserId")).isEqualTo("user_1");
        assertThat(exchange.getMessage().getBody()).isSameAs(event);
        assertThat(maps.made).isZero();
    }

    @Test
    void isEmptyAfterAReset() {
        message.setHeader("mine", 1);
        message.reset();
        assertThat(message.hasHeaders()).isFalse();
        assertThat(message.getHeader("CamelSegmentType")).isNull();
    }
}
