package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntegrationsTest {
    private static final String KINESIS = "Amazon Kinesis";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        {}                                                | true  | true
        null                                              | true  | true
        []                                                | true  | true
        "x"                                               | true  | true
        {"All":true}                                      | true  | true
        {"All":false}                                     | false | true
        {"all":false}                                     | false | true
        {"ALL":false}                                     | false | true
        {"a_ll":false}                                    | false | true
        {"\\u0041ll":false}                               | false | true
        {"a.ll":false}                                    | true  | true
        {"al":false}                                      | true  | true
        {"alle":false}                                    | true  | true
        {"All":"false"}                                   | true  | true
        {"All":null}                                      | true  | true
        {"All":true,"all":false}                          | true  | true
        {"all":false,"All":true}                          | false | true
        {"All":true,"All":false}                          | false | true
        {"All":false,"All":true}                          | true  | true
        {"All":true,"x":1,"\\u0041ll":false}              | false | true
        {"All":true,"all":false,"All":false}              | false | true
        {"all":true,"All":false,"all":true}               | true  | true
        {"All":false,"All":{}}                            | true  | true
        {"All":false,"Amazon Kinesis":true}               | true  | true
        {"Amazon Kinesis":true,"All":false}               | true  | true
        {"All":false,"amazon kinesis":true}               | false | true
        {"All":false,"Amazon Kinesis Firehose":true}      | false | true
        {"Amazon Kinesis":false}                          | false | false
        {"All":true,"Amazon Kinesis":false}               | false | false
        {"Amazon\\u0020Kinesis":false}                    | false | false
        {"Amazon Kinesis":true,"Amazon Kinesis":false}    | false | false
        {"All":false,"Amazon Kinesis":{"a":{"All":true}}} | true  | true
        {"All":false,"Amazon Kinesis":null}               | true  | true
        {"All":false,"Amazon Kinesis":0}                  | true  | true
        {"All":false,"Amazon Kinesis":"false"}            | true  | true
        {"x":{"All":false}}                               | true  | true
        """)
    void decideAsSegmentsFacadeDoes(String integrations, boolean enabled, boolean enabledFromWebhook) throws Exception {
        String event = "{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\",\"integrations\":" + integrations
                + ",\"writeKey\":\"k\"}";

        SegmentEvent normalized = Requests.normalize(Requests.any(event));
        assertThat(normalized.isEnabledFor(KINESIS)).isEqualTo(enabled);
        assertThat(copyOf(normalized).isEnabledFor(KINESIS)).isEqualTo(enabled);
        SegmentEvent replayed =
                Requests.normalize(Requests.any(Requests.json(normalized)), NormalizeOptions.NORMALIZED);
        assertThat(replayed.isEnabledFor(KINESIS)).isEqualTo(enabled);
        SegmentEvent fromWebhook = Requests.normalize(Requests.any(event), NormalizeOptions.WEBHOOK);
        assertThat(fromWebhook.isEnabledFor(KINESIS)).isEqualTo(enabledFromWebhook);
    }

    @Test
    void enableEverythingWhenAbsent() throws Exception {
        SegmentEvent event = Requests.normalize(Requests.any("{\"type\":\"alias\",\"userId\":\"u\"}"));
        assertThat(event.isEnabledFor(KINESIS)).isTrue();
        assertThat(copyOf(event).isEnabledFor(KINESIS)).isTrue();
    }

    @Test
    void ofTheBatchCountToo() throws Exception {
        String batch = "{\"batch\":[{\"type\":\"alias\",\"userId\":\"u\"%s}],\"integrations\":{\"All\":false}}";
        assertThat(Requests.normalize(Requests.batch(batch.formatted(""))).isEnabledFor(KINESIS))
                .isFalse();
        assertThat(Requests.normalize(Requests.batch(batch.formatted(",\"integrations\":{\"x\":1}")))
                        .isEnabledFor(KINESIS))
                .isFalse();
        assertThat(Requests.normalize(Requests.batch(batch.formatted(",\"integrations\":{\"All\":true}")))
                        .isEnabledFor(KINESIS))
                .isTrue();
    }

    @Test
    void ofOneEventSayNothingOfTheNext() throws Exception {
        EventBatch batch = Requests.batch("{\"batch\":[{\"type\":\"alias\",\"userId\":\"" + "u".repeat(1_000)
                + "\",\"integrations\":{\"All\":false}},{\"type\":\"alias\",\"userId\":\"u\"}]}");
        assertThat(batch.normalize(0, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT)
                        .isEnabledFor(KINESIS))
                .isFalse();
        assertThat(batch.normalize(1, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT)
                        .isEnabledFor(KINESIS))
                .isTrue();
    }

    @Test
    void areNotMembersOfTheEventItself() throws Exception {
        SegmentEvent event = Requests.normalize(Requests.any("{\"all\":false,\"type\":\"alias\",\"userId\":\"u\"}"));
        assertThat(event.isEnabledFor(KINESIS)).isTrue();
    }

    /** The same event as one that was not made by the normaliser. */
    private static SegmentEvent copyOf(SegmentEvent event) {
        String spaced = "\n" + new String(event.json(), UTF_8);
        return new SegmentEvent(
                event.type(),
                event.event(),
                event.userId(),
                event.anonymousId(),
                event.groupId(),
                event.messageId(),
                event.timestamp(),
                event.receivedAt(),
                spaced.getBytes(UTF_8));
    }
}
