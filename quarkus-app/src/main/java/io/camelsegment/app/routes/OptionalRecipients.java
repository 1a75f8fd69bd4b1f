package io.camelsegment.app.routes;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.routes.EventTransform;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Sends a copy of each exchange to the destinations that are not required, and goes on without waiting. Their failures
 * do not fail the exchange. Their routes must be asynchronous, or the exchange waits for them. Thread-safe once
 * started.
 */
final class OptionalRecipients extends AsyncProcessorSupport implements CamelContextAware {

    private final Map<String, MissedEvents> uris;
    private final Map<AsyncProducer, MissedEvents> producers = new LinkedHashMap<>();
    private CamelContext camelContext;

    /**
     * Creates the step.
     *
     * @param uris the endpoints in the order of sending, each with what counts the events that it misses
     */
    OptionalRecipients(Map<String, MissedEvents> uris) {
        this.uris = uris;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        producers.forEach(
                (producer, missed) -> send(ExchangeHelper.createCorrelatedCopy(exchange, false), producer, missed));
        callback.done(true);
        return true;
    }

    private static void send(Exchange copy, AsyncProducer producer, MissedEvents missed) {
        Object body = copy.getMessage().getBody();
        producer.process(copy, doneSync -> {
            missed.ended(copy);
            if (body instanceof SegmentBatch batch && EventTransform.hasFailed(copy)) {
                sendRest(batch, copy, producer, missed);
            }
        });
    }

    /** Sends the events of a batch that no transform has failed: they have not been to the steps behind it. */
    private static void sendRest(SegmentBatch batch, Exchange ended, AsyncProducer producer, MissedEvents missed) {
        SegmentBatch rest = BatchFailure.leftBehind(ended, batch);
        if (!rest.isEmpty() && rest.size() < batch.size()) {
            Exchange copy = new DefaultExchange(ended.getContext(), ended.getPattern());
            copy.getMessage().copyFromWithNewBody(ended.getMessage(), rest);
            copy.setProperty(MissedEvents.REST, true);
            TransformsInForce.follow(ended, copy);
            send(copy, producer, missed);
        }
    }

    @Override
    protected void doInit() throws Exception {
        if (!producers.isEmpty()) {
            return; // the route starts again
        }
        for (Map.Entry<String, MissedEvents> recipient : uris.entrySet()) {
            // The copies have no unit of work yet.
            AsyncProducer producer = PluginHelper.getInternalProcessorFactory(camelContext)
                    .createUnitOfWorkProducer(
                            camelContext.getEndpoint(recipient.getKey()).createAsyncProducer());
            producers.put(producer, recipient.getValue());
        }
        ServiceHelper.initService(producers.keySet());
    }

    @Override
    protected void doStart() {
        ServiceHelper.startService(producers.keySet());
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(producers.keySet());
    }

    @Override
    protected void doShutdown() {
        ServiceHelper.stopAndShutdownServices(producers.keySet());
        producers.clear();
    }
}
