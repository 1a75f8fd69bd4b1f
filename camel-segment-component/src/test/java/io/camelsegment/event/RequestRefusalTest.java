package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestRefusalTest {
    private static final EventLimits SMALL = new EventLimits(40, 200, 3, 5);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        ``                             | bad_request | expected a JSON object but the body is empty
        `  `                           | bad_request | expected a JSON object but the body is empty
        []                             | bad_request | expected an object at line 1, column 1
        "secret"                       | bad_request | expected an object at line 1, column 1
        {}                             | bad_request | expected array but was nothing at $.batch
        {"batch":{"secret":1}}         | bad_request | expected array but was object at $.batch
        {"batch":null}                 | bad_request | expected array but was null at $.batch
        {"batch":[]}                   | empty_batch | expected object but was nothing at $.batch[0]
        {"batch":[{}],"secret":tru}    | bad_request | expected true at line 1, column 27
        {"batch":[{}]} secret          | bad_request | expected the end of the body at line 1, column 16
        {"batch":[{}                   | bad_request | expected ',' or ']' but the text ends at line 1, column 13
        """)
    void saysWhatWasExpectedAndWhereButNotWhatCame(String body, String code, String message) {
        assertRefused(() -> Requests.batch(body), code, message);
    }

    @Test
    void countsLines() {
        assertRefused(
                () -> Requests.batch("{\n \"batch\" :\r\n [ 0x"),
                "bad_request",
                "expected ',' or ']' at line 3, column 5");
    }

    @Test
    void countsCharactersOfALine() {
        assertRefused(
                () -> Requests.batch("{\"\u00e9\u20ac\ud83d\ude00\": 0x"),
                "bad_request",
                "expected ',' or '}' at line 1, column 10");
    }

    @Test
    void refusesMalformedUtf8AnywhereWithItsPlace() {
        byte[] body = "{\"batch\":[{\"a\":\"\u00ff\"}]}".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(
                () -> parser(EventLimits.DEFAULT).parseBatch(body),
                "bad_request",
                "expected UTF-8 at line 1, column 17");
    }

    @Test
    void refusesOtherEncodings() {
        assertThatThrownBy(() ->
                        parser(EventLimits.DEFAULT).parseAny("{\"batch\":[{}]}".getBytes(StandardCharsets.UTF_16)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() ->
                        parser(EventLimits.DEFAULT).parseAny("{\"batch\":[{}]}".getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void takesAByteOrderMark() throws Exception {
        assertThat(Requests.batch("\ufeff{\"batch\":[{}]}").size()).isEqualTo(1);
    }

    @Test
    void takesARequestOfTheGreatestSizeAndNoGreater() throws Exception {
        String body = "{\"batch\":[{}]}";
        String full = body + " ".repeat(200 - body.length());
        assertThat(parser(SMALL).parseBatch(full.getBytes(UTF_8)).size()).isEqualTo(1);
        assertRefused(
                () -> parser(SMALL).parseBatch((full + " ").getBytes(UTF_8)),
                "request_too_large",
                "request is 201 bytes, at most 200 are taken");
    }

    @Test
    void takesTheGreatestNumberOfEventsAndNoMore() throws Exception {
        assertThat(parser(SMALL)
                        .parseBatch("{\"batch\":[{},{},{}]}".getBytes(UTF_8))
                        .size())
                .isEqualTo(3);
        assertRefused(
                () -> parser(SMALL).parseBatch("{\"batch\":[{},{},{},{}]}".getBytes(UTF_8)),
                "too_many_events",
                "batch has more than 3 events");
    }

    @Test
    void countsTheBatchsOwnLevelsAsNesting() throws Exception {
        assertThat(parser(SMALL)
                        .parseBatch("{\"batch\":[{\"a\":[[]]}]}".getBytes(UTF_8))
                        .size())
                .isEqualTo(1);
        assertRefused(
                () -> parser(SMALL).parseBatch("{\"batch\":[{\"a\":[[[]]]}]}".getBytes(UTF_8)),
                "bad_request",
                "expected at most 5 levels of objects and arrays at line 1, column 18");
    }

    @Test
    void refusesABatchThatWouldGrowBeyondBounds() throws Exception {
        String events = "{},".repeat(2_499) + "{}";
        String context = "{\"a\":\"" + "x".repeat(1_630) + "\"}";
        assertThat(Requests.batch("{\"batch\":[" + events + "],\"context\":" + context + "}")
                        .size())
                .isEqualTo(2_500);
        String larger = context.replace("\"}", "x\"}");
        assertRefused(
                () -> Requests.batch("{\"batch\":[" + events + "],\"context\":" + larger + "}"),
                "request_too_large",
                "context, integrations and sentAt of the batch add 4097500 bytes to its events, at most 4096000 are"
                        + " taken");
        String sentAt = '"' + "x".repeat(1_638) + '"';
        assertRefused(
                () -> Requests.batch("{\"sentAt\":" + sentAt + ",\"batch\":[" + events + "]}"),
                "request_too_large",
                "context, integrations and sentAt of the batch add 4100000 bytes to its events, at most 4096000 are"
                        + " taken");
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new EventLimits(0, 1, 1, 3)).hasMessage("maxEventBytes (0) must be at least 1");
        assertThatThrownBy(() -> new EventLimits(1, 0, 1, 3)).hasMessage("maxRequestBytes (0) must be at least 1");
        assertThatThrownBy(() -> new EventLimits(1, 1, 0, 3)).hasMessage("maxEventsPerRequest (0) must be at least 1");
        assertThatThrownBy(() -> new EventLimits(1, 1, 1, 2)).hasMessage("maxNestingDepth (2) must be at least 3");
    }

    private static EventParser parser(EventLimits limits) {
        return new EventParser(limits);
    }

    private static void assertRefused(ThrowingCallable call, String code, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message)
                .extracting(e -> ((InvalidRequestException) e).code())
                .isEqualTo(code);
    }
}
