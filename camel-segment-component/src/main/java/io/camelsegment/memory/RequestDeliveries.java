package io.camelsegment.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The deliveries of one request. They are listed until the request is answered. An answer that ends the request drops
 * the list; any other outcome moves it into the {@link ResendMemory}, where later deliveries go too. Of a messageId
 * with an event that failed nothing is kept for that stream. Thread-safe.
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
    /** By stream: the events that failed, with their messageIds. Null while none has, which is nearly always. */
    private volatile Map<String, Map<Object, String>> failed;

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

    @Override
    public void failed(String stream, String messageId, Object event) {
        synchronized (this) {
            if (outcome == Outcome.ACKNOWLEDGED) {
                return;
            }
            failed = failed == null ? new HashMap<>() : failed;
            failed.computeIfAbsent(stream, s -> new IdentityHashMap<>()).put(event, messageId);
            if (outcome == Outcome.PENDING) {
                return;
            }
        }
        memory.forget(source, stream, messageId);
    }

    @Override
    public void recovered(String stream, Object event) {
        if (failed == null) {
            return;
        }
        synchronized (this) {
            Map<Object, String> ofStream = failed == null ? null : failed.get(stream);
            if (ofStream != null) {
                ofStream.remove(event);
            }
        }
    }

    private void remember(String stream, List<String> messageIds) {
        Set<String> before = failedIds(stream);
        for (String messageId : messageIds) {
            if (!before.contains(messageId)) {
                memory.remember(source, stream, messageId);
            }
        }
        Set<String> meanwhile = failedIds(stream);
        meanwhile.removeAll(before);
        meanwhile.forEach(messageId -> memory.forget(source, stream, messageId));
    }

    private Set<String> failedIds(String stream) {
        if (failed == null) { // without the lock
            return new HashSet<>(0);
        }
        synchronized (this) {
            return failed == null
                    ? new HashSet<>(0)
                    : new HashSet<>(failed.getOrDefault(stream, Map.of()).values());
        }
    }

    /** Drops the list: the sender need not repeat the request. */
    public synchronized void acknowledged() {
        if (outcome == Outcome.PENDING) {
            outcome = Outcome.ACKNOWLEDGED;
            delivered = List.of();
            failed = null;
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
