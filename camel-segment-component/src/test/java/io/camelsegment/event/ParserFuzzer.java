package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The target of the fuzz profile: {@code mvn -pl camel-segment-component -am verify -Pfuzz -DskipTests}. Any bytes give
 * an answer, and what is accepted is well-formed, has its members once, and does not change when it is normalised
 * again.
 */
public final class ParserFuzzer {
    private static final EventParser PARSER = new EventParser(EventLimits.DEFAULT);

    private ParserFuzzer() {}

    public static void fuzzerTestOneInput(byte[] body) {
        read(body, null);
        read(body, EventType.TRACK);
    }

    private static void read(byte[] body, EventType impliedType) {
        try {
            EventBatch batch = impliedType == null ? PARSER.parseAny(body) : PARSER.parseEvent(body, impliedType);
            batch.writeKey();
            for (int i = 0; i < batch.size(); i++) {
                batch.writeKey(i);
                normalize(batch, i);
            }
        } catch (InvalidRequestException e) {
            checkQuiet(e.getMessage());
        }
    }

    private static void normalize(EventBatch batch, int index) throws InvalidRequestException {
        try {
            SegmentEvent once = batch.normalize(index, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT.ip("192.0.2.1"));
            once.isEnabledFor("Amazon Kinesis");
            SegmentEvent twice = normalizeAgain(once);
            if (!Arrays.equals(once.json(), twice.json()) || !once.timestamp().equals(twice.timestamp())) {
                throw new AssertionError("normalised twice is not normalised once");
            }
        } catch (InvalidEventException e) {
            checkQuiet(e.getMessage());
        }
    }

    private static SegmentEvent normalizeAgain(SegmentEvent event) throws InvalidRequestException {
        try {
            EventLimits larger = new EventLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 502);
            byte[] array = ("[" + new String(event.json(), UTF_8) + "]").getBytes(UTF_8);
            return new EventParser(larger).parseAny(array).normalize(0, Requests.RECEIVED_AT, NormalizeOptions.WEBHOOK);
        } catch (InvalidEventException e) {
            throw new AssertionError("a record is refused", e);
        }
    }

    /** Messages are made of our own words. */
    private static void checkQuiet(String message) {
        if (message.chars().anyMatch(c -> c < ' ' || c > '~') || message.length() > 200) {
            throw new AssertionError("a message quotes the body");
        }
    }
}
