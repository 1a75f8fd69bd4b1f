package io.camelsegment.sink;

import io.camelsegment.JsonBody;
import io.camelsegment.SegmentConstants;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.event.Integrations;
import io.camelsegment.event.SegmentEvent;
import java.util.List;
import org.apache.camel.Component;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * An endpoint that delivers each Exchange as one record, or each event of its batch, to a stream of some service.
 * Subclasses define what differs between services: the limits, the record of a message, and the transport of a batch.
 */
public abstract class SinkEndpoint extends DefaultEndpoint {

    /** Made at the first use: most sinks never need it. */
    private volatile JsonBody bodies;

    /** Creates an endpoint whose secrets are masked in the URI. */
    protected SinkEndpoint(String uri, Component component) {
        super(SecretOptions.mask(uri), component);
    }

    /** Compares by identity: the URI masks secrets, so endpoints with different secrets would seem equal. */
    @Override
    public final boolean equals(Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return System.identityHashCode(this);
    }

    /** Returns the stream's display name. */
    protected abstract StreamName streamName();

    /** Returns an id that no other stream has, the same in every instance of the application. It holds no secret. */
    protected abstract String streamId();

    /**
     * Returns what endpoints must have in common, besides {@link #batching()}, to share batches: how the stream is
     * reached and with which identity. It is compared and never printed.
     */
    protected abstract Object connectionKey();

    /** Returns the service's limits for one request. */
    protected abstract ServiceLimits limits();

    /** Returns how records are batched, within the {@link #limits()}. */
    protected abstract BatchingSettings batching();

    /** Returns the destination's name in an event's {@code integrations}; empty to deliver every event. */
    protected abstract String integrationName();

    /**
     * Connects to the stream.
     *
     * @param senders has the threads, and the resources that connections share
     */
    protected abstract SinkConnection connect(Senders senders);

    /**
     * Reads a message's body. The default returns the message itself if the body is missing, a {@link SegmentEvent}
     * whose partition key the headers do not contradict, or a {@code byte[]} outside of an event's Exchange. Else it
     * returns a copy whose body is the event that the body holds, or its bytes when it holds none: JSON in UTF-8 of
     * text, maps and objects.
     *
     * @return what {@link #record} gets; the Exchange keeps its own message
     * @throws Exception if the body cannot be read; the message says how to mend it and quotes nothing
     */
    protected Message readable(Message message) throws Exception {
        Object body = message.getBody();
        if (body instanceof SegmentEvent event) {
            return ReadMessage.of(message, event);
        }
        if (body == null || (body instanceof byte[] && message.getHeader(SegmentConstants.TYPE) == null)) {
            return message;
        }
        byte[] json = bodies().bytes(message);
        SegmentEvent event = JsonBody.event(json, message);
        return ReadMessage.of(message, event == null ? json : event, event);
    }

    /** Returns a copy of a message with the bytes of its body, which hold an event. */
    protected static Message readable(Message message, byte[] json, SegmentEvent event) {
        return ReadMessage.of(message, json, event);
    }

    private JsonBody bodies() {
        if (bodies == null) {
            bodies = JsonBody.of(getCamelContext());
        }
        return bodies;
    }

    /** Returns the event of a {@link #readable} message; null if there is none. */
    static SegmentEvent eventOf(Message readable) {
        if (readable instanceof ReadMessage read) {
            return read.event();
        }
        return readable.getBody() instanceof SegmentEvent event ? event : null;
    }

    /** Returns what a {@link #readable} message without an event says about the destination. */
    protected Integrations integrations(Message readable) {
        return readable.getBody() instanceof byte[] json
                ? JsonBody.integrations(json, readable, integrationName())
                : Integrations.NONE;
    }

    /** Returns whether the request that brought a {@link #readable} message has acquired memory for it. */
    protected static boolean isAdmitted(Message readable) {
        boolean made = readable instanceof ReadMessage;
        return eventOf(readable) != null && (!made || readable.getHeader(SegmentConstants.SOURCE) != null);
    }

    /** Returns whether the route that begins here runs on an event loop, since no step of it blocks; by default not. */
    protected boolean usesEventLoop() {
        return false;
    }

    /**
     * Creates the record of a {@link #readable} message.
     *
     * @param callback gets the record's outcome
     * @param index    position of the record among those of its callback
     * @throws Exception if the message cannot be sent
     */
    protected abstract PendingRecord record(Message message, RecordCallback callback, int index) throws Exception;

    /**
     * Returns the names of the headers that {@link #setHeaders} sets; the next sink removes them. The default is none.
     */
    protected List<String> resultHeaders() {
        return List.of();
    }

    /** Sets the headers that tell where the service stored the record. The default sets none. */
    protected void setHeaders(Message message, RecordResult result) {}

    @Override
    public Producer createProducer() throws Exception {
        return new SinkProducer(this);
    }
}
