package io.camelsegment.resend;

import io.camelsegment.event.DeliveryLog;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the events of one request have arrived. As long as the request is not answered this is only a list; when its sender learns
 * that all is well the list is dropped, else it goes into the {@link ResendMemory}, as does what arrives later. Thread-safe.
 */
public final class RequestDeliveries implements DeliveryLog {

    private enum Answer {
        PENDING,
        ACKNOWLEDGED,
        MISSED
    }

    private final ResendMemory memory;
    private final String source;

    private Answer answer = Answer.PENDING;
    /** Streams and messageIds by turns. */
    private List<String> arrived = new ArrayList<>();

    /**
     * Begins with nothing.
     *
     * @param source the name of the request's source; a messageId means the same event only within it
     */
    public RequestDeliveries(ResendMemory memory, String source) {
        this.memory = memory;
        this.source = source;
    }

    @Override
    public boolean hasArrived(String stream, String messageId) {
        return memory.contains(source, stream, messageId);
    }

    @Override
    public void arrived(String stream, String messageId) {
        synchronized (this) {
            if (answer == Answer.PENDING) {
                arrived.add(stream);
                arrived.add(messageId);
                return;
            }
            if (answer == Answer.ACKNOWLEDGED) {
                return;
            }
        }
        memory.remember(source, stream, messageId);
    }

    /** The sender knows that it need not send the request again. */
    public synchronized void acknowledged() {
        if (answer == Answer.PENDING) {
            answer = Answer.ACKNOWLEDGED;
            arrived = List.of();
        }
    }

    /** The sender will send the request again: it was told to, or got no answer. May ask a repository over the network. */
    public void missed() {
        List<String> pairs;
        synchronized (this) {
            if (answer != Answer.PENDING) {
                return;
            }
            answer = Answer.MISSED;
            pairs = arrived;
            arrived = List.of();
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            memory.remember(source, pairs.get(i), pairs.get(i + 1));
        }
    }
}
