package io.camelsegment.routes;

import io.camelsegment.event.SegmentEvent;
import java.util.function.Supplier;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Sends each event to an endpoint, a route or a bean for example, and goes on with what it makes of it. Waits for each,
 * so the route must not run on the event loop.
 */
final class ThroughEndpoint extends EventTransform {

    private final Supplier<String> uri;
    private AsyncProducer producer;
    private String named = "";

    /**
     * @param uri called when Camel prepares the route, by which time all routes are known
     */
    ThroughEndpoint(Supplier<String> uri) {
        super("through");
        this.uri = uri;
    }

    /** Returns the URI. */
    String uri() {
        return uri.get();
    }

    /** Names a route or a bean; of another endpoint the scheme alone, since a URI may hold a secret. */
    @Override
    String described() {
        return toString() + named;
    }

    @Override
    protected SegmentEvent change(SegmentEvent event, Exchange exchange) throws Exception {
        Exchange one = ExchangeHelper.createCorrelatedCopy(exchange, false);
        one.getMessage().setBody(event);
        producer.process(one);
        if (one.getException() != null) {
            throw one.getException();
        }
        ExchangeExtension extension = one.getExchangeExtension();
        boolean handled = extension.isErrorHandlerHandledSet() && extension.isErrorHandlerHandled();
        Object body = one.getMessage().getBody();
        if (handled || body == null || one.isRouteStop() || one.isRollbackOnly()) {
            return null;
        }
        return read(body, one, " needs an event back, or JSON that is one, but ");
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (producer == null) {
            String to = uri.get();
            named = " " + (to.matches("(direct|seda|bean):[\\w./:-]+") ? to : to.replaceFirst("(?s):.*", ":"));
            // Not only at the start: a Kamelet would have no route then.
            producer = Endpoints.createProducer(getCamelContext(), to);
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(producer);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        ServiceHelper.stopService(producer);
    }

    @Override
    protected void doShutdown() throws Exception {
        super.doShutdown();
        ServiceHelper.stopAndShutdownService(producer);
        producer = null;
    }
}
