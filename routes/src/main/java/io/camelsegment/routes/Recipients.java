package io.camelsegment.routes;

import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;

/**
 * Sends an exchange to one or several producers without waiting for one before starting the next, and completes it when
 * all are done. Immutable and thread-safe; the producers' life cycle is the owner's.
 */
final class Recipients {

    private final List<AsyncProducer> producers;

    Recipients(List<AsyncProducer> producers) {
        this.producers = List.copyOf(producers);
    }

    int size() {
        return producers.size();
    }

    List<AsyncProducer> producers() {
        return producers;
    }

    /**
     * Sends the exchange itself to a single recipient. Several get a copy each that they do not have from an earlier
     * attempt, and the exchange is left as it is, unless some fail: then it fails, with the exception of the one that
     * failed, or with one that holds them all.
     *
     * @return whether all was done before this method returned, see {@link org.apache.camel.AsyncProcessor#process}
     */
    boolean send(Exchange exchange, AsyncCallback callback, Attempts attempts) {
        switch (producers.size()) {
            case 0 -> {
                callback.done(true);
                return true;
            }
            case 1 -> {
                return producers.get(0).process(exchange, callback);
            }
            default -> {
                return attempts.send(producers, exchange, callback);
            }
        }
    }
}
