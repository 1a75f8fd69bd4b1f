package io.camelsegment.aws;

import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Puts each Exchange's record into the batches of its stream and continues the Exchange, on a thread of the delivery pool,
 * when that record is delivered or given up. No thread waits in between. An event whose {@code integrations} exclude the
 * destination is not sent; its Exchange goes on at once, and so does one that arrived when its sender sent it before. Thread-safe.
 */
final class SinkProducer extends DefaultAsyncProducer {

    private final SinkEndpoint<?> endpoint;
    private final String integrationName;
    private DeliveryService service;
    private volatile DeliveryService.OpenSender sender;

    SinkProducer(SinkEndpoint<?> endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.integrationName = endpoint.getConfiguration().getIntegrationName();
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
            if (send(exchange, callback)) {
                return false;
            }
        } catch (Exception e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    /** Returns whether the record is on its way, and its callback will be called; false if nothing is to be sent. */
    private boolean send(Exchange exchange, AsyncCallback callback) throws Exception {
        if (isFiltered(exchange)) {
            exchange.getMessage().setHeader(SegmentConstants.FILTERED, integrationName);
            return false;
        }
        DeliveryService.OpenSender open = sender;
        if (open == null) {
            throw new RejectedExecutionException("the producer of " + endpoint.getStreamName() + " is stopped");
        }
        if (hasArrived(exchange)) {
            open.meters().resendAvoided();
            return false;
        }
        open.sender().send(endpoint.record(exchange, callback));
        return true;
    }

    /** Only events are filtered: what else comes as a body is sent whatever it says. */
    private boolean isFiltered(Exchange exchange) {
        return !integrationName.isEmpty()
                && exchange.getIn().getBody() instanceof SegmentEvent event
                && !event.isEnabledFor(integrationName);
    }

    /** Tells whether the event arrived when its sender sent it before. If it has to send it once more, this still holds. */
    private boolean hasArrived(Exchange exchange) {
        if (!(exchange.getIn().getBody() instanceof SegmentEvent event) || !event.hasArrivedAt(endpoint.streamId())) {
            return false;
        }
        event.arrivedAt(endpoint.streamId());
        return true;
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
