package io.camelsegment.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.TemporalAccessor;

/** Converts single values of an event from and to JSON, by Jackson. */
final class JsonValue {

    /** Without loss: decimals become BigDecimal and keep their zeros. Modules such as that of Java time are used. */
    private static final ObjectMapper MAPPER = new ObjectMapper(factory())
            .registerModule(new SimpleModule().addSerializer(TemporalAccessor.class, ToStringSerializer.instance))
            .findAndRegisterModules()
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private static final ObjectReader READER = MAPPER.reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private static final ObjectWriter WRITER =
            MAPPER.writer().with(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8);

    private JsonValue() {}

    /** Returns what reads numbers as long as an event may be, and writes what Jackson's own does. */
    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNumberLength(EventLimits.DEFAULT.maxEventBytes())
                        .build())
                .build();
    }

    /**
     * Returns {@code json[from, to)} as an object of a class; members that it does not have are ignored.
     *
     * @param what the value's name in a message
     * @throws IllegalArgumentException if the value does not fit the class
     */
    static <T> T decode(byte[] json, int from, int to, Class<T> type, String what) {
        try {
            return READER.forType(type).readValue(json, from, to - from);
        } catch (JsonMappingException e) {
            StringBuilder at = new StringBuilder();
            for (JsonMappingException.Reference one : e.getPath()) {
                at.append(one.getFieldName() == null ? "[" + one.getIndex() + "]" : "." + one.getFieldName());
            }
            // Without the cause: its message may quote values.
            throw new IllegalArgumentException("expected " + what + " to fit " + type.getName() + ", but "
                    + (at.length() == 0 ? "it does" : what + at + " does") + " not");
        } catch (IOException e) {
            throw new IllegalArgumentException("expected " + what + " to fit " + type.getName() + ", but it does not");
        }
    }

    /**
     * Returns a value as JSON text.
     *
     * @throws IllegalArgumentException if Jackson cannot write it
     */
    static byte[] encode(Object value) {
        if (value == null) {
            return new byte[] {'n', 'u', 'l', 'l'};
        }
        if (value instanceof CharSequence) {
            return JsonText.encode(value.toString());
        }
        if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            return value.toString().getBytes(StandardCharsets.US_ASCII);
        }
        try {
            return WRITER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            // Without the cause: its message may quote values.
            throw new IllegalArgumentException("expected a value that Jackson can write as JSON, but was "
                    + value.getClass().getName());
        }
    }
}
