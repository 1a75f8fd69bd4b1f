package io.camelsegment.tracking.client;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.camelsegment.JsonBody;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventBatch;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.EventType;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.RejectionReason;
import io.camelsegment.event.SegmentEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Message;

/**
 * Writes the event of a message as an SDK would send it. The body's members are copied byte for byte; headers fill in
 * missing ones. Thread-safe.
 */
public final class EventWriter {

    /**
     * Members that the receiving API sets. From an old {@code sentAt} it would take all the time since then for a skew
     * of our clock, and correct the event's {@code timestamp} by it.
     */
    private static final Set<String> SET_BY_RECEIVER =
            Set.of("sentAt", "receivedAt", "originalTimestamp", "writeKey", "_metadata");

    private static final EventParser PARSER = new EventParser(EventLimits.DEFAULT);

    private final SegmentBody bodyAs;
    private final JsonBody bodies;

    /**
     * Creates a writer.
     *
     * @param bodyAs what message bodies hold
     * @param bodies reads message bodies as JSON
     */
    public EventWriter(SegmentBody bodyAs, JsonBody bodies) {
        this.bodyAs = bodyAs;
        this.bodies = bodies;
    }

    /**
     * Returns the message's event as one JSON object.
     *
     * @throws InvalidBodyException if the message is no event, or breaks a rule of the spec
     */
    public byte[] write(Message message) throws InvalidBodyException {
        if (bodyAs == SegmentBody.PROPERTIES) {
            return checked(properties(message));
        }
        Object body = message.getBody();
        byte[] event = event(json(message), new Output(message, null));
        return body instanceof SegmentEvent ? event : checked(event);
    }

    /**
     * Returns an event that no message has as one JSON object. Its members are copied byte for byte; a missing {@code
     * messageId} and {@code timestamp} are filled in.
     *
     * @param json    the event
     * @param type    of an event that has none; null for none
     * @param checked whether it must keep the rules of the spec and Segment's limits
     * @throws InvalidBodyException if it is no JSON object, or breaks a rule
     */
    public static byte[] write(byte[] json, EventType type, boolean checked) throws InvalidBodyException {
        byte[] event = event(json, new Output(null, type == null ? null : type.specName()));
        return checked ? checked(event) : event;
    }

    private static byte[] event(byte[] json, Output out) throws InvalidBodyException {
        String type = null;
        for (JsonMembers.Member member : members(json)) {
            String name = member.name();
            boolean copied =
                    switch (name) {
                        case "messageId", "timestamp" -> member.hasText();
                        default -> !SET_BY_RECEIVER.contains(name);
                    };
            if (copied) {
                out.copy(name, json, member.start(), member.end());
            }
            type = name.equals("type") ? member.text() : type;
        }
        return out.fill(type).end();
    }

    private byte[] properties(Message message) throws InvalidBodyException {
        byte[] json = message.getBody() == null ? new byte[] {'{', '}'} : json(message);
        // Also ensures that the text is one object: what follows it would otherwise become members of the event.
        members(json);
        String type = message.getHeader(SegmentConstants.TYPE, String.class);
        if (type == null) {
            throw new InvalidBodyException(
                    RejectionReason.MISSING_TYPE.code(),
                    "expected the type of the event in the header " + SegmentConstants.TYPE
                            + ", because bodyAs=properties, but there was none; set it, to track for example");
        }
        if (type.equals("alias")) {
            throw new InvalidBodyException(
                    RejectionReason.INVALID_TYPE.code(),
                    "an alias has no properties; send the whole event as the body, with bodyAs=event");
        }
        String name = type.equals("identify") || type.equals("group") ? "traits" : "properties";
        return new Output(message, null).fill(type).object(name, json).end();
    }

    private static List<JsonMembers.Member> members(byte[] json) throws InvalidBodyException {
        try {
            return JsonMembers.of(json);
        } catch (IOException e) {
            // Jackson's messages quote the text; the event parser's do not.
            checked(json);
            throw new InvalidBodyException(
                    RejectionReason.BAD_REQUEST.code(), "expected one JSON object in UTF-8, but the body is not");
        }
    }

