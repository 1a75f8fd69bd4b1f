package io.camelsegment.memory;

import java.util.List;

/**
 * Records which events of one request were delivered to which streams, so that a repeated request does not duplicate
 * them. Implementations are thread-safe.
 */
public interface DeliveryLog {

    /** Exchange property with the log, set once an event's message may be replaced by one of another class. */
    String PROPERTY = "CamelSegmentDeliveryLog";

    /**
     * Returns whether an earlier attempt of the request delivered an event to a stream.
     *
     * @param stream    identifies the stream
     * @param messageId the event's
     */
    boolean wasDelivered(String stream, String messageId);

    /** Records that events were delivered to a stream. */
    void delivered(String stream, List<String> messageIds);

    /**
     * Records that an event could not be delivered to a stream. A repetition then sends again all events with its
     * messageId, as a route may have made several of one, unless this very event is delivered after all.
     */
    void failed(String stream, String messageId, Object event);

    /** Records that an event that may have failed before is delivered. */
    void recovered(String stream, Object event);

    /** Records that the sender will repeat the request; may ask a database. Later calls do nothing. */
    default void missed() {}

    /** A message that carries the delivery log of its event's request. */
    interface Holder {

        /** Returns the log; null when deliveries are not remembered. */
        DeliveryLog deliveryLog();
    }
}
