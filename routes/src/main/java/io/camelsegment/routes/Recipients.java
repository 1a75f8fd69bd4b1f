package io.camelsegment.routes;

import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
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
                Sending sending = new Sending(exchange, callback);
                addTo(sending, exchange);
                return sending.start();
            }
        }
    }

    /** Adds a copy of an Exchange for each recipient to a sending. */
    void addTo(Sending sending, Exchange original) {
        for (AsyncProducer producer : producers) {
            sending.add(producer, ExchangeHelper.createCorrelatedCopy(original, false));
        }
    }
}
