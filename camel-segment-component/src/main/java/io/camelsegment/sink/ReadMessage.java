package io.camelsegment.sink;

import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * A copy of a message whose body a sink has read: the route goes on with its own. The headers that a source took from
 * its event give way to the event of the body. Not thread-safe, as no message is.
 */
final class ReadMessage extends DefaultMessage {

    /** Null when the body holds none. */
    private SegmentEvent event;

    private ReadMessage(Message message, SegmentEvent event) {
        super(message.getExchange());
        this.event = event;
    }

    static ReadMessage of(Message message, Object body, SegmentEvent event) {
        ReadMessage read = new ReadMessage(message, event);
        read.copyFromWithNewBody(message, body);
        if (event != null && body == event) {
            read.forgetEventOfSource(message);
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
        ReadMessage read = new ReadMessage(batch, null);
        read.copyFromWithNewBody(batch, null);
        read.forgetEventOfSource(batch);
        return read;
    }

    private void forgetEventOfSource(Message original) {
        if (hasKeyOfSource(original)) {
            removeHeader(SegmentConstants.PARTITION_KEY);
        }
        removeHeader(SegmentConstants.MESSAGE_ID); // the event has it, if its JSON has none
    }

    void setEvent(SegmentEvent one) {
        event = one;
        setBody(one);
    }

    SegmentEvent event() {
        return event;
    }

    /** Returns whether the partition key is what a source derives from its event, not what the route has set. */
    private static boolean hasKeyOfSource(Message message) {
        String key = header(message, SegmentConstants.PARTITION_KEY);
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
