package io.camelsegment.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;

/** Sends bodies to an endpoint in order, without waiting in between. */
public final class Bodies {

    private Bodies() {}

    /**
     * Returns the exchanges, in order, when all are done. The header, unless it is null, gets the body's part before a
     * colon.
     */
    public static List<Exchange> send(CamelContext context, String uri, String keyHeader, List<String> bodies)
            throws Exception {
        AsyncProducer producer = context.getEndpoint(uri).createAsyncProducer();
        context.addService(producer);
        List<CompletableFuture<Exchange>> sent = new ArrayList<>(bodies.size());
        for (String body : bodies) {
            Exchange exchange =
                    ExchangeBuilder.anExchange(context).withBody(body).build();
            if (keyHeader != null) {
                exchange.getIn().setHeader(keyHeader, body.substring(0, body.indexOf(':')));
            }
            CompletableFuture<Exchange> future = new CompletableFuture<>();
            producer.process(exchange, doneSync -> future.complete(exchange));
            sent.add(future);
        }
        List<Exchange> done = new ArrayList<>(bodies.size());
        for (CompletableFuture<Exchange> future : sent) {
            done.add(future.get(120, TimeUnit.SECONDS));
        }
        return done;
    }
}
