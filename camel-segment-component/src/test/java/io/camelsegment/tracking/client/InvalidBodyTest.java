package io.camelsegment.tracking.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentConstants;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A message that is no event fails alone, says why, and does not show its contents. */
class InvalidBodyTest {

    private static ScriptedApi api;
    private static Sender events;
    private static Sender properties;

    @BeforeAll
    static void start() {
        api = new ScriptedApi();
        events = new Sender(api.url(), "");
        properties = new Sender(api.url(), "&bodyAs=properties");
    }

    @AfterAll
    static void stop() {
        events.close();
        properties.close();
        api.close();
    }

    static final class Unwritable {}

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of(null, "bad_request", "JSON, was nothing"),
                Arguments.of(new Unwritable(), "bad_request", "Unwritable: No serializer found"),
                Arguments.of(4711, "bad_request", "expected"),
                Arguments.of("", "bad_request", "empty"),
                Arguments.of("PRIVATE", "bad_request", "at line 1, column 1"),
                Arguments.of("{\"userId\":\"PRIVATE\"", "bad_request", "at line 1, column "),
                Arguments.of("{\"userId\":\"PRIVATE\"} {}", "bad_request", "end of the body"),
                Arguments.of("[{\"userId\":\"PRIVATE\"}]", "bad_request", "object"),
                Arguments.of(List.of(Map.of("userId", "PRIVATE")), "bad_request", "object"),
                Arguments.of(
                        "{\"userId\":\"PRIVATE\"}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE),
                        "bad_request",
                        "expected"),
                Arguments.of("{\"userId\":\"PRIVATE\"}", "missing_type", "at $.type"),
                Arguments.of("{\"userId\":\"PRIVATE\",\"type\":\"PRIVATE\"}", "invalid_type", "at $.type"),
                Arguments.of("{\"type\":\"track\",\"event\":\"PRIVATE\"}", "no_user_anon_id", "expected userId"),
                Arguments.of("{\"type\":\"track\",\"userId\":\"PRIVATE\"}", "event_not_defined", "$.event"),
                Arguments.of(
                        "{\"type\":\"track\",\"event\":\"E\",\"userId\":{\"a\":\"PRIVATE\"}}",
                        "id_not_string",
                        "expected string but was object at $.userId"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void failsAlone(Object body, String code, String message) {
        assertRefused(events.send(body), code, message);
    }

    static Stream<Arguments> notProperties() {
        Map<String, Object> track = Map.of(
                SegmentConstants.TYPE, "track", SegmentConstants.EVENT, "E", SegmentConstants.USER_ID, "PRIVATE");
        return Stream.of(
                Arguments.of("{}", Map.of(), "missing_type", "in the header CamelSegmentType"),
                Arguments.of(
                        "{}", Map.of(SegmentConstants.TYPE, "alias"), "invalid_type", "an alias has no properties"),
                Arguments.of("[\"PRIVATE\"]", track, "bad_request", "object"),
                Arguments.of("{},\"anonymousId\":\"PRIVATE\"", track, "bad_request", "end of the body"));
    }

    @ParameterizedTest
    @MethodSource("notProperties")
    void propertiesFailAlone(Object body, Map<String, Object> headers, String code, String message) {
        assertRefused(properties.send(body, headers), code, message);
    }

    @Test
    void anEventMayHave32768Bytes() {
        String start =
                "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u1\",\"messageId\":\"m\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"x\":\"";

        Exchange atTheLimit = events.send(start + "x".repeat(32_768 - start.length() - 2) + "\"}");
        Exchange overIt = events.send(start + "x".repeat(32_768 - start.length() - 1) + "\"}");

        assertThat(atTheLimit.getException()).isNull();
        assertRefused(overIt, "event_too_large", "event is 32769 bytes, at most 32768 are taken");
    }

    private static void assertRefused(Exchange sent, String code, String message) {
        assertThat(sent.getException())
                .isInstanceOfSatisfying(InvalidBodyException.class, refusal -> assertThat(refusal.getCode())
                        .isEqualTo(code))
                .hasMessageContaining(message)
                .hasStackTraceContaining("InvalidBodyException");
        assertThat(sent.getException().toString()).doesNotContain("PRIVATE");
        for (Throwable cause = sent.getException().getCause(); cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain("PRIVATE");
        }
    }
}
