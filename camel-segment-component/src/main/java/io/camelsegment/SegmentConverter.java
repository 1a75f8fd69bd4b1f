package io.camelsegment;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.event.SegmentEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Converter;

/** Gives the body of an event's Exchange in the forms that routes and other components ask for. */
@Converter(generateLoader = true)
public final class SegmentConverter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private SegmentConverter() {}

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
