package io.camelsegment.routes;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Sends each exchange to several endpoints at once; the exchange succeeds only if all of them accepted it.
 *
 * <p>Camel's Multicast is not enough for events that must not be lost: with its default aggregation the last endpoint's
 * result hides an earlier one's failure, one at a time it waits for each endpoint's batch in turn, and in parallel it
 * takes a thread for each endpoint and event. This one starts all sends from the caller's thread and completes from the
 * callback of the last. When Camel redelivers an exchange, the endpoints that accepted it do not get it again.
 *
 * <p>Use it in Java as {@code .process(FanOut.to("segment-kinesis:events", "segment-firehose:lake"))}, in YAML as a
 * bean with the properties {@code uris[0]}, {@code uris[1]} and so on. Thread-safe once started.
 */
public final class FanOut extends AsyncProcessorSupport implements CamelContextAware {

    /** With their names among those that have events of a batch; in the order of sending. */
    private final Map<AsyncProducer, String> producers = new LinkedHashMap<>();
    /** Can be changed in place: that is how Camel sets the entries of a bean in YAML. */
    private List<String> uris = new ArrayList<>();

    private final Attempts attempts = new Attempts();

    private CamelContext camelContext;
    private Recipients recipients;

    /** Creates a fan-out to the endpoints of these URIs. */
    public static FanOut to(String... uris) {
        FanOut fanOut = new FanOut();
        fanOut.getUris().addAll(List.of(uris));
        return fanOut;
    }

    /** Returns the endpoint URIs, in the order of sending. */
    public List<String> getUris() {
        return uris;
    }

    /** Sets the endpoint URIs; at least one. */
    public void setUris(List<String> uris) {
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
        if (recipients == null) {
            return NotStarted.fail(this, exchange, callback);
        }
        BatchFailure.clear(exchange);
        if (producers.size() > 1 && exchange.getMessage().getBody() instanceof SegmentBatch batch) {
            Attempts.Attempt attempt = attempts.attempt(exchange);
            Sending sending = attempt.sending(callback);
            producers.forEach((producer, id) -> attempt.addRest(sending, id, producer::process, batch));
            return sending.start();
        }
        return recipients.send(exchange, callback, attempts);
    }

    @Override
    protected void doInit() {
        if (uris.isEmpty()) {
            throw new IllegalArgumentException("expected at least one endpoint in uris, but it is empty: name one");
        }
        if (!producers.isEmpty()) {
            return; // the route starts again
        }
        for (String uri : uris) {
            // A single one gets no copy, but the exchange itself, which has its unit of work.
            producers.put(
                    uris.size() == 1
                            ? Endpoints.createPlainProducer(camelContext, uri)
                            : Endpoints.createProducer(camelContext, uri),
                    attempts.idOf("endpoint " + producers.size()));
        }
        recipients = new Recipients(List.copyOf(producers.keySet()));
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

    /** Names the number of endpoints and not their URIs, which may hold what is not for logs. */
    @Override
    public String toString() {
        return "FanOut[" + uris.size() + " endpoints]";
    }
}
