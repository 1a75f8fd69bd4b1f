package io.camelsegment.routes;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.EventHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Tells Camel of each exchange that it sends, as {@code to} does in a route, so that tracing and other event notifiers
 * see the endpoint behind a processor that has several. Thread-safe.
 */
final class SentProducer extends DefaultAsyncProducer {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final CamelContext camelContext;
    private final AsyncProducer producer;

    SentProducer(Endpoint endpoint, AsyncProducer producer) {
        super(endpoint);
        this.camelContext = endpoint.getCamelContext();
        this.producer = producer;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        exchange.setProperty(ExchangePropertyKey.TO_ENDPOINT, getEndpoint().getEndpointUri());
        if (!EventHelper.notifyExchangeSending(camelContext, exchange, getEndpoint())) {
            return producer.process(exchange, callback);
        }
        long began = System.nanoTime();
        return producer.process(exchange, doneSync -> {
            try {
                long millis = (System.nanoTime() - began) / NANOS_PER_MILLI;
                EventHelper.notifyExchangeSent(camelContext, exchange, getEndpoint(), millis);
            } finally {
                callback.done(doneSync);
            }
        });
    }

    @Override
    public boolean isSingleton() {
        return producer.isSingleton();
    }

    @Override
    protected void doInit() {
        ServiceHelper.initService(producer);
    }

    @Override
    protected void doStart() {
        ServiceHelper.startService(producer);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(producer);
    }

    @Override
    protected void doShutdown() {
        ServiceHelper.stopAndShutdownService(producer);
    }
}
