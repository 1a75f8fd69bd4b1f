package io.camelsegment.tracking.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;

/**
 * The bodies of answers. A refusal always has {@code success}, {@code code}, {@code message} and {@code error}, because
 * Python's library retries a 400 without {@code code} or {@code message}, and Ruby's reads {@code error}.
 */
final class ResponseBodies {

    // Arrays and not buffers, which a native image cannot have from its build.
    private static final byte[] SUCCESS = "{\"success\":true}".getBytes(US_ASCII);
    private static final byte[] PIXEL =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private static final JsonFactory JSON = new JsonFactory();

    private ResponseBodies() {}

    /** Returns the body for a request whose events were all delivered. */
    static Buffer success() {
        return Buffer.buffer(SUCCESS);
    }

    /** Returns a GIF of one transparent pixel. */
    static Buffer pixel() {
        return Buffer.buffer(PIXEL);
    }

    /** Returns the body for a request whose other events were delivered. */
    static Buffer success(List<Rejection> rejected) {
        if (rejected.isEmpty()) {
            return success();
        }
        return write(json -> {
            json.writeBooleanField("success", true);
            json.writeArrayFieldStart("rejected");
            for (Rejection rejection : rejected) {
                json.writeStartObject();
                json.writeNumberField("index", rejection.index());
                if (rejection.messageId() != null) {
                    json.writeStringField("messageId", rejection.messageId());
                }
                json.writeStringField("code", rejection.code());
                json.writeStringField("message", rejection.message());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    static Buffer refusal(String code, String message) {
        return write(json -> {
            json.writeBooleanField("success", false);
            json.writeStringField("code", code);
            json.writeStringField("message", message);
            json.writeStringField("error", message);
        });
    }

    /** Returns a JSON object with the given fields. */
    static Buffer write(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }
}
