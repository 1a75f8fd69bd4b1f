package io.camelsegment.producer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.camelsegment.SegmentConfiguration;
import io.camelsegment.SegmentEndpoint;
import io.camelsegment.aws.DeliveryService;
import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.RetryPolicy;
import io.camelsegment.delivery.SenderRuntime;
import io.camelsegment.event.SegmentEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Sends each message as an event to a Segment-compatible tracking API. No thread waits for the API: an Exchange goes on when the batch
 * with its event is answered, with its own result. Thread-safe.
 */
public final class SegmentProducer extends DefaultAsyncProducer {

    private final SegmentConfiguration configuration;
    private final BatchingSettings settings;
    private final URI uri;
    private final String writeKey;

    private ExecutorService executor;
    private ScheduledExecutorService timer;
    private EventWriter events;
    private BatchSender sender;

    /**
     * Makes one.
     *
     * @param uri      of the API's {@code batch} call
     * @param writeKey of the receiving source
     * @param settings within Segment's limits
     * @throws IllegalArgumentException if the settings exceed the limits; the message names the setting
     */
    public SegmentProducer(SegmentEndpoint endpoint, URI uri, String writeKey, BatchingSettings settings) {
        super(endpoint);
        this.configuration = endpoint.getConfiguration();
        this.uri = uri;
        this.writeKey = writeKey;
        this.settings = settings.within(TrackingApiTransport.LIMITS);
    }

    @Override
    public SegmentEndpoint getEndpoint() {
        return (SegmentEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ExecutorServiceManager threads = getEndpoint().getCamelContext().getExecutorServiceManager();
        executor = threads.newCachedThreadPool(this, "SegmentProducer");
        timer = threads.newSingleThreadScheduledExecutor(this, "SegmentProducerTimer");
        events = new EventWriter(configuration.getBodyAs(), mapper());
        SenderRuntime runtime = runtime();
        // The first protocol that every server speaks: an upgrade to HTTP/2 would cost plain HTTP servers a body of 500
        // KB.
        HttpClient client = HttpClient.newBuilder()
                .executor(executor)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.requestTimeout())
                .build();
        TrackingApiTransport transport = new TrackingApiTransport(
                client, uri, writeKey, configuration.isGzip(), settings.requestTimeout(), runtime);
        sender = new BatchSender(
                getEndpoint().getSource(),
                TrackingApiTransport.LIMITS,
                settings,
                RetryPolicy.DEFAULT,
                transport,
                runtime);
    }

    private SenderRuntime runtime() {
        long start = System.nanoTime();
        return new SenderRuntime(
                executor,
                executor,
                (task, delayNanos) -> timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS),
                () -> System.nanoTime() - start,
                () -> ThreadLocalRandom.current().nextDouble(),
                DeliveryService.memoryBudget(getEndpoint().getCamelContext()));
    }

    /** Returns the application's mapper if it has one, so that objects look as they do in its other JSON. */
    private ObjectMapper mapper() {
        ObjectMapper own = CamelContextHelper.findSingleByType(getEndpoint().getCamelContext(), ObjectMapper.class);
        return own == null
                ? new ObjectMapper().findAndRegisterModules().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                : own;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            byte[] event = events.write(exchange.getMessage());
            boolean counted = exchange.getMessage().getBody() instanceof SegmentEvent;
            sender.send(new PendingRecord(event, null, event.length, counted, new Completion(exchange, callback)));
            return false;
        } catch (InvalidBodyException | RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (sender != null) {
            sender.close(settings.requestTimeout());
        }
        ExecutorServiceManager threads = getEndpoint().getCamelContext().getExecutorServiceManager();
        threads.shutdown(timer);
        threads.shutdown(executor);
        super.doStop();
    }

    private record Completion(Exchange exchange, AsyncCallback callback) implements RecordCallback {

        @Override
        public void delivered(RecordResult result) {
            callback.done(false);
        }

        @Override
        public void failed(DeliveryException reason) {
            exchange.setException(reason);
            callback.done(false);
        }
    }
}
