package io.camelsegment.tracking;

import io.camelsegment.BatchFailure;
import io.camelsegment.ReceivedEvent;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.trait.message.MessageTrait;

/**
 * The message of an event, or of the batch of a request's events until one of them becomes its body, as when a route
 * splits the batch. It creates the map of headers only on demand: a route that only delivers needs none, and the
 * map, with the copy that Camel makes at the end of an InOut route, would cost more than parsing and normalising the
 * event. Not thread-safe, as no message is.
 */
final class SegmentMessage extends DefaultMessage implements DeliveryLog.Holder, ReceivedEvent.Holder {

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
            SegmentConstants.PARTITION_KEY,
            SegmentConstants.WEBHOOK);

    private static final Object NOT_OF_EVENT = new Object();
    private static final Object[] NOTHING = {};
    /** Names and values, so 8 headers: a sink sets two, and a route that sets many is better off with a map. */
    private static final int MOST_ADDED = 16;

    private static final List<String> OF_REQUEST =
            List.of(SegmentConstants.SOURCE, SegmentConstants.RECEIVED_AT, SegmentConstants.WEBHOOK);

    private String source;
    /** Whether the body is a batch, and the event any of it. */
    private boolean ofBatch;
    /** The batch that the event is of; null for none. */
    private SegmentBatch batch;
    /** Null in a message that is yet to become a copy, and after a reset. */
    private SegmentEvent event;
    /** The log of the event's request; null when deliveries are not remembered. */
    private DeliveryLog deliveryLog;

    /** Names and values, alternating, set before there was a map. Never changed, so copies share it. */
    private Object[] added = NOTHING;

    SegmentMessage(Exchange exchange, String source, SegmentEvent event, DeliveryLog deliveryLog) {
        super(exchange);
        this.source = source;
        this.event = event;
        this.deliveryLog = deliveryLog;
        setBody(event);
    }

    /**
     * @param batch not empty
     */
    SegmentMessage(Exchange exchange, String source, SegmentBatch batch, DeliveryLog deliveryLog) {
        super(exchange);
        this.source = source;
        this.event = batch.iterator().next();
        this.deliveryLog = deliveryLog;
        this.ofBatch = true;
        setBody(batch);
    }

    private SegmentMessage(SegmentMessage like) {
        super(like.getCamelContext());
    }

    @Override
    public SegmentMessage newInstance() {
        return new SegmentMessage(this);
    }

    @Override
    public DeliveryLog deliveryLog() {
        return deliveryLog;
    }

    @Override
    public SegmentEvent receivedEvent() {
        return ofBatch ? null : event;
    }

    @Override
    public SegmentBatch receivedBatch() {
        return batch;
    }

    /** Does what {@code MessageSupport} does, without creating the map of headers. */
    @Override
    public void copyFromWithNewBody(Message that, Object newBody) {
        if (that instanceof SegmentMessage other) {
            deliveryLog = other.deliveryLog;
            batch = other.batch;
        }
        if (!(that instanceof SegmentMessage other)
                || other == this
                || other.hasPopulatedHeaders()
                || hasPopulatedHeaders()
                || other.hasTrait(MessageTrait.ATTACHMENTS)) {
            ofBatch = false; // until there are the headers
            super.copyFromWithNewBody(that, newBody);
            if (that instanceof SegmentMessage other && other.ofBatch) {
                ofBatch = true;
                setBody(newBody);
            }
            return;
        }
        if (getExchange() == null) {
            setExchange(other.getExchange());
        }
        if (other.hasMessageId()) {
            setMessageId(other.getMessageId());
        }
        source = other.source;
        event = other.event;
        ofBatch = other.ofBatch;
        added = other.added;
        setBody(newBody);
    }

    /** Narrows the batch that a failed Exchange gets back with {@code useOriginalMessage}. */
    @Override
    public Object getBody() {
        Object body = super.getBody();
        if (!ofBatch || !isOriginal()) {
            return body;
        }
        Object narrowed = BatchFailure.narrow(getExchange(), body);
        if (narrowed != body) {
            setBody(narrowed);
        }
        return narrowed;
    }

    private boolean isOriginal() {
        Exchange exchange = getExchange();
        return exchange != null
                && exchange.getUnitOfWork() != null
                && exchange.getContext().isAllowUseOriginalMessage()
                && exchange.getUnitOfWork().getOriginalInMessage() == this;
    }

    /**
     * Takes the headers of an event that a route takes out of its batch; those that the route has set stay. A batch
     * that takes its place removes them.
     */
    @Override
    public void setBody(Object body) {
        super.setBody(body);
        if (body instanceof SegmentBatch changed) {
            batch = changed;
        }
        if (body instanceof SegmentBatch && !ofBatch && event != null) {
            forgetEvent();
        }
        if (!ofBatch || !(body instanceof SegmentEvent one)) {
            return;
        }
        ofBatch = false;
        event = one;
        if (hasPopulatedHeaders()) {
            keepEvent();
            for (String name : OF_EVENT) {
                Object value = ofEvent(name);
                if (value != null) {
                    getHeaders().putIfAbsent(name, value);
                }
            }
        }
    }

    private void forgetEvent() {
        if (hasPopulatedHeaders()) {
            for (String name : OF_EVENT) {
                if (!OF_REQUEST.contains(name)) {
                    getHeaders().remove(name, ofEvent(name));
                }
            }
        }
        ofBatch = true;
    }

    @Override
    public void reset() {
        super.reset();
        source = null;
        event = null;
        ofBatch = false;
        batch = null;
        deliveryLog = null;
        added = NOTHING;
    }

    @SuppressWarnings({"MissingOverride", "ProtectedMembersInFinalClass"}) // absent from Camel 4.14
    protected boolean isPopulateHeadersSupported() {
        return true;
    }

    @Override
    protected void populateInitialHeaders(Map<String, Object> headers) {
        // Also what Camel asks for before it replaces the message, as for setBody: the log goes on with the Exchange.
        if (deliveryLog != null && getExchange() != null) {
            getExchange().setProperty(DeliveryLog.PROPERTY, deliveryLog);
        }
        keepEvent();
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

    private void keepEvent() {
        if (getExchange() == null) {
            return;
        }
        if (event != null && !ofBatch) {
            ReceivedEvent.keep(getExchange(), event);
        }
        if (batch != null) {
            ReceivedEvent.keep(getExchange(), batch);
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

    /** Does without the map, too: each sink removes what another one may have set. */
    @Override
    public Object removeHeader(String name) {
        if (hasPopulatedHeaders() || isOfEvent(name)) {
            return super.removeHeader(name);
        }
        Object removed = null;
        for (int i = added.length - 2; i >= 0; i -= 2) {
            if (name.equalsIgnoreCase((String) added[i])) {
                removed = removed == null ? added[i + 1] : removed;
                added = without(i);
            }
        }
        return removed;
    }

    private Object[] without(int index) {
        Object[] rest = new Object[added.length - 2];
        System.arraycopy(added, 0, rest, 0, index);
        System.arraycopy(added, index + 2, rest, index, rest.length - index);
        return rest;
    }

    private boolean isOfEvent(String name) {
        if (event != null) {
            for (String ofEvent : OF_EVENT) {
                if (ofEvent.equalsIgnoreCase(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Returns a header without the map; {@link #NOT_OF_EVENT} if that is impossible. The event's names in another case
     * are found only in the map.
     */
    private Object withoutMap(String name) {
        if (hasPopulatedHeaders() || event == null) {
            return NOT_OF_EVENT;
        }
        for (int i = added.length - 2; i >= 0; i -= 2) {
            if (((String) added[i]).equalsIgnoreCase(name)) {
                return added[i + 1];
            }
        }
        return ofEvent(name);
    }

    private Object ofEvent(String name) {
        if (ofBatch && OF_EVENT.contains(name) && !OF_REQUEST.contains(name)) {
            return null;
        }
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
            case SegmentConstants.WEBHOOK -> event.isFromWebhook() ? Boolean.TRUE : null;
            default -> NOT_OF_EVENT;
        };
    }
}
