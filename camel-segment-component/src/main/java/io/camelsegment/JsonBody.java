package io.camelsegment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.camelsegment.event.EventBatch;
import io.camelsegment.event.Integrations;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Message;
import org.apache.camel.TypeConverter;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.MessageHelper;

/**
 * Reads message bodies as JSON in UTF-8, whatever {@code CamelCharsetName} says, and finds the event in them.
 * Thread-safe.
 */
public final class JsonBody {

    private static final JsonBody WITHOUT_OWN = new JsonBody(
            new ObjectMapper().findAndRegisterModules().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS));

    private final ObjectWriter writer;

    /**
     * @param mapper writes bodies that are neither JSON text nor convertible to it
     */
    public JsonBody(ObjectMapper mapper) {
        // As JSON.stringify does, and as strings are sent that a route has made.
        this.writer = withTexts(mapper).writer().with(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8);
    }

    /** Writes every CharSequence as text; Jackson takes those of Groovy, "${…}", for beans. */
    private static ObjectMapper withTexts(ObjectMapper mapper) {
        ObjectMapper copy;
        try {
            copy = mapper.copy();
        } catch (IllegalStateException e) { // of a subclass that cannot
            return mapper;
        }
        return copy.registerModule(
                new SimpleModule("texts").addSerializer(CharSequence.class, ToStringSerializer.instance));
    }

    /**
     * Uses the application's mapper if it has exactly one, so that objects look as they do in its other JSON. The first
     * call in a context looks for it.
     *
     * @param context null for none
     */
    public static JsonBody of(CamelContext context) {
        if (context == null) {
            return WITHOUT_OWN;
        }
        ExtendedCamelContext extension = context.getCamelContextExtension();
        JsonBody known = extension.getContextPlugin(JsonBody.class);
        if (known == null) {
            ObjectMapper own = CamelContextHelper.findSingleByType(context, ObjectMapper.class);
            known = own == null ? WITHOUT_OWN : new JsonBody(own);
            extension.addContextPlugin(JsonBody.class, known);
        }
        return known;
    }

    /**
     * Returns the bytes of a body: those that it has, or has after a conversion of Camel, else its text in UTF-8, else
     * what Jackson writes. They are shared with the body, and must not be changed.
     *
     * @throws IllegalArgumentException if there is no body, or one that cannot be written
     */
    public byte[] bytes(Message message) {
        return bytes(message.getBody(), message);
    }

    /**
     * @param message whose body it is; null for none
     */
    byte[] bytes(Object body, Message message) {
        if (body instanceof SegmentEvent event) {
            return event.json();
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes); // Camel's conversion would leave nothing for the next sink
            return bytes;
        }
        if (body instanceof char[] chars) {
            return new String(chars).getBytes(StandardCharsets.UTF_8);
        }
        if (body instanceof CharSequence || body instanceof Reader) {
            String text = body instanceof Reader reader ? text(message, reader) : body.toString();
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (body instanceof JsonNode node && node.isTextual()) {
            return node.textValue().getBytes(StandardCharsets.UTF_8); // as of jq's tojson
        }
        if (body == null) {
            throw notJson("nothing");
        }
        // Some converter libraries turn a map into bytes, too, but not always into JSON.
        byte[] converted = body instanceof Map || body instanceof JsonNode ? null : converted(message, body);
        return converted == null ? serialized(body) : converted;
    }

    private static String text(Message message, Reader reader) {
        if (message != null) {
            return message.getBody(String.class);
        }
        try (reader) {
            StringWriter text = new StringWriter();
            reader.transferTo(text);
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] converted(Message message, Object body) {
        if (message == null) {
            return body instanceof InputStream stream ? read(stream) : null;
        }
        Exchange exchange = message.getExchange();
        TypeConverter converter = exchange.getContext().getTypeConverter();
        Object charset = exchange.getProperty(Exchange.CHARSET_NAME);
        exchange.setProperty(Exchange.CHARSET_NAME, StandardCharsets.UTF_8.name()); // XML documents are written in it
        try {
            return converter.tryConvertTo(byte[].class, exchange, body);
        } finally {
            exchange.setProperty(Exchange.CHARSET_NAME, charset);
            MessageHelper.resetStreamCache(message);
        }
    }

    private byte[] serialized(Object body) {
        try {
            return writer.writeValueAsBytes(body);
        } catch (InvalidDefinitionException e) {
            throw notJson(body.getClass().getName() + ": " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            // Without the cause: its message may quote keys and values.
            throw notJson(body.getClass().getName() + ": " + e.getClass().getSimpleName());
        }
    }

    private static IllegalArgumentException notJson(String came) {
        return new IllegalArgumentException(
                "expected a SegmentEvent, a Map, JSON text or an object that Jackson can write as JSON, was " + came
                        + "; convert the body before, for example with marshal().json()");
    }

    /**
     * Returns the event that a body holds, with the body's own bytes, ids and integrations; null if it holds none.
     * If the body has no id of its own, the one of the header {@link SegmentConstants#MESSAGE_ID} counts.
     *
     * @param json the {@link #bytes} of the message's body
     */
    public static SegmentEvent event(byte[] json, Message message) {
        if (!mayBeObject(json)) {
            return null;
        }
        try {
            return requiredEvent(json, message);
        } catch (InvalidRequestException | InvalidEventException notAnEvent) {
            return null;
        }
    }

    /**
     * Returns the event that a body holds; see {@link #event}.
     *
     * @param message null for none
     * @throws InvalidRequestException if the body is not one JSON object
     * @throws InvalidEventException   if the object breaks a rule of the spec
     */
    static SegmentEvent requiredEvent(byte[] json, Message message)
            throws InvalidRequestException, InvalidEventException {
        NormalizeOptions options = isOfWebhook(message) ? NormalizeOptions.WEBHOOK : NormalizeOptions.NORMALIZED;
        EventBatch batch = SegmentConverter.NORMALIZED.parseEvent(json, null);
        try {
            return batch.normalize(0, Instant.now(), options.messageIds(() -> messageId(message)))
                    .withJson(batch.originalBytes(0));
        } finally {
            batch.release();
        }
    }

    /**
     * Returns what a body says about a destination, whether it is an event or not.
     *
     * @param json the {@link #bytes} of the message's body
     */
    public static Integrations integrations(byte[] json, Message message, String destination) {
        if (!mayBeObject(json)) {
            return Integrations.NONE;
        }
        try {
            EventBatch batch = SegmentConverter.NORMALIZED.parseEvent(json, null);
            try {
                return Integrations.of(batch.originalBytes(0), destination, isOfWebhook(message));
            } finally {
                batch.release();
            }
        } catch (InvalidRequestException notOneObject) {
            return Integrations.NONE;
        }
    }

    private static boolean isOfWebhook(Message message) {
        if (message == null) {
            return false;
        }
        SegmentEvent received = message.getExchange() == null ? null : ReceivedEvent.of(message.getExchange());
        return received == null
                ? Boolean.TRUE.equals(message.getHeader(SegmentConstants.WEBHOOK, Boolean.class))
                : received.isFromWebhook();
    }

    private static String messageId(Message message) {
        String header = message == null ? null : message.getHeader(SegmentConstants.MESSAGE_ID, String.class);
        return header == null || header.isEmpty() ? UUID.randomUUID().toString() : header;
    }

    /** Looks at the first character behind white space and a byte order mark. */
    private static boolean mayBeObject(byte[] json) {
        int p = json.length > 2 && json[0] == (byte) 0xEF && json[1] == (byte) 0xBB && json[2] == (byte) 0xBF ? 3 : 0;
        while (p < json.length && json[p] >= 0 && json[p] <= ' ') {
            p++;
        }
        return p < json.length && json[p] == '{';
    }
}
