package io.camelsegment;

import io.camelsegment.event.SegmentEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.trait.message.MessageTrait;

/**
 * The message of an event. The map of its headers is made only when somebody needs it: a route that only delivers does not, and the
 * map, with the copy that Camel makes of it at the end of an InOut route, would cost more than parsing and normalising the event.
 * Not thread-safe, as no message is.
 */
final class SegmentMessage extends DefaultMessage {

    private static final List<String> OF_EVENT = List.of(
            SegmentConstants.SOURCE,
            SegmentConstants.TYPE,
            SegmentConstants.EVENT,
            SegmentConstants.USER_ID,
            SegmentConstants.ANONYMOUS_ID,
            SegmentConstants.GROUP_ID,
            SegmentConstants.MESSAGE_ID,
            SegmentConstants.TIMESTAMP,
            SegmentConstants.RECEIVED_AT,
            SegmentConstants.PARTITION_KEY);

    private static final Object NOT_OF_EVENT = new Object();
    private static final Object[] NOTHING = {};
    /** Names and values: a sink sets two headers, and a route that sets many is better off with a map. */
    private static final int MOST_ADDED = 16;

    private String source;
    /** Null in a message that is yet to become a copy of another, and after a reset. */
    private SegmentEvent event;
    /** Names and values by turns of what was set before there was a map; never changed, so that copies share it. */
    private Object[] added = NOTHING;

    SegmentMessage(Exchange exchange, String source, SegmentEvent event) {
        super(exchange);
        this.source = source;
        this.event = event;
        setBody(event);
    }

    private SegmentMessage(SegmentMessage like) {
        super(like.getCamelContext());
    }

    @Override
    public SegmentMessage newInstance() {
        return new SegmentMessage(this);
    }

    /** As MessageSupport does it, but for the headers. */
    @Override
    public void copyFromWithNewBody(Message that, Object newBody) {
        if (!(that instanceof SegmentMessage other)
                || other == this
                || other.hasPopulatedHeaders()
                || hasPopulatedHeaders()
                || other.hasTrait(MessageTrait.ATTACHMENTS)) {
            super.copyFromWithNewBody(that, newBody);
            return;
        }
        if (getExchange() == null) {
            setExchange(other.getExchange());
        }
        if (other.hasMessageId()) {
            setMessageId(other.getMessageId());
        }
        setBody(newBody);
        source = other.source;
        event = other.event;
        added = other.added;
    }

    @Override
    public void reset() {
        super.reset();
        source = null;
        event = null;
        added = NOTHING;
    }

    @SuppressWarnings({"MissingOverride", "ProtectedMembersInFinalClass"}) // Camel 4.14 does not ask
    protected boolean isPopulateHeadersSupported() {
        return true;
    }

    @Override
    protected void populateInitialHeaders(Map<String, Object> headers) {
        if (event != null) {
            for (String name : OF_EVENT) {
                Object value = ofEvent(name);
                if (value != null) {
                    headers.put(name, value);
                }
            }
        }
        for (int i = 0; i < added.length; i += 2) {
            headers.put((String) added[i], added[i + 1]);
        }
    }

    @Override
    public Object getHeader(String name) {
        Object value = withoutMap(name);
        return value == NOT_OF_EVENT ? super.getHeader(name) : value;
    }

    @Override
    public <T> T getHeader(String name, Class<T> type) {
        Object value = withoutMap(name);
        boolean asItIs = value == null ? !type.isPrimitive() : value != NOT_OF_EVENT && type.isInstance(value);
        return asItIs ? type.cast(value) : super.getHeader(name, type);
    }

    @Override
    public void setHeader(String name, Object value) {
        int length = added.length;
        if (hasPopulatedHeaders() || length == MOST_ADDED) {
            super.setHeader(name, value);
            return;
        }
        added = Arrays.copyOf(added, length + 2);
        added[length] = name;
        added[length + 1] = value;
    }

    /** Names that are written in another case are found in the map only. */
    private Object withoutMap(String name) {
        return hasPopulatedHeaders() || added.length > 0 || event == null ? NOT_OF_EVENT : ofEvent(name);
    }

    private Object ofEvent(String name) {
        return switch (name) {
            case SegmentConstants.SOURCE -> source;
            case SegmentConstants.TYPE -> event.type().specName();
            case SegmentConstants.EVENT -> event.event();
            case SegmentConstants.USER_ID -> event.userId();
            case SegmentConstants.ANONYMOUS_ID -> event.anonymousId();
            case SegmentConstants.GROUP_ID -> event.groupId();
            case SegmentConstants.MESSAGE_ID -> event.messageId();
            case SegmentConstants.TIMESTAMP -> event.timestamp();
            case SegmentConstants.RECEIVED_AT -> event.receivedAt();
            case SegmentConstants.PARTITION_KEY -> event.partitionKey();
            default -> NOT_OF_EVENT;
        };
    }
}
