package io.camelsegment.sink;

import io.camelsegment.BatchFailure;
import io.camelsegment.ReceivedEvent;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.TransformException;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Settled;
import io.camelsegment.event.Consent;
import io.camelsegment.event.Integrations;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.Observation;
import io.camelsegment.observation.Tracing;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Puts the record of each Exchange, or the records of its {@link SegmentBatch}, into batches of its stream. The
 * Exchange continues when all are delivered or given up; no thread waits in between. It continues on a thread for
 * callbacks, which may block, or on an event loop if it came on one and its source says that no step blocks. A failed
 * one always leaves the event loop: its error handler may wait, or write dead letters.
 *
 * <p>Two kinds of events are skipped: those whose {@code integrations} exclude the destination, and those that an
 * earlier attempt of the same request delivered. An Exchange with nothing to send continues at once. Thread-safe.
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
    private StreamObservation observed;
    private boolean traced;
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
        Observation observation = SharedBeans.observation(endpoint.getCamelContext());
        observed = new StreamObservation(observation, endpoint.streamName());
        traced = observation.tracing() != null;
        sender = senders.acquire(endpoint);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Senders.OpenSender open = sender;
        if (open == null && Context.isOnEventLoopThread()) { // to find or to make the sender may block
            senders.runBlocking(() -> process(exchange, null, doneSync -> callback.done(false)));
            return false;
        }
        return process(exchange, open, callback);
    }

    private boolean process(Exchange exchange, Senders.OpenSender open, AsyncCallback callback) {
        try {
            if (send(exchange, open, callback)) {
                return false;
            }
        } catch (Throwable e) { // also an Error: the record was not taken, so nobody else ends the Exchange
            exchange.setException(e);
            if (Context.isOnEventLoopThread()) {
                senders.runBlocking(() -> failed(exchange, callback, false));
                return false;
            }
            failed(exchange, callback, true);
            return true;
        }
        callback.done(true);
        return true;
    }

    /** Returns whether records are on their way and the callback will be called; false if there is nothing to send. */
    private boolean send(Exchange exchange, Senders.OpenSender own, AsyncCallback callback) throws Exception {
        forgetResults(exchange);
        BatchFailure.clear(exchange);
        boolean borrowed = own == null; // Camel's caches stop a producer that others still have, and send to it
        Senders.OpenSender open = borrowed ? senders.acquire(endpoint) : own;
        try {
            SegmentBatch batch = ReceivedEvent.asBatch(exchange);
            return batch == null ? sendOne(exchange, callback, open) : send(exchange, callback, batch, open);
        } finally {
            if (borrowed) {
                senders.release(endpoint);
            }
        }
    }

    private boolean send(Exchange exchange, AsyncCallback callback, SegmentBatch batch, Senders.OpenSender open)
            throws Exception {
        DeliveryLog log = logOf(exchange);
        EventObserver observer = observed.feed();
        BitSet rest = batch.undelivered(streamId);
        BitSet known = new BitSet();
        List<String> resent = new ArrayList<>(0);
        for (int i = rest.nextSetBit(0); i >= 0; i = rest.nextSetBit(i + 1)) {
            SegmentEvent event = batch.get(i);
            if (!integrationName.isEmpty() && event.consent(integrationName) == Consent.REFUSED) {
                rest.clear(i);
                if (observer != null) {
                    observer.filtered(observed.place(), event);
                }
            } else if (log != null && log.wasDelivered(streamId, event.messageId())) {
                rest.clear(i);
                known.set(i);
                resent.add(event.messageId());
                open.meters().resendAvoided();
                if (observer != null) {
                    observer.deliveredBefore(observed.place(), event);
                }
            }
        }
        if (!resent.isEmpty()) {
            batch.delivered(streamId, known); // asked once, also if the Exchange is redelivered
            log.delivered(streamId, resent);
        }
        if (rest.isEmpty()) {
            return false;
        }
        int size = rest.cardinality();
        BatchDelivery delivery = new BatchDelivery(
                streamId, observed, exchange, callback, batch, log, size, mayGoOnHere(exchange), senders::runBlocking);
        ReadMessage message = ReadMessage.of(exchange.getIn());
        Set<String> traceParents = traceParents(exchange);
        List<PendingRecord> records = new ArrayList<>(size);
        for (int i = rest.nextSetBit(0); i >= 0; i = rest.nextSetBit(i + 1)) {
            message.setEvent(batch.get(i));
            PendingRecord record = endpoint.record(message, delivery, i);
            record.setTraceParents(traceParents);
            records.add(record);
            if (observer != null) {
                observer.sending(observed.place(), batch.get(i));
            }
        }
        List<Settled> refused = open.sender().sendAll(records);
        if (!refused.isEmpty()) { // end where others end: on the caller's thread an error handler might wait
            senders.runBlocking(() -> delivery.settled(refused));
        }
        return true;
    }

    /** Returns what names the sampled trace of an Exchange; null without one. */
    private Set<String> traceParents(Exchange exchange) {
        if (!traced) {
            return null;
        }
        String traceParent = exchange.getIn().getHeader(Tracing.TRACE_PARENT, String.class);
        return Tracing.isSampled(traceParent) ? Set.of(traceParent) : null;
    }

    /** Returns whether the Exchange may go on where answers are applied: it is on an event loop, and never blocks. */
    private static boolean mayGoOnHere(Exchange exchange) {
        return Context.isOnEventLoopThread()
                && exchange.getFromEndpoint() instanceof SinkEndpoint source
                && source.usesEventLoop();
    }

    private boolean sendOne(Exchange exchange, AsyncCallback callback, Senders.OpenSender open) throws Exception {
        Message message = endpoint.readable(exchange.getIn());
        refuseOneOfSeveral(exchange, SinkEndpoint.eventOf(message));
        if (isFiltered(exchange, message)) {
            exchange.getMessage().setHeader(SegmentConstants.FILTERED, integrationName);
            observed.filtered(SinkEndpoint.eventOf(message));
            rememberResults(exchange, FILTERED);
            return false;
        }
        if (wasDelivered(exchange, eventOf(exchange))) {
            open.meters().resendAvoided();
            observed.deliveredBefore(SinkEndpoint.eventOf(message));
            return false;
        }
        SegmentEvent event = SinkEndpoint.eventOf(message);
        Completion completion = new Completion(exchange, callback, event, mayGoOnHere(exchange));
        PendingRecord record = endpoint.record(message, completion, 0);
        record.setTraceParents(traceParents(exchange));
        observed.sending(event);
        List<Settled> refused = open.sender().sendAll(List.of(record));
        if (!refused.isEmpty()) {
            observed.settled(refused.get(0), event, exchange);
            throw refused.get(0).failure();
        }
        return true;
    }

    /**
     * Refuses what reads as one event of a batch: JSONPath, for example, takes the first one, and the others would be
     * lost. Who means one of them sets a {@link SegmentEvent} as the body.
     */
    private static void refuseOneOfSeveral(Exchange exchange, SegmentEvent made) {
        if (made == null
                || exchange.getIn().getBody() instanceof SegmentEvent
                || exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX) != null) {
            return;
        }
        SegmentBatch batch = ReceivedEvent.of(exchange) == null ? ReceivedEvent.batchOf(exchange) : null;
        if (batch == null || batch.size() < 2) {
            return;
        }
        for (SegmentEvent event : batch) {
            if (event.messageId().equals(made.messageId())) {
                throw new TransformException(
                        "transform_failed",
                        "expected a SegmentBatch or a list of its events, but the route has made one event of "
                                + batch.size() + "; split the batch before",
                        null);
            }
        }
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

    /**
     * Returns the event that is the body, as it was received or as the route has changed it; null for any other body,
     * whose delivery is not remembered.
     */
    private static SegmentEvent eventOf(Exchange exchange) {
        return exchange.getIn().getBody() instanceof SegmentEvent event ? event : null;
    }

    /**
     * A body is judged by its own integrations and by those of the event that the route has made it of. One that is
     * neither an event nor made of one is sent, whatever it holds.
     *
     * @throws TransformException if the route has made it of events that differ in that
     */
    private boolean isFiltered(Exchange exchange, Message readable) {
        if (integrationName.isEmpty()) {
            return false;
        }
        SegmentEvent event = SinkEndpoint.eventOf(readable);
        SegmentEvent received = ReceivedEvent.of(exchange);
        SegmentBatch batch = received == null ? ReceivedEvent.batchOf(exchange) : null;
        if (event == null && received == null && batch == null && !isLabelled(readable)) {
            return false;
        }
        Function<SegmentEvent, Consent> consent;
        if (event == null) {
            Integrations own = endpoint.integrations(readable);
            consent = before -> own.consent(before, integrationName);
        } else {
            consent = before -> event.madeOf(before).consent(integrationName);
        }
        return batch == null ? consent.apply(received) == Consent.REFUSED : isFiltered(batch, event, consent);
    }

    /** Judges a body by the event of a batch that it is made of, else by all of them. */
    private boolean isFiltered(SegmentBatch batch, SegmentEvent made, Function<SegmentEvent, Consent> consent) {
        SegmentBatch same =
                made == null ? batch : batch.filter(event -> event.messageId().equals(made.messageId()));
        SegmentBatch origins = same.isEmpty() ? batch : same;
        SegmentBatch refusing = origins.filter(event -> consent.apply(event) == Consent.REFUSED);
        if (!refusing.isEmpty() && refusing.size() < origins.size()) {
            throw new TransformException(
                    "transform_failed",
                    "expected a SegmentBatch or one of its events, since the integrations of some events exclude "
                            + integrationName + ", but the route has made one body of all; split the batch before",
                    null);
        }
        return !refusing.isEmpty();
    }

    private static boolean isLabelled(Message message) {
        return message.getHeader(SegmentConstants.TYPE) != null || message.getHeader(SegmentConstants.SOURCE) != null;
    }

    /** Records the delivery again, for the next attempt of the request. */
    private boolean wasDelivered(Exchange exchange, SegmentEvent event) {
        DeliveryLog log = event == null ? null : logOf(exchange);
        if (log == null || !log.wasDelivered(streamId, event.messageId())) {
            return false;
        }
        log.delivered(streamId, List.of(event.messageId()));
        return true;
    }

    /** Records that the events of an Exchange could not be sent, which may block, and continues it. */
    private void failed(Exchange exchange, AsyncCallback callback, boolean doneSync) {
        try {
            noteFailed(exchange);
        } finally { // nobody else ends the Exchange
            callback.done(doneSync);
        }
    }

    private void noteFailed(Exchange exchange) {
        DeliveryLog log = logOf(exchange);
        if (log == null) {
            return;
        }
        SegmentBatch batch = ReceivedEvent.asBatch(exchange);
        if (batch != null) {
            batch.of(batch.undelivered(streamId)).forEach(event -> log.failed(streamId, event.messageId(), event));
        } else if (eventOf(exchange) != null) {
            log.failed(streamId, eventOf(exchange).messageId(), eventOf(exchange));
        }
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
        /** The event as it is sent; null if the record holds none. */
        private final SegmentEvent sent;

        private final boolean neverBlocks;

        Completion(Exchange exchange, AsyncCallback callback, SegmentEvent sent, boolean neverBlocks) {
            this.exchange = exchange;
            this.callback = callback;
            this.sent = sent;
            this.neverBlocks = neverBlocks;
        }

        @Override
        public boolean neverBlocks() {
            return neverBlocks;
        }

        @Override
        public void retried(PendingRecord record, RecordResult result, int attempts) {
            observed.retried(sent, result, attempts);
        }

        @Override
        public void settled(List<Settled> records) {
            Settled record = records.get(0); // has a callback of its own
            observed.settled(record, sent, exchange);
            if (record.failure() == null) {
                delivered(record.result());
            } else {
                exchange.setException(record.failure());
                failed(exchange, callback, false);
            }
        }

        private void delivered(RecordResult result) {
            try {
                SegmentEvent event = eventOf(exchange);
                DeliveryLog log = event == null ? null : logOf(exchange);
                if (log != null) {
                    log.recovered(streamId, event);
                    log.delivered(streamId, List.of(event.messageId()));
                }
                endpoint.setHeaders(exchange.getMessage(), result);
                rememberResults(exchange, endpoint.resultHeaders());
            } finally {
                callback.done(false);
            }
        }
    }
}
