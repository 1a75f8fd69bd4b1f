package io.camelsegment.aws;

import io.camelsegment.delivery.BatchSender;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Puts each Exchange's record into the batches of its stream and continues the Exchange, on a thread of the delivery pool,
 * when that record is delivered or given up. No thread waits in between. Thread-safe.
 */
final class SinkProducer extends DefaultAsyncProducer {

    private final SinkEndpoint<?> endpoint;
    private DeliveryService service;
    private volatile BatchSender sender;

    SinkProducer(SinkEndpoint<?> endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        service = DeliveryService.of(endpoint.getCamelContext());
        sender = service.acquire(endpoint);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            BatchSender open = sender;
            if (open == null) {
                throw new RejectedExecutionException("the producer of " + endpoint.getStreamName() + " is stopped");
            }
            open.send(endpoint.record(exchange, callback));
            return false;
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (sender != null) {
            sender = null;
            service.release(endpoint);
        }
        super.doStop();
    }
}
