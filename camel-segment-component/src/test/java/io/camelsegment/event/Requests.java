package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;

/** Short forms for tests. */
final class Requests {
    static final Instant RECEIVED_AT = Instant.parse("2026-11-21T10:00:00.266Z");

    private static final EventParser PARSER = new EventParser(EventLimits.DEFAULT);

    private Requests() {}

    static EventBatch batch(String body) throws InvalidRequestException {
        return PARSER.parseBatch(body.getBytes(UTF_8));
    }

    static EventBatch event(String body, EventType impliedType) throws InvalidRequestException {
        return PARSER.parseEvent(body.getBytes(UTF_8), impliedType);
    }

    static EventBatch any(String body) throws InvalidRequestException {
        return PARSER.parseAny(body.getBytes(UTF_8));
    }

    /** Normalises the first event with default options; a missing messageId becomes {@code made}. */
    static SegmentEvent normalize(EventBatch batch) throws InvalidEventException {
        return normalize(batch, NormalizeOptions.DEFAULT);
    }

    static SegmentEvent normalize(EventBatch batch, NormalizeOptions options) throws InvalidEventException {
        return batch.normalize(0, RECEIVED_AT, options.messageIds(() -> "made"));
    }

    static String json(SegmentEvent event) {
        return new String(event.json(), UTF_8);
    }
}
