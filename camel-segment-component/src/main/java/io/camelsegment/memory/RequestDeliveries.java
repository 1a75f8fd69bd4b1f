package io.camelsegment.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * The deliveries of one request. They are listed until the request is answered. An answer that ends the request drops
 * the list; any other outcome moves it into the {@link ResendMemory}, where later deliveries go too. Thread-safe.
 */
public final class RequestDeliveries implements DeliveryLog {

    /** Whether the sender has an answer that ends the request. */
    private enum Outcome {
        PENDING,
        ACKNOWLEDGED,
        MISSED
    }

    private final ResendMemory memory;
    private final String source;

    private Outcome outcome = Outcome.PENDING;
    /** Streams and messageIds, alternating. */
    private List<String> delivered = new ArrayList<>();

    /**
     * Creates an empty log.
     *
     * @param source name of the request's source; a messageId identifies an event only within it
     */
    public RequestDeliveries(ResendMemory memory, String source) {
        this.memory = memory;
        this.source = source;
    }

    @Override
    public boolean wasDelivered(String stream, String messageId) {
        return memory.contains(source, stream, messageId);
    }

    @Override
    public void delivered(String stream, String messageId) {
        synchronized (this) {
            if (outcome == Outcome.PENDING) {
                delivered.add(stream);
                delivered.add(messageId);
                return;
            }
            if (outcome == Outcome.ACKNOWLEDGED) {
                return;
            }
        }
        memory.remember(source, stream, messageId);
    }

    /** Drops the list: the sender need not repeat the request. */
    public synchronized void acknowledged() {
        if (outcome == Outcome.PENDING) {
            outcome = Outcome.ACKNOWLEDGED;
            delivered = List.of();
        }
    }

    /**
     * Remembers the deliveries: the sender will repeat the request, because it was told to or got no answer. May call a
     * repository over the network.
     */
    @Override
    public void missed() {
        List<String> pairs;
        synchronized (this) {
            if (outcome != Outcome.PENDING) {
                return;
            }
            outcome = Outcome.MISSED;
            pairs = delivered;
            delivered = List.of();
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            memory.remember(source, pairs.get(i), pairs.get(i + 1));
        }
    }
}
