package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * The two body formats of Kinesis and Firehose. The AWS SDK for Java sends CBOR to Kinesis unless configured otherwise;
 * everything else sends JSON. They differ in blobs (bytes; base64) and times (milliseconds; seconds with decimals).
 */
@SuppressWarnings("ImmutableEnumChecker") // Jackson's factories and mappers are not changed after their construction
enum Wire {
    JSON("application/x-amz-json-1.1", new JsonFactory()),
    CBOR("application/x-amz-cbor-1.1", new CBORFactory());

    private static final int CBOR_TAG_EPOCH_TIME = 1;

    private final String contentType;
    private final JsonFactory factory;
    private final ObjectMapper mapper;

    Wire(String contentType, JsonFactory factory) {
        this.contentType = contentType;
        this.factory = factory;
        this.mapper = new ObjectMapper(factory).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    String contentType() {
        return contentType;
    }

    JsonParser parser(byte[] body) throws IOException {
        return factory.createParser(body);
    }

    JsonNode tree(byte[] body) throws IOException {
        return mapper.readTree(body);
    }

    /** Writes one object; the body is called between its start and its end. */
    byte[] object(Body body) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator generator = factory.createGenerator(bytes)) {
            generator.writeStartObject();
            body.write(generator);
            generator.writeEndObject();
            generator.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeTime(JsonGenerator generator, String field, Instant time) throws IOException {
        generator.writeFieldName(field);
        if (this == CBOR) {
            ((CBORGenerator) generator).writeTag(CBOR_TAG_EPOCH_TIME);
            generator.writeNumber(time.toEpochMilli());
        } else {
            generator.writeNumber(BigDecimal.valueOf(time.toEpochMilli(), 3));
        }
    }

    Instant readTime(JsonNode number) {
        return Instant.ofEpochMilli(
                this == CBOR
                        ? number.longValue()
                        : number.decimalValue().movePointRight(3).longValue());
    }

    @FunctionalInterface
    interface Body {
        void write(JsonGenerator generator) throws IOException;
    }
}
