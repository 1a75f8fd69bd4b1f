package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventRefusalTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        {"userId":"u"}                                              | missing_type
        {"type":null,"userId":"u"}                                  | missing_type
        {"type":"","userId":"u"}                                    | missing_type
        {"type":"Track","userId":"u","event":"e"}                   | invalid_type
        {"type":"delete","userId":"u"}                              | invalid_type
        {"type":7,"userId":"u"}                                     | invalid_type
        {"type":"tr\\\\u0061ck","userId":"u","event":"e"}           | invalid_type
        {"type":"\\\\","userId":"u"}                               | invalid_type
        {"type":"track","event":"e"}                                | no_user_anon_id
        {"type":"track","event":"e","userId":null,"anonymousId":""} | no_user_anon_id
        {"type":"track","event":"e","sessionId":"s"}                | no_user_anon_id
        {"type":"track","event":"e","groupId":"g"}                  | no_user_anon_id
        {"type":"group","previousId":"p"}                           | no_user_anon_id
        {"type":"alias","groupId":"g"}                              | no_user_anon_id
        {"type":"track","event":"e","userId":true}                  | id_not_string
        {"type":"track","event":"e","userId":"u","anonymousId":{}}  | id_not_string
        {"type":"group","userId":"u","groupId":[]}                  | id_not_string
        {"type":"alias","userId":"u","previousId":false}            | id_not_string
        {"type":"track","userId":"u"}                               | event_not_defined
        {"type":"track","userId":"u","event":null}                  | event_not_defined
        {"type":"track","userId":"u","event":""}                    | event_not_defined
        {"type":"track","userId":"u","event":5}                     | event_not_string
        {"type":"track","userId":"u","event":"e","properties":[]}   | properties_not_object
        {"type":"page","userId":"u","properties":"p"}               | properties_not_object
        {"type":"identify","userId":"u","traits":[]}                | traits_not_object
        {"type":"group","userId":"u","traits":1}                    | traits_not_object
        {"type":"page","userId":"u","name":{}}                      | name_not_string
        {"type":"screen","userId":"u","category":true}              | category_not_string
        """)
    void namesTheReasonAsSegmentDoes(String event, String code) {
        assertThatThrownBy(() -> Requests.normalize(Requests.any(event)))
                .isInstanceOf(InvalidEventException.class)
                .extracting(e -> ((InvalidEventException) e).code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        {"type":"group","groupId":"g"}
        {"type":"group","groupId":7}
        {"type":"alias","previousId":"p"}
        {"type":"track","event":"e","anonymousId":0}
        {"type":"page","userId":"u","name":"","category":null,"properties":null}
        {"type":"identify","userId":"u","traits":null,"properties":[]}
        {"type":"alias","userId":"u","traits":5}
        {"type":"tr\\u0061ck","userId":"u","event":"e"}
        """)
    void acceptsWhatRealSdksSend(String event) throws Exception {
        assertThat(Requests.normalize(Requests.any(event)).json()).isNotEmpty();
    }

    @Test
    void tellsPathIndexAndMessageIdAndNoValue() throws Exception {
        EventBatch batch = Requests.batch(
                "{\"batch\":[{},{\"type\":\"track\",\"messageId\":\"m-1\",\"userId\":{\"s\":\"secret\"}}]}");
        var e = catchThrowableOfType(
                InvalidEventException.class, () -> batch.normalize(1, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT));
        assertThat(e).hasMessage("expected string but was object at $.batch[1].userId");
        assertThat(e.reason()).isEqualTo(RejectionReason.ID_NOT_STRING);
        assertThat(e.index()).isEqualTo(1);
        assertThat(e.messageId()).isEqualTo("m-1");

        assertThatThrownBy(() -> Requests.normalize(Requests.any("[5]")))
                .hasMessage("expected object but was number at $[0]");
        assertThatThrownBy(() -> Requests.normalize(Requests.event("{\"userId\":\"u\"}", EventType.TRACK)))
                .hasMessage("expected string but was nothing at $.event");
    }

    @Test
    void takesAnEventOfTheGreatestSizeAndNoGreater() throws Exception {
        String head = "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"m\",\"a\":\"";
        String full = head + "x".repeat(32_768 - head.length() - 2) + "\"}";
        assertThat(full.getBytes(UTF_8)).hasSize(32_768);
        assertThat(Requests.normalize(Requests.any(full)).messageId()).isEqualTo("m");
        EventBatch over = Requests.batch("{\"batch\":[" + full.replace("\"a\"", "\"aa\"") + "]}");
        var e = catchThrowableOfType(InvalidEventException.class, () -> Requests.normalize(over));
        assertThat(e).hasMessage("event is 32769 bytes, at most 32768 are taken, at $.batch[0]");
        assertThat(e.code()).isEqualTo("event_too_large");
        assertThat(e.messageId()).isEqualTo("m");
    }
}
