package io.camelsegment;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.camelsegment.event.EventBatch;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.Converter;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * Type converters from an event to bytes, text, maps and JSON trees, and from bytes back to an event; from a batch to a
 * list and to lines of JSON.
 */
@Converter(generateLoader = true)
public final class SegmentConverter {

    /** Without loss: decimals become BigDecimal and keep their zeros, and numbers may be as long as an event. */
    private static final ObjectReader JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(EventLimits.DEFAULT.maxEventBytes())
                            .build())
                    .build())
            .reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    /** The largest Kinesis record, 10 MiB: a normalised event may be larger than its source accepts. */
    private static final int MAX_BYTES = 10 << 20;

    static final EventParser NORMALIZED =
            new EventParser(new EventLimits(MAX_BYTES, MAX_BYTES, 1, EventLimits.DEFAULT.maxNestingDepth()));

    private SegmentConverter() {}

    /**
     * Reads a delivered event back, for example a dead letter, with the same bytes and everything that routing and
     * delivery need. The bytes do not tell an event of a webhook source: the header {@link SegmentConstants#WEBHOOK}
     * does.
     *
     * @param json     the event's JSON; kept, so it must not be changed
     * @param exchange whose header counts; null for none
     */
    @Converter
    public static SegmentEvent toEvent(byte[] json, Exchange exchange)
            throws InvalidRequestException, InvalidEventException {
        boolean webhook = exchange != null
                && Boolean.TRUE.equals(exchange.getMessage().getHeader(SegmentConstants.WEBHOOK, Boolean.class));
        EventBatch batch = NORMALIZED.parseEvent(json, null);
        try {
            return batch.normalize(0, Instant.now(), webhook ? NormalizeOptions.WEBHOOK : NormalizeOptions.NORMALIZED);
        } finally {
            batch.release();
        }
    }

    /**
     * Reads what a route has made of an event: a Map, a JsonNode, text, a stream, or an object that Jackson can write.
     * The event has the ids, the {@code integrations} and the bytes that it has now.
     *
     * @param exchange whose converters and headers count; null for none
     * @throws IllegalArgumentException if that is no JSON
     */
    @Converter
    public static SegmentEvent toEvent(Object body, Exchange exchange)
            throws InvalidRequestException, InvalidEventException {
        if (exchange == null) {
            return JsonBody.requiredEvent(JsonBody.of(null).bytes(body, null), null);
        }
        Message message = new DefaultMessage(exchange);
        message.copyFromWithNewBody(exchange.getMessage(), body);
        return JsonBody.requiredEvent(JsonBody.of(exchange.getContext()).bytes(message), message);
    }

    /** Returns a copy that the caller may change. */
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

    /** Returns the event as maps and lists. Slower than the bytes; decimals are BigDecimal. */
    @Converter
    public static Map<String, Object> toMap(SegmentEvent event) throws IOException {
        return JSON.forType(MAP).readValue(event.json());
    }

    @Converter
    public static JsonNode toJsonNode(SegmentEvent event) throws IOException {
        return JSON.readTree(event.json());
    }

    /** Refuses: {@code split(body())} gives single events. */
    @Converter
    @SuppressWarnings("DoNotCallSuggester") // Camel calls it
    public static SegmentEvent toEvent(SegmentBatch batch) {
        throw SegmentBatch.needsOneEvent("a SegmentEvent");
    }

    /** Returns a new list. */
    @Converter
    public static List<SegmentEvent> toList(SegmentBatch batch) {
        return batch.toList();
    }

    /** Returns the events of a batch, one JSON object a line, without a line break behind the last. */
    @Converter
    public static byte[] toBytes(SegmentBatch batch) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (SegmentEvent event : batch) {
            lines.writeBytes(event.jsonLine());
        }
        return Arrays.copyOf(lines.toByteArray(), Math.max(0, lines.size() - 1));
    }

    @Converter
    public static ByteBuffer toByteBuffer(SegmentBatch batch) {
        return ByteBuffer.wrap(toBytes(batch)).asReadOnlyBuffer();
    }

    @Converter
    public static InputStream toInputStream(SegmentBatch batch) {
        return new ByteArrayInputStream(toBytes(batch));
    }

    @Converter
    public static String toString(SegmentBatch batch) {
        return new String(toBytes(batch), StandardCharsets.UTF_8);
    }
}
