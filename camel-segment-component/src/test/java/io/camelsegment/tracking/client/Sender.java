package io.camelsegment.tracking.client;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.tracking.SegmentComponent;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;

/** The producer of one {@code segment:} endpoint, in a CamelContext without an HTTP server. */
final class Sender implements AutoCloseable {

    static final String KEY = "SECRET_KEY";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AsyncProducer producer;

    /** Creates a sender. */
    Sender(String url, String options) {
        this(url, options, MemoryBudget.DEFAULT_MAX_BYTES);
    }

    Sender(String url, String options, long maxBufferedBytes) {
        SegmentComponent component = new SegmentComponent();
        component.setMaxBufferedBytes(maxBufferedBytes);
        context.addComponent("segment", component);
        context.start();
        try {
            producer = context.getEndpoint("segment:out?url=" + url + "&writeKey=" + KEY + options)
                    .createAsyncProducer();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        ServiceHelper.startService(producer);
    }

    /** Sends and waits for the Exchange to be done. */
    Exchange send(Object body, Map<String, Object> headers) {
        return result(begin(body, headers));
    }

    Exchange send(Object body) {
        return send(body, Map.of());
    }

    /** Sends, and returns when the producer has taken the Exchange. */
    CompletableFuture<Exchange> begin(Object body) {
        return begin(body, Map.of());
    }

    private CompletableFuture<Exchange> begin(Object body, Map<String, Object> headers) {
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getMessage().setBody(body);
        headers.forEach(exchange.getMessage()::setHeader);
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        producer.process(exchange, doneSync -> done.complete(exchange));
        return done;
    }

    static Exchange result(CompletableFuture<Exchange> exchange) {
        try {
            return exchange.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the Exchange did not end", e);
        }
    }

    static Map<String, Object> track(String event) {
        return Map.of("type", "track", "event", event, "userId", "u1");
    }

    @Override
    public void close() {
        ServiceHelper.stopService(producer);
        context.stop();
    }
}
