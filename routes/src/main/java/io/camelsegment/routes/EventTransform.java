package io.camelsegment.routes;

import com.fasterxml.jackson.core.JacksonException;
import io.camelsegment.BatchFailure;
import io.camelsegment.ReceivedEvent;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.TransformException;
import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.Observation;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.spi.RouteIdAware;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step that changes events, each by itself: the event of an Exchange, or those of a {@link SegmentBatch}. Headers
 * that a source took from an event follow the change; those that the route has set stay.
 *
 * <p>An event that the step leaves out goes no further: the batch goes on without it, and an Exchange without events
 * ends, as with {@code stop()}. It counts as delivered.
 *
 * <p>An event that it cannot change fails alone, with a {@link TransformException}. A body that is no event is read as
 * one first, and fails likewise if it is none. The counter {@code segment.transform.events}, with the tags {@code
 * route}, {@code step} and {@code outcome}, counts both kinds; {@code outcome} is {@code left_out} or {@code failed}.
 *
 * <p>{@link Transforms} has the steps that come with this module; subclass this one for your own. Thread-safe once
 * started.
 */
public abstract class EventTransform extends AsyncProcessorSupport implements CamelContextAware, RouteIdAware {

    /** Why an event is refused that a step could not change: the code in answers, metrics and headers. */
    public static final String FAILED = "transform_failed";

    private static final String HAS_FAILED = "CamelSegmentTransformFailed";

    private static final Logger LOG = LoggerFactory.getLogger(EventTransform.class);
    private static final String COUNTER = "segment.transform.events";

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    private static final Map<String, Function<SegmentEvent, Object>> HEADERS = headers();

    private final String step;
    private final AtomicBoolean told = new AtomicBoolean();
    private final AtomicBoolean toldOfPassing = new AtomicBoolean();
    /** Among the streams of a batch's deliveries. */
    private final String leftOutId = "left out by " + UUID.randomUUID();

    private CamelContext camelContext;
    private String routeId;
    private Observation observation;
    private Counter leftOut;
    /** Set last. */
    private volatile Counter failed;

    /**
     * @param step the step's name in the metric and the log
     */
    protected EventTransform(String step) {
        this.step = step;
    }

    /**
     * Changes one event. Must not block unless the route may.
     *
     * @param event    never null
     * @param exchange of the event, or of its batch; its body is not that of the other events
     * @return the changed event, or itself; null to leave it out
     * @throws TransformException if the event must be refused for that reason
     * @throws Exception          if it cannot be changed: a failure of I/O, a timeout, HTTP's 408, 429 and 5xx, a
     *     route that is not running and the like may pass, so the sender repeats the event; after any other it is
     *     refused
     */
    protected abstract SegmentEvent change(SegmentEvent event, Exchange exchange) throws Exception;

