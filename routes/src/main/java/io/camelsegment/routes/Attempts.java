package io.camelsegment.routes;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.event.SegmentEvent;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;

/**
 * Sends to several recipients, and at Camel's redelivery only to those that do not have the event yet. Thread-safe.
 *
 * <p>Attempts form a tree. The copy for a recipient holds the attempts made within it. It does not see those within
 * other copies, which may have changed the event or failed in another way.
 */
final class Attempts {

    /** A property of an exchange: its {@link Known}. */
    private static final String PROPERTY = "CamelSegmentAttempts";

    private final String id = UUID.randomUUID().toString();

    /**
     * Identifies an attempt. Camel's copies of an exchange, such as the parts of a split, share its attempts.
     *
     * @param event     the messageId, or another body
     * @param split     the index among the parts of a split; null outside of one
     * @param multicast as {@code split}, of a multicast
     */
    private record Key(String id, Object event, Object split, Object multicast) {

        static Key of(String id, Exchange exchange) {
            Object body = exchange.getMessage().getBody();
            return new Key(
                    id,
                    body instanceof SegmentEvent event
                            ? event.messageId()
                            : body instanceof SegmentBatch ? SegmentBatch.class : new ByIdentity(body),
                    exchange.getProperty(Exchange.SPLIT_INDEX),
                    exchange.getProperty(Exchange.MULTICAST_INDEX));
        }
    }

    /** A body that equals only itself. */
    private record ByIdentity(Object body) {

        @Override
        public boolean equals(Object other) {
            return other instanceof ByIdentity one && one.body == body;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(body);
        }
    }

    /** The attempts within an exchange, and whether a recipient's copy was delivered. */
    private static final class Known {

        /** The recipients on the way to this copy; null for an exchange that is no copy. */
        private final String path;

        private final Map<Key, Map<Object, Known>> attempts = new ConcurrentHashMap<>(4);
        private volatile boolean delivered;

        Known(String path) {
            this.path = path;
        }
    }

    /** Returns a name for what has a batch's events. */
    String idOf(String recipient) {
        return id + " " + recipient;
    }

    /** Begins an attempt, or goes on with one if Camel redelivers. */
    Attempt attempt(Exchange exchange) {
        // Error handlers remove the header when a failure is handled: what comes then is another attempt.
        boolean again = exchange.getMessage().getHeader(Exchange.REDELIVERED, false, boolean.class);
        Known known = exchange.getProperty(PROPERTY, Known.class);
        if (known == null || (known.path == null && !again)) {
            known = new Known(null); // not that of the exchange which this one is a copy of
            exchange.setProperty(PROPERTY, known);
        }
        Key key = Key.of(id, exchange);
        if (!again) {
            known.attempts.remove(key);
        }
        return new Attempt(exchange, known, key, known.attempts.computeIfAbsent(key, k -> new ConcurrentHashMap<>(4)));
    }

    /** Sends a copy of an Exchange to each recipient that does not have it from an earlier attempt. */
    boolean send(List<AsyncProducer> recipients, Exchange exchange, AsyncCallback callback) {
        Attempt attempt = attempt(exchange);
        Sending sending = attempt.sending(callback);
        for (AsyncProducer recipient : recipients) {
            Known copy = attempt.copyFor(recipient, "");
            if (!copy.delivered) {
                sending.add(recipient::process, attempt.copy(copy), () -> copy.delivered = true);
            }
        }
        return sending.start();
    }

    /**
     * One attempt to send an exchange.
     *
     * @param recipients the state of their copies, by producer or, for the events of a batch, by ID
     */
    record Attempt(Exchange exchange, Known known, Key key, Map<Object, Known> recipients) {

        /** Returns what sends the copies. */
        Sending sending(AsyncCallback callback) {
            return new Sending(exchange, doneSync -> {
                if (exchange.getException() == null) {
                    end();
                }
                callback.done(doneSync);
            });
        }

        /** Forgets the attempt: what comes next is another one. */
        private void end() {
            known.attempts.remove(key, recipients);
            if (known.path == null) {
                exchange.removeProperty(PROPERTY);
            }
        }

        private Known copyFor(Object recipient, String path) {
            return recipients.computeIfAbsent(recipient, r -> new Known(path));
        }

        private Exchange copy(Known known) {
            Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);
            copy.setProperty(PROPERTY, known);
            return copy;
        }

        /**
         * Returns the name of a recipient of a batch's events, which differs between the copies of two recipients.
         *
         * @param id names the recipient among those that have events of the batch
         */
        String pathOf(String id) {
            return known.path == null ? id : known.path + " " + id;
        }

        /**
         * Adds the events of a batch that a recipient does not have from an earlier attempt.
         *
         * @param id names the recipient among those that have events of the batch
         */
        void addRest(Sending sending, String id, BiConsumer<Exchange, AsyncCallback> recipient, SegmentBatch events) {
            SegmentBatch rest = events.of(events.undelivered(pathOf(id)));
            if (!rest.isEmpty()) {
                add(sending, copyOf(id, rest), id, recipient, rest);
            }
        }

        /** Adds a copy that has a batch, whose events the recipient has when it did not fail. */
        void add(
                Sending sending,
                Exchange copy,
                String id,
                BiConsumer<Exchange, AsyncCallback> recipient,
                SegmentBatch batch) {
            sending.add(recipient, copy, () -> {
                // Its route has handled a failure of the others; these come again.
                BitSet delivered =
                        batch.minus(BatchFailure.leftBehind(copy, batch)).indexes();
                batch.delivered(pathOf(id), delivered);
            });
        }

        /** Returns a copy of the Exchange with some of its events, for a recipient. */
        Exchange copyOf(String id, SegmentBatch events) {
            Exchange copy = copy(copyFor(id, pathOf(id)));
            copy.getIn().setBody(events);
            return copy;
        }
    }
}
