package io.camelsegment.event;

/**
 * Knows where the events of one request have arrived, so that they do not arrive there twice when the sender repeats the
 * request. Implementations are thread-safe.
 */
public interface DeliveryLog {

    /**
     * Tells whether an event arrived before, in a request that its sender was not answered for.
     *
     * @param stream    what tells the stream from all others
     * @param messageId the event's
     */
    boolean hasArrived(String stream, String messageId);

    /** Takes note that an event has arrived. */
    void arrived(String stream, String messageId);
}
