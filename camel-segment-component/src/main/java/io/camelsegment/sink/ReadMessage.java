package io.camelsegment.sink;

import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * A message with another body, which a sink has read from that of a message: the route goes on with its own. The
 * headers are those of the original, but for those that a source took from its event: they give way to the event of the
 * body. They are read from the original, which must not change meanwhile, and copied only when somebody asks for the
 * map. Not thread-safe, as no message is.
 */
final class ReadMessage extends DefaultMessage {

    private final Message original;
    /** Null when the body holds none. */
    private SegmentEvent event;
    /** Whether {@code messageId} is hidden: the event has it, if its JSON has none. */
    private boolean hidesMessageId;

    private boolean hidesPartitionKey;

    private ReadMessage(Message original, Object body, SegmentEvent event) {
        super(original.getExchange());
        this.original = original;
        this.event = event;
        setBody(body);
    }

    static ReadMessage of(Message message, Object body, SegmentEvent event) {
        ReadMessage read = new ReadMessage(message, body, event);
        if (event != null && body == event) {
            read.hideEventOfSource();
        }
        return read;
    }

    /**
     * Returns the message of an event, or a copy of it when its partition key is another event's, as after a change.
     */
    static Message of(Message message, SegmentEvent event) {
        String key = header(message, SegmentConstants.PARTITION_KEY);
        return key == null || key.equals(event.partitionKey()) || !hasKeyOfSource(message)
                ? message
                : of(message, event, event);
    }

    /** Returns a copy of a batch's message, for one event of the batch after the other. */
    static ReadMessage of(Message batch) {
        ReadMessage read = new ReadMessage(batch, null, null);
        read.hideEventOfSource();
        return read;
    }

    private void hideEventOfSource() {
        hidesPartitionKey = hasKeyOfSource(original);
        hidesMessageId = true;
    }

    void setEvent(SegmentEvent one) {
        event = one;
        setBody(one);
    }

    SegmentEvent event() {
        return event;
    }

    @Override
    public Object getHeader(String name) {
        return hasPopulatedHeaders() ? super.getHeader(name) : isHidden(name) ? null : original.getHeader(name);
    }

    @Override
    public <T> T getHeader(String name, Class<T> type) {
        if (hasPopulatedHeaders() || (type.isPrimitive() && isHidden(name))) {
            return super.getHeader(name, type);
        }
        return isHidden(name) ? null : original.getHeader(name, type);
    }

    private boolean isHidden(String name) {
        return (hidesMessageId && SegmentConstants.MESSAGE_ID.equalsIgnoreCase(name))
                || (hidesPartitionKey && SegmentConstants.PARTITION_KEY.equalsIgnoreCase(name));
    }

    @SuppressWarnings({"MissingOverride", "ProtectedMembersInFinalClass"}) // absent from Camel 4.14
    protected boolean isPopulateHeadersSupported() {
        return true;
    }

    @Override
    protected void populateInitialHeaders(Map<String, Object> headers) {
        headers.putAll(original.getHeaders());
        headers.keySet().removeIf(this::isHidden);
    }

    /** Returns whether the partition key is what a source derives from its event, not what the route has set. */
    private static boolean hasKeyOfSource(Message message) {
        String key = header(message, SegmentConstants.PARTITION_KEY);
        if (key == null) {
            return false;
        }
        for (String name :
                new String[] {SegmentConstants.USER_ID, SegmentConstants.ANONYMOUS_ID, SegmentConstants.MESSAGE_ID}) {
            String id = header(message, name);
            if (id != null) {
                return id.equals(key);
            }
        }
        return false;
    }

    private static String header(Message message, String name) {
        return message.getHeader(name, String.class);
    }
}