    /** Returns whether a step could not change some events of an Exchange's batch, so that all stopped there. */
    public static boolean hasFailed(Exchange exchange) {
        return exchange.getProperty(HAS_FAILED) != null;
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
    public String getRouteId() {
        return routeId;
    }

    @Override
    public void setRouteId(String routeId) {
        this.routeId = routeId;
    }

    @Override
    protected void doInit() throws Exception {
        observation = SharedBeans.observation(camelContext);
        leftOut = counter("left_out");
        failed = counter("failed");
    }

    private Counter counter(String outcome) {
        return Counter.builder(COUNTER)
                .description("Events that a step has left out or could not change")
                .tag("route", routeId == null ? "" : routeId)
                .tag("step", step)
                .tag("outcome", outcome)
                .register(SharedBeans.meterRegistry(camelContext));
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            if (failed == null) {
                countWithoutRoute(exchange.getContext());
            }
            BatchFailure.clear(exchange);
            SegmentBatch batch = ReceivedEvent.asBatch(exchange);
            if (batch != null) {
                changeBatch(batch, exchange);
            } else {
                changeOne(exchange);
            }
        } catch (Throwable e) { // also an Error, as Camel does with processors
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    /** Prepares a bean that no route has as its own, at its first events, which may come at once. */
    private synchronized void countWithoutRoute(CamelContext context) throws Exception {
        if (failed == null) {
            camelContext = context;
            doInit();
        }
    }

    private void changeOne(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        SegmentEvent event = event(message);
        SegmentEvent changed;
        try {
            changed = change(event, exchange);
        } catch (Exception e) {
            throw mayPass(e) ? notePassing(e) : note(refusal(e));
        }
        if (changed == null) {
            leftOut.increment();
            show(event);
            exchange.setRouteStop(true);
        } else if (changed != message.getBody()) {
            SegmentEvent described = ReceivedEvent.described(exchange);
            SegmentEvent before = described == null ? event : described;
            HEADERS.forEach((name, value) -> follow(message, name, value.apply(before), value.apply(changed)));
            message.setBody(changed);
            ReceivedEvent.describe(exchange, changed);
        }
    }

    private void changeBatch(SegmentBatch batch, Exchange exchange) {
        if (exchange.getProperty(HAS_FAILED) instanceof SegmentBatch before
                && !(batch.isOfSameRequest(before) && batch.minus(before).isEmpty())) {
            exchange.removeProperty(HAS_FAILED); // the others come again with those that failed
        }
        Failures failures = new Failures();
        Places places = new Places(batch.indexes());
        SegmentBatch changed = batch.map(event -> {
            int index = places.next();
            try {
                return change(event, exchange);
            } catch (Exception e) {
                failures.add(index, e);
                return event;
            }
        });
        if (failures.end(exchange, batch)) {
            return; // those that it leaves out come again with the others, and are counted then
        }
        countLeftOut(batch, batch.minus(changed).indexes());
        exchange.getMessage().setBody(changed);
        if (changed.isEmpty() && !batch.isEmpty()) {
            exchange.setRouteStop(true);
        }
    }

    /** Counts events once: the batch comes again when a later step fails some of it. */
    private void countLeftOut(SegmentBatch batch, BitSet indexes) {
        if (!indexes.isEmpty()) {
            BitSet news = batch.of(indexes).undelivered(leftOutId);
            leftOut.increment(news.cardinality());
            news.stream().mapToObj(batch::get).forEach(this::show);
            batch.delivered(leftOutId, indexes);
        }
    }

    /** Shows an event that is left out to who looks. */
    private void show(SegmentEvent event) {
        EventObserver observer = observation.feed();
        if (observer != null) {
            observer.leftOut(step, event);
        }
    }

    /** The events of a batch that could not be changed. */
    private final class Failures {

        private final BitSet refused = new BitSet();
        private final Map<Integer, String> messages = new HashMap<>();
        private TransformException refusal;

        private final BitSet failing = new BitSet();
        private Exception failure;

        void add(int index, Exception e) {
            if (mayPass(e)) {
                failing.set(index);
                failure = failure == null ? notePassing(e) : failure;
                return;
            }
            TransformException one = note(refusal(e));
            refused.set(index);
            messages.put(index, one.getMessage());
            refusal = refusal == null ? one : refusal;
        }

        /**
         * Fails the Exchange for these events, and first for those that are refused: the others come again without
         * them.
         *
         * @return false if there are none
         */
        boolean end(Exchange exchange, SegmentBatch batch) {
            if (refusal != null) {
                BatchFailure.fail(
                        exchange,
                        new TransformException(refusal.code(), refusal.getMessage(), messages, null),
                        batch.of(refused));
            } else if (failure != null) {
                BatchFailure.fail(exchange, failure, batch.of(failing));
            }
            if (refusal != null || failure != null) {
                exchange.setProperty(HAS_FAILED, batch.of(refusal != null ? refused : failing));
                return true;
            }
            return false;
        }
    }

    /** The indexes of a batch's events, one after the other. */
    private static final class Places {

        private final BitSet indexes;
        private int last = -1;

        Places(BitSet indexes) {
            this.indexes = indexes;
        }

        int next() {
            last = indexes.nextSetBit(last + 1);
            return last;
        }
    }

    private SegmentEvent event(Message message) {
        try {
            return read(message.getBody(), message.getExchange(), " needs a SegmentEvent, or JSON that is one, but ");
        } catch (TransformException e) {
            throw note(e);
        }
    }

    /**
     * Reads a body as an event.
     *
     * @param wanted stands between the step and the reason in the message of the failure
     */
    final SegmentEvent read(Object body, Exchange exchange, String wanted) {
        try {
            return EventValue.read(body, exchange);
        } catch (IllegalArgumentException e) {
            throw new TransformException(FAILED, step + wanted + e.getMessage(), null);
        }
    }

    /** Returns whether a repetition may help: the sender then repeats the event, and it is not refused. */
    private static boolean mayPass(Throwable e) {
        Throwable cause = e;
        for (int i = 0; cause != null && i < 20; i++) {
            if ((cause instanceof IOException && !(cause instanceof JacksonException))
                    || cause instanceof UncheckedIOException
                    || cause instanceof InterruptedException
                    || cause instanceof TimeoutException
                    || cause instanceof RejectedExecutionException
                    || isOfItsService(cause)
                    || (cause instanceof DeliveryException delivery && delivery.isRetryable())) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Returns whether not the event is to blame, but the service or the route that it went to. */
    private static boolean isOfItsService(Throwable cause) {
        if (cause instanceof HttpOperationFailedException http) {
            int status = http.getStatusCode();
            return status >= FIRST_SERVER_ERROR || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
        }
        // Each of Camel's components has one of its own.
        return cause.getClass().getName().matches("org\\.apache\\.camel\\..*ConsumerNotAvailableException");
    }

    /** Returns a failure whose message holds nothing of the event: of others than ours only the class is known. */
    private TransformException refusal(Exception e) {
        if (e instanceof TransformException transform) {
            return transform;
        }
        String reason = e instanceof IllegalArgumentException && isOurs(e) ? e.getMessage() : threw(e);
        return new TransformException(FAILED, described() + ": " + reason, null);
    }

    /** Returns the step as messages name it. */
    String described() {
        return step;
    }

    /** Returns the classes of a failure and of its causes, each once; their messages may quote the event. */
    private static String threw(Throwable failure) {
        Set<String> causes = new LinkedHashSet<>();
        for (Throwable cause : ObjectHelper.createExceptionIterable(failure)) {
            causes.add(cause.getClass().getName()); // the first cause first
        }
        causes.remove(failure.getClass().getName());
        List<String> names = new ArrayList<>(causes);
        Collections.reverse(names);
        return "it threw " + failure.getClass().getName()
                + (names.isEmpty() ? "" : ", caused by " + String.join(", ", names));
    }

    /** Warns once of a failure after which the sender repeats the event. */
    private Exception notePassing(Exception failure) {
        if (toldOfPassing.compareAndSet(false, true)) {
            LOG.warn(
                    "The step {} of the route {} fails events, and their senders repeat them: {}",
                    described(),
                    routeId,
                    threw(failure));
        }
        return failure;
    }

    private static boolean isOurs(Exception e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith(SegmentEvent.class.getPackageName() + ".");
    }

    private TransformException note(TransformException failure) {
        failed.increment();
        if (told.compareAndSet(false, true)) {
            LOG.warn(
                    "The step {} of the route {} fails events: {}. The counter {} counts them",
                    described(),
                    routeId,
                    failure.getMessage(),
                    COUNTER);
        }
        return failure;
    }

    /** Sets a header that still has what a source took from the event before. */
    private static void follow(Message message, String name, Object before, Object after) {
        if (Objects.equals(before, after) || message.getHeader(SegmentConstants.TYPE) == null) {
            return;
        }
        if (Objects.equals(before, message.getHeader(name))) {
            if (after == null) {
                message.removeHeader(name);
            } else {
                message.setHeader(name, after);
            }
        }
    }

    private static Map<String, Function<SegmentEvent, Object>> headers() {
        Map<String, Function<SegmentEvent, Object>> headers = new LinkedHashMap<>();
        headers.put(SegmentConstants.EVENT, SegmentEvent::event);
        headers.put(SegmentConstants.USER_ID, SegmentEvent::userId);
        headers.put(SegmentConstants.ANONYMOUS_ID, SegmentEvent::anonymousId);
        headers.put(SegmentConstants.GROUP_ID, SegmentEvent::groupId);
        headers.put(SegmentConstants.MESSAGE_ID, SegmentEvent::messageId);
        headers.put(SegmentConstants.TIMESTAMP, SegmentEvent::timestamp);
        headers.put(SegmentConstants.PARTITION_KEY, SegmentEvent::partitionKey);
        headers.put(SegmentConstants.TYPE, event -> event.type().specName());
        return headers;
    }

    /** Names the step, and nothing of its values, which may be secret. */
    @Override
    public String toString() {
        return step;
    }
}
