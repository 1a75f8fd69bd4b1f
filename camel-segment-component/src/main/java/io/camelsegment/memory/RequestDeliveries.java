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
    private List<Delivered> delivered = new ArrayList<>();

    private record Delivered(String stream, List<String> messageIds) {}

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
    public void delivered(String stream, List<String> messageIds) {
        synchronized (this) {
            if (outcome == Outcome.PENDING) {
                delivered.add(new Delivered(stream, messageIds));
                return;
            }
            if (outcome == Outcome.ACKNOWLEDGED) {
                return;
            }
        }
        remember(stream, messageIds);
    }

    private void remember(String stream, List<String> messageIds) {
        messageIds.forEach(messageId -> memory.remember(source, stream, messageId));
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
        List<Delivered> all;
        synchronized (this) {
            if (outcome != Outcome.PENDING) {
                return;
            }
            outcome = Outcome.MISSED;
            all = delivered;
            delivered = List.of();
        }
        all.forEach(one -> remember(one.stream(), one.messageIds()));
    }
}