    private static byte[] checked(byte[] event) throws InvalidBodyException {
        try {
            EventBatch batch = PARSER.parseEvent(event, null);
            try {
                SegmentEvent unused = batch.normalize(0, Instant.EPOCH, NormalizeOptions.DEFAULT);
                return event;
            } finally {
                batch.release();
            }
        } catch (InvalidRequestException e) {
            throw new InvalidBodyException(e.code(), e);
        } catch (InvalidEventException e) {
            throw new InvalidBodyException(e.code(), e);
        }
    }

    /**
     * Returns the body as JSON, before headers fill in what it lacks; shared with the body.
     *
     * @throws InvalidBodyException if there is no body, or one that cannot be written
     */
    public byte[] json(Message message) throws InvalidBodyException {
        try {
            return bodies.bytes(message);
        } catch (IllegalArgumentException e) {
            throw new InvalidBodyException(RejectionReason.BAD_REQUEST.code(), e.getMessage());
        }
    }

    /** The event being written. */
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        private final Set<String> names = new HashSet<>();
        private final Message message;
        private final String impliedType;

        /**
         * @param message     null for none
         * @param impliedType without a message, that of an event that names none; null for none
         */
        Output(Message message, String impliedType) {
            this.message = message;
            this.impliedType = impliedType;
        }

        void copy(String name, byte[] json, int start, int end) {
            begin(name);
            bytes.write(json, start, end - start);
        }

        /**
         * Adds missing members from headers. A member of the body stays as it is, even null.
         *
         * @param bodyType the body's type; null when it names none
         */
        Output fill(String bodyType) {
            String type = bodyType == null ? header(SegmentConstants.TYPE) : bodyType;
            addIfMissing("type", type);
            if ("track".equals(type)) {
                addIfMissing("event", header(SegmentConstants.EVENT));
            } else if ("page".equals(type) || "screen".equals(type)) {
                addIfMissing("name", header(SegmentConstants.EVENT));
            }
            addIfMissing("userId", header(SegmentConstants.USER_ID));
            addIfMissing("anonymousId", header(SegmentConstants.ANONYMOUS_ID));
            addIfMissing("groupId", header(SegmentConstants.GROUP_ID));
            if (!names.contains("messageId")) {
                // Generated here, not by the receiver, so that it tells a retried event from a new one.
                String messageId = header(SegmentConstants.MESSAGE_ID);
                addIfMissing("messageId", messageId == null ? UUID.randomUUID().toString() : messageId);
            }
            if (!names.contains("timestamp")) {
                addIfMissing("timestamp", timestamp());
            }
            return this;
        }

        Output object(String name, byte[] json) {
            begin(name);
            bytes.writeBytes(string(name));
            bytes.write(':');
            bytes.writeBytes(json);
            return this;
        }

        byte[] end() {
            bytes.write('}');
            return bytes.toByteArray();
        }

        private void addIfMissing(String name, String value) {
            if (value != null && !names.contains(name)) {
                object(name, string(value));
            }
        }

        private void begin(String name) {
            bytes.write(names.isEmpty() ? '{' : ',');
            names.add(name);
        }

        private String header(String name) {
            if (message == null) {
                return name.equals(SegmentConstants.TYPE) ? impliedType : null;
            }
            String value = message.getHeader(name, String.class);
            return value == null || value.isEmpty() ? null : value;
        }

        private String timestamp() {
            Object time = message == null ? null : message.getHeader(SegmentConstants.TIMESTAMP);
            if (time instanceof Date date) {
                return date.toInstant().toString();
            }
            String text = header(SegmentConstants.TIMESTAMP);
            return text == null
                    ? Instant.ofEpochMilli(System.currentTimeMillis()).toString()
                    : text;
        }

        private static byte[] string(String value) {
            byte[] text = JsonStringEncoder.getInstance().quoteAsUTF8(value);
            byte[] quoted = new byte[text.length + 2];
            quoted[0] = '"';
            System.arraycopy(text, 0, quoted, 1, text.length);
            quoted[quoted.length - 1] = '"';
            return quoted;
        }
    }
}
