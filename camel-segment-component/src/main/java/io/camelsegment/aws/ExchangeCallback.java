package io.camelsegment.aws;

import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.event.SegmentEvent;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Continues an Exchange when its record has ended. */
public abstract class ExchangeCallback implements RecordCallback {

    private final SinkEndpoint<?> endpoint;
    private final Exchange exchange;
    private final AsyncCallback callback;

    protected ExchangeCallback(SinkEndpoint<?> endpoint, Exchange exchange, AsyncCallback callback) {
        this.endpoint = endpoint;
        this.exchange = exchange;
        this.callback = callback;
    }

    /** Sets the headers that say where the record is stored. */
    protected abstract void setHeaders(Message message, RecordResult result);

    @Override
    public final void delivered(RecordResult result) {
        if (exchange.getIn().getBody() instanceof SegmentEvent event) {
            event.arrivedAt(endpoint.streamId());
        }
        setHeaders(exchange.getMessage(), result);
        callback.done(false);
    }

    @Override
    public final void failed(DeliveryException reason) {
        exchange.setException(reason);
        callback.done(false);
    }
}
