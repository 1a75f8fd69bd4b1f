package io.camelsegment.routes;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;

/** The failure of an exchange that a processor gets from a caller which has not started it. */
final class NotStarted {

    private NotStarted() {}

    static boolean fail(AsyncProcessor processor, Exchange exchange, AsyncCallback callback) {
        String name = processor.getClass().getSimpleName();
        exchange.setException(new IllegalStateException("expected a started " + name
                + ", but nothing has started this one: make it a step of a route, such as .process(\"sinks\") or"
                + " .bean(\"sinks\"), or start it by camelContext.addService"));
        callback.done(true);
        return true;
    }
}
