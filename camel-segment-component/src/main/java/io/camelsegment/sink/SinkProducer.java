package io.camelsegment.sink;

import io.camelsegment.SegmentConstants;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Settled;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Puts each Exchange's record into a batch of its stream. The Exchange continues, on a thread of the delivery pool,
 * when that record is delivered or given up; no thread waits in between. Two kinds of events are skipped, and their
 * Exchange continues at once: those whose {@code integrations} exclude the destination, and those that an earlier
 * attempt of the same request delivered. Thread-safe.
 *
 * <p>A stop neither waits for records under way nor ends them: the stream is the context's, see {@link Senders}.
 */
final class SinkProducer extends DefaultAsyncProducer {

    /** Exchange property with the {@link Results} of the last sink. */
    private static final String RESULTS = "CamelSegmentResults";

    private static final List<String> FILTERED = List.of(SegmentConstants.FILTERED);

    private final SinkEndpoint endpoint;
    private final String integrationName;
    private final String streamId;
    private Senders senders;
    private volatile Senders.OpenSender sender;

    SinkProducer(SinkEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.integrationName = endpoint.integrationName();
        this.streamId = endpoint.streamId();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        senders = Senders.of(endpoint.getCamelContext());
        sender = senders.acquire(endpoint);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            if (send(exchange, callback)) {
                return false;
            }
        } catch (Throwable e) { // also an Error: the record was not taken, so nobody else ends the Exchange
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    /** Returns whether the record is on its way and the callback will be called; false if there is nothing to send. */
    private boolean send(Exchange exchange, AsyncCallback callback) throws Exception {
        forgetResults(exchange);
        Message message = endpoint.readable(exchange.getIn());
        SegmentEvent event = SinkEndpoint.eventOf(message);
        if (isFiltered(event)) {
            exchange.getMessage().setHeader(SegmentConstants.FILTERED, integrationName);
            rememberResults(exchange, FILTERED);
            return false;
        }
        Senders.OpenSender open = sender;
        if (open != null) {
            return send(exchange, callback, message, open);
        }
        // Camel's caches stop a producer that others still have, and send to it.
        open = senders.acquire(endpoint);
        try {
            return send(exchange, callback, message, open);
        } finally {
            senders.release(endpoint);
        }
    }

    private boolean send(Exchange exchange, AsyncCallback callback, Message message, Senders.OpenSender open)
            throws Exception {
        if (wasDelivered(exchange, eventOf(exchange))) {
            open.meters().resendAvoided();
            return false;
        }
        open.sender().send(endpoint.record(message, new Completion(exchange, callback)));
        return true;
    }

    /** Removes what a sink before this one has left, which would seem to be this one's; not what others have set. */
    private static void forgetResults(Exchange exchange) {
        if (exchange.removeProperty(RESULTS) instanceof Results results) {
            results.removeFrom(exchange.getMessage());
        }
    }

    private static void rememberResults(Exchange exchange, List<String> names) {
        exchange.setProperty(RESULTS, Results.of(exchange.getMessage(), names));
    }

    /** Headers that a sink has set, in less memory than a map. Immutable. */
    private static final class Results {

        private final List<String> names;
        private final Object[] values;

        private Results(List<String> names, Object[] values) {
            this.names = names;
            this.values = values;
        }

        static Results of(Message message, List<String> names) {
            Object[] values = new Object[names.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = message.getHeader(names.get(i));
            }
            return new Results(names, values);
        }

        /** Removes those that are still there: what has another value was set by somebody else. */
        void removeFrom(Message message) {
            for (int i = 0; i < values.length; i++) {
                if (message.getHeader(names.get(i)) == values[i]) {
                    message.removeHeader(names.get(i));
                }
            }
        }
    }

    /** Returns the event as it was received; null for a body that the route made of it, which is another record. */
    private static SegmentEvent eventOf(Exchange exchange) {
        return exchange.getIn().getBody() instanceof SegmentEvent event ? event : null;
    }

    /** Filters events only, also those that the route has made: any other body is sent, whatever it holds. */
    private boolean isFiltered(SegmentEvent event) {
        return event != null && !integrationName.isEmpty() && !event.isEnabledFor(integrationName);
    }

    /** Records the delivery again, for the next attempt of the request. */
    private boolean wasDelivered(Exchange exchange, SegmentEvent event) {
        DeliveryLog log = event == null ? null : logOf(exchange);
        if (log == null || !log.wasDelivered(streamId, event.messageId())) {
            return false;
        }
        log.delivered(streamId, event.messageId());
        return true;
    }

    private static DeliveryLog logOf(Exchange exchange) {
        return exchange.getIn() instanceof DeliveryLog.Holder holder
                ? holder.deliveryLog()
                : exchange.getProperty(DeliveryLog.PROPERTY, DeliveryLog.class);
    }

    @Override
    protected void doStop() throws Exception {
        if (sender != null) {
            sender = null;
            senders.release(endpoint);
        }
        super.doStop();
    }

    /** Continues an Exchange with the outcome of its record. */
    private final class Completion implements RecordCallback {

        private final Exchange exchange;
        private final AsyncCallback callback;

        Completion(Exchange exchange, AsyncCallback callback) {
            this.exchange = exchange;
            this.callback = callback;
        }

        @Override
        public void settled(List<Settled> records) {
            Settled record = records.get(0); // has a callback of its own
            if (record.failure() == null) {
                delivered(record.result());
            } else {
                exchange.setException(record.failure());
                callback.done(false);
            }
        }

        private void delivered(RecordResult result) {
            try {
                SegmentEvent event = eventOf(exchange);
                DeliveryLog log = event == null ? null : logOf(exchange);
                if (log != null) {
                    log.delivered(streamId, event.messageId());
                }
                endpoint.setHeaders(exchange.getMessage(), result);
                rememberResults(exchange, endpoint.resultHeaders());
            } finally {
                callback.done(false);
            }
        }
    }
}
