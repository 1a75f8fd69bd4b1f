package io.camelsegment.routes;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;

/**
 * Sends an exchange to one or several producers without waiting for one before starting the next, and completes it when
 * all are done. Immutable and thread-safe; the producers' life cycle is the owner's.
 */
final class Recipients {

    private final AsyncProducer[] producers;

    Recipients(List<AsyncProducer> producers) {
        this.producers = producers.toArray(AsyncProducer[]::new);
    }

    int size() {
        return producers.length;
    }

    /**
     * Sends the exchange. A single recipient gets the exchange itself; several get a copy each, and the exchange is
     * left as it is, unless some fail: then it fails, with the exception of the one that failed, or with one that holds
     * them all.
     *
     * @return whether all was done before this method returned, see {@link org.apache.camel.AsyncProcessor#process}
     */
    boolean send(Exchange exchange, AsyncCallback callback) {
        switch (producers.length) {
            case 0 -> {
                callback.done(true);
                return true;
            }
            case 1 -> {
                return producers[0].process(exchange, callback);
            }
            default -> {
                return new Sending(exchange, callback).start();
            }
        }
    }

    /** One exchange on its way to several recipients. */
    private final class Sending {

        private final Exchange exchange;
        private final AsyncCallback callback;
        private final Exchange[] copies = new Exchange[producers.length];

        /** One for each recipient, and one for {@link #start}, so that it knows whether it ends the sending itself. */
        private final AtomicInteger pending = new AtomicInteger(producers.length + 1);

        Sending(Exchange exchange, AsyncCallback callback) {
            this.exchange = exchange;
            this.callback = callback;
        }

        boolean start() {
            // All copies before the first send: a recipient may change the body or headers that the copies share.
            for (int i = 0; i < copies.length; i++) {
                copies[i] = ExchangeHelper.createCorrelatedCopy(exchange, false);
            }
            for (int i = 0; i < copies.length; i++) {
                producers[i].process(copies[i], doneSync -> done(false));
            }
            return done(true);
        }

        private boolean done(boolean sync) {
            if (pending.decrementAndGet() > 0) {
                return false;
            }
            takeFailures();
            callback.done(sync);
            return true;
        }

        private void takeFailures() {
            Exception failure = null;
            for (Exchange copy : copies) {
                if (copy.isRollbackOnly()) {
                    exchange.setRollbackOnly(true);
                }
                if (copy.isRollbackOnlyLast()) {
                    exchange.setRollbackOnlyLast(true);
                }
                Exception next = copy.getException();
                if (next == null) {
                    continue;
                }
                if (failure == null) {
                    failure = next;
                    exchange.setException(next);
                } else {
                    // A new exception, because a producer may share one among the exchanges of a batch.
                    if (exchange.getException() == failure) {
                        exchange.setException(new CamelExchangeException(
                                "More than one of " + copies.length + " endpoints failed", exchange, failure));
                    }
                    exchange.getException().addSuppressed(next);
                }
            }
        }
    }
}
