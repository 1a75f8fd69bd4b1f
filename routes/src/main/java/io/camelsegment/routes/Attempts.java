package io.camelsegment.routes;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.event.SegmentEvent;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;

/**
 * Sends to several recipients, and at Camel's redelivery only to those that do not have the event yet. Thread-safe.
 */
final class Attempts {

    /**
     * A property of an exchange, which its copies share: which recipients have it, by {@link Attempt}. So an attempt
     * inside of another one is known, too.
     */
    private static final String HAVING_IT = "CamelSegmentAttempts";

    private final String id = UUID.randomUUID().toString();

    /**
     * What is tried again. The copies of a split share the property, and are of other events.
     *
     * @param event the messageId, or another body
     */
    private record Attempt(String id, Object event) {

        static Attempt of(String id, Object body) {
            return new Attempt(id, body instanceof SegmentEvent event ? event.messageId() : new Same(body));
        }
    }

    /** A body that equals only itself. */
    private record Same(Object body) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Same same && same.body == body;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(body);
        }
    }

    /** Returns a name for what has a batch's events. */
    String idOf(String recipient) {
        return id + " " + recipient;
    }

    /** Sends a copy of an Exchange to each recipient that does not have it from an earlier attempt. */
    boolean send(List<AsyncProducer> recipients, Exchange exchange, AsyncCallback callback) {
        Map<Attempt, Set<AsyncProducer>> attempts = attempts(exchange);
        Attempt attempt = Attempt.of(id, exchange.getMessage().getBody());
        Set<AsyncProducer> having = attempts.computeIfAbsent(attempt, a -> ConcurrentHashMap.newKeySet());
        Sending sending = new Sending(exchange, doneSync -> {
            if (exchange.getException() == null) {
                attempts.remove(attempt); // what comes here next is no other attempt
            }
            callback.done(doneSync);
        });
        for (AsyncProducer recipient : recipients) {
            if (!having.contains(recipient)) {
                sending.add(
                        recipient::process,
                        ExchangeHelper.createCorrelatedCopy(exchange, false),
                        () -> having.add(recipient));
            }
        }
        return sending.start();
    }

    @SuppressWarnings("unchecked") // nobody else sets it
    private static Map<Attempt, Set<AsyncProducer>> attempts(Exchange exchange) {
        Map<Attempt, Set<AsyncProducer>> attempts = exchange.getProperty(HAVING_IT, Map.class);
        if (attempts == null) {
            attempts = new ConcurrentHashMap<>(4);
            exchange.setProperty(HAVING_IT, attempts);
        }
        return attempts;
    }

    /**
     * Adds the events of a batch that a recipient does not have from an earlier attempt.
     *
     * @param id names the recipient among those that have events of the batch
     */
    static void addRest(
            Sending sending,
            Exchange exchange,
            String id,
            BiConsumer<Exchange, AsyncCallback> recipient,
            SegmentBatch events) {
        SegmentBatch rest = events.of(events.undelivered(id));
        if (!rest.isEmpty()) {
            add(sending, copyOf(exchange, rest), id, recipient, rest);
        }
    }

    /** Adds a copy that has a batch, whose events the recipient has when it did not fail. */
    static void add(
            Sending sending,
            Exchange copy,
            String id,
            BiConsumer<Exchange, AsyncCallback> recipient,
            SegmentBatch batch) {
        sending.add(recipient, copy, () -> {
            // Its route has handled a failure of the others; these come again.
            BitSet delivered = batch.minus(BatchFailure.leftBehind(copy, batch)).indexes();
            batch.delivered(id, delivered);
        });
    }

    /** Returns a copy of an Exchange with some of its events. */
    static Exchange copyOf(Exchange exchange, SegmentBatch events) {
        Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);
        copy.getIn().setBody(events);
        return copy;
    }
}
