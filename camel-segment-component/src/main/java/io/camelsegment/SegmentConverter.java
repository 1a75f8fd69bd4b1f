package io.camelsegment;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Converter;

/** Gives the body of an event's Exchange in the forms that routes and other components ask for. */
@Converter(generateLoader = true)
public final class SegmentConverter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    /** What the largest Kinesis record holds: normalising may have made an event larger than a source would take it. */
    private static final int MAX_BYTES = 10 << 20;

    private static final EventParser NORMALIZED =
            new EventParser(new EventLimits(MAX_BYTES, MAX_BYTES, 1, EventLimits.DEFAULT.maxNestingDepth()));

    private SegmentConverter() {}

    /**
     * Reads back an event as it was delivered, such as a dead letter: the same bytes, and all that routing and delivery need to know.
     *
     * @param json kept by the event, must not be changed
     */
    @Converter
    public static SegmentEvent toEvent(byte[] json) throws InvalidRequestException, InvalidEventException {
        return NORMALIZED.parseEvent(json, null).normalize(0, Instant.now(), NormalizeOptions.WEBHOOK);
    }

    /** Returns a copy, which the caller may change. */
    @Converter
    public static byte[] toBytes(SegmentEvent event) {
        return event.json().clone();
    }

    @Converter
    public static ByteBuffer toByteBuffer(SegmentEvent event) {
        return ByteBuffer.wrap(event.json()).asReadOnlyBuffer();
    }

    @Converter
    public static InputStream toInputStream(SegmentEvent event) {
        return new ByteArrayInputStream(event.json());
    }

    @Converter
    public static String toString(SegmentEvent event) {
        return new String(event.json(), StandardCharsets.UTF_8);
    }

    /** Returns the event as a tree of maps and lists: convenient, but slow beside the bytes, and decimals become doubles. */
    @Converter
    public static Map<String, Object> toMap(SegmentEvent event) throws IOException {
        return JSON.readValue(event.json(), MAP);
    }

    @Converter
    public static JsonNode toJsonNode(SegmentEvent event) throws IOException {
        return JSON.readTree(event.json());
    }
}
