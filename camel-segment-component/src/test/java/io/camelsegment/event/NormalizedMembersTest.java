package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizedMembersTest {
    private static final String AT = "\"2026-11-21T10:00:00.266Z\"";

    @Test
    void fillsTheFieldsThatRoutesRead() throws Exception {
        SegmentEvent event = Requests.normalize(
                Requests.any(
                        """
                {"type":"track","event":"Se\\u00f1or","userId":1e3,"anonymousId":"a","groupId":"g","messageId":"m",
                "timestamp":"2026-11-21T09:00:00Z"}"""));
        assertThat(event.type()).isEqualTo(EventType.TRACK);
        assertThat(event.event()).isEqualTo("Señor");
        assertThat(event.userId()).isEqualTo("1e3");
        assertThat(event.anonymousId()).isEqualTo("a");
        assertThat(event.groupId()).isEqualTo("g");
        assertThat(event.messageId()).isEqualTo("m");
        assertThat(event.timestamp()).isEqualTo(Instant.parse("2026-11-21T09:00:00Z"));
        assertThat(event.receivedAt()).isEqualTo(Requests.RECEIVED_AT);
        assertThat(event.hasUnreadableTime()).isFalse();
    }

    @Test
    void takesThePagesOrScreensNameForTheEventsName() throws Exception {
        assertThat(Requests.normalize(
                                Requests.any("{\"type\":\"page\",\"userId\":\"u\",\"name\":\"Home\",\"event\":\"x\"}"))
                        .event())
                .isEqualTo("Home");
        assertThat(Requests.normalize(Requests.any("{\"type\":\"screen\",\"userId\":\"u\",\"name\":\"\"}"))
                        .event())
                .isNull();
        assertThat(Requests.normalize(
                                Requests.any("{\"type\":\"identify\",\"userId\":\"u\",\"name\":\"N\",\"event\":\"x\"}"))
                        .event())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        "userId":"u","anonymousId":"a","sessionId":"s"  | u
        "userId":null,"anonymousId":"a","sessionId":"s" | a
        "userId":"","anonymousId":7                     | 7
        "groupId":"g","sessionId":"s"                   | s
        "groupId":"g","sessionId":12                    | 12
        "groupId":"g","sessionId":{}                    | m
        "groupId":"g"                                   | m
        """)
    void choosesThePartitionKeyAsTheKinesisDestinationDoes(String ids, String key) throws Exception {
        assertThat(Requests.normalize(Requests.any("{\"type\":\"group\",\"messageId\":\"m\"," + ids + "}"))
                        .partitionKey())
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        {"writeKey":"k","userId":"u"}           | {"userId":"u"
        {"userId":"u","writeKey":"k"}           | {"userId":"u"
        {"userId":"u","writeKey":"k","a":1}     | {"userId":"u","a":1
        { "writeKey":"k" , "userId":"u" }       | { "userId":"u"
        { "userId":"u" , "writeKey":"k" }       | `{ "userId":"u" `
        { "userId":"u" ,"writeKey":"k" , "a":1 }| { "userId":"u"  , "a":1
        {"_metadata":{},"writeKey":"k","userId":"u"} | {"userId":"u"
        {"userId":"u","_metadata":{},"writeKey":"k"} | {"userId":"u"
        {"writeKey":"k","userId":"u","_metadata":{}} | {"userId":"u"
        {"writeKey":1,"userId":"u","writeKey":2,"a":1,"writeKey":3} | {"userId":"u","a":1
        {"a":1,"wr\\u0069teKey":"k","userId":"u"} | {"a":1,"userId":"u"
        {"receivedAt":"x","originalTimestamp":"y","userId":"u"} | {"userId":"u"
        """)
    void removesMembersWithOneOfTheCommasBesideThem(String body, String expectedHead) throws Exception {
        assertThat(Requests.json(Requests.normalize(Requests.event(body, EventType.IDENTIFY))))
                .isEqualTo(expectedHead + ",\"type\":\"identify\",\"messageId\":\"made\",\"timestamp\":" + AT
                        + ",\"receivedAt\":" + AT + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"soon\"", "\"2015-31-12T10:00:00.000Z\"", "\"\\u4eca\\u65e5\"", "[1441289700]", "true"})
    void keepsTheTextOfAnUnreadableTimestamp(String text) throws Exception {
        SegmentEvent event =
                Requests.normalize(Requests.any("{\"type\":\"alias\",\"userId\":\"u\",\"timestamp\":" + text + "}"));
        String json = Requests.json(event);
        assertThat(json).contains("\"timestamp\":" + AT).contains("\"originalTimestamp\":" + text + ",");

        SegmentEvent replayed =
                Requests.any(json).normalize(0, Requests.RECEIVED_AT.plusSeconds(60), NormalizeOptions.NORMALIZED);
        assertThat(replayed.json()).isEqualTo(event.json());
        assertThat(replayed.hasUnreadableTime()).isFalse();
    }

    @Test
    void keepsTheUnreadableTimestampOfAnEventThatWasNormalizedElsewhere() throws Exception {
        String head = "{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\",\"receivedAt\":" + AT;
        assertThat(Requests.json(webhook(head + ",\"timestamp\":\"soon\"}")))
                .isEqualTo(head + ",\"timestamp\":" + AT + ",\"originalTimestamp\":\"soon\"}");
        assertThat(Requests.json(webhook(head + ",\"timestamp\":\"soon\",\"originalTimestamp\":\"now\"}")))
                .isEqualTo(head + ",\"timestamp\":" + AT + ",\"originalTimestamp\":\"now\"}");
    }

    private static SegmentEvent webhook(String json) throws Exception {
        return Requests.any(json).normalize(0, Requests.RECEIVED_AT, NormalizeOptions.WEBHOOK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        null      | "made"
        ""        | "made"
        true      | "made"
        {"a":1}   | "made"
        123       | "123"
        -1.50E+3  | "-1.50E+3"
        "\\u0061" | "\\u0061"
        """)
    void keepsOrMakesTheMessageIdInItsPlace(String sent, String delivered) throws Exception {
        assertThat(Requests.json(Requests.normalize(
                        Requests.event("{\"messageId\":" + sent + ",\"userId\":\"u\"}", EventType.ALIAS))))
                .startsWith("{\"messageId\":" + delivered + ",\"userId\":\"u\",");
    }

    @Test
    void leavesNullAndEmptyIdsAsTheyAre() throws Exception {
        assertThat(Requests.json(Requests.normalize(
                        Requests.event("{\"userId\":null,\"anonymousId\":\"a\",\"groupId\":\"\"}", EventType.GROUP))))
                .startsWith("{\"userId\":null,\"anonymousId\":\"a\",\"groupId\":\"\",");
    }

    @Test
    void makesRandomMessageIdsByDefault() throws Exception {
        EventBatch batch = Requests.batch(
                "{\"batch\":[{\"type\":\"alias\",\"userId\":\"u\"},{\"type\":\"alias\",\"userId\":\"u\"}]}");
        String first = batch.normalize(0, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT)
                .messageId();
        String second = batch.normalize(1, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT)
                .messageId();
        assertThat(first).hasSize(36).isNotEqualTo(second);
    }

    @Test
    void cutsReceivedAtToMilliseconds() throws Exception {
        SegmentEvent event = Requests.event("{\"userId\":\"u\"}", EventType.ALIAS)
                .normalize(0, Instant.parse("2026-11-21T10:00:00.266999999Z"), NormalizeOptions.DEFAULT);
        assertThat(event.receivedAt()).isEqualTo(Requests.RECEIVED_AT);
        assertThat(event.timestamp()).isEqualTo(Requests.RECEIVED_AT);
    }

    @Test
    void namesNoContentsInText() throws Exception {
        SegmentEvent event = Requests.normalize(
                Requests.any("{\"type\":\"track\",\"event\":\"secret\",\"userId\":\"secret\",\"messageId\":\"m\"}"));
        assertThat(event.toString()).isEqualTo("SegmentEvent[track, messageId=m, " + event.json().length + " bytes]");
    }

    @Test
    void makesOneLineOfAnyEvent() throws Exception {
        SegmentEvent event = Requests.normalize(Requests.any("{\n\"type\":\"alias\",\r\n\"userId\":\"a\\nb\"\n}"));
        String line = new String(event.jsonLine(), UTF_8);
        assertThat(line)
                .startsWith("{ \"type\":\"alias\",  \"userId\":\"a\\nb\",")
                .endsWith("}\n")
                .doesNotContain("\r");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    }
}
