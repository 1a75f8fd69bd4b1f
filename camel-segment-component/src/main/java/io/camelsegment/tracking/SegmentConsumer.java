package io.camelsegment.tracking;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.TransformException;
import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.observation.Tracing;
import io.camelsegment.tracking.server.BearerTokens;
import io.camelsegment.tracking.server.ClientAddress;
import io.camelsegment.tracking.server.Outcomes;
import io.camelsegment.tracking.server.RateLimit;
import io.camelsegment.tracking.server.RefusedEvents;
import io.camelsegment.tracking.server.Rejection;
import io.camelsegment.tracking.server.Sources;
import io.camelsegment.tracking.server.TrackingSource;
import io.camelsegment.tracking.server.WebhookSignature;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates one Exchange for each event or request of its source and reports how its route ended. Thread-safe.
 */
public class SegmentConsumer extends DefaultConsumer implements TrackingSource, Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentConsumer.class);

    private final String name;
    private final Set<String> origins;
    private final boolean webhook;
    private final SegmentContextIp contextIp;
    private final boolean anonymizeIp;
    private final boolean together;
    private final WebhookSignature signature;
    private final BearerTokens bearerTokens;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean losingInvalid = new AtomicBoolean();

    private final SourceMetrics metrics;
    private final BrokenEvents broken;

    private volatile EventLimits limits;
    /** Null for none. */
    private volatile RateLimit rateLimit;

    private AsyncProducer invalid;
    private IdempotentRepository delivered;
    private Deduplication deduplication;
    /** Runs routes for events that waited for another one; null without deduplication. */
    private ExecutorService again;

    SegmentConsumer(SegmentEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.name = endpoint.getSource();
        this.limits = endpoint.getConfiguration().limits();
        this.origins = endpoint.getConfiguration().origins();
        this.webhook = endpoint.getConfiguration().isWebhook();
        this.contextIp = endpoint.getConfiguration().getContextIp();
        this.anonymizeIp = endpoint.getConfiguration().isAnonymizeIp();
        this.together = endpoint.getConfiguration().getExchange() == SegmentExchange.REQUEST;
        this.metrics = new SourceMetrics(endpoint.getCamelContext(), name);
        this.broken = new BrokenEvents(name, System::nanoTime);
        String sharedSecret = endpoint.getConfiguration().getSharedSecret();
        this.signature = sharedSecret == null ? null : new WebhookSignature(sharedSecret);
        this.bearerTokens = endpoint.getConfiguration().bearerTokens();
        this.rateLimit = endpoint.getConfiguration().rateLimit();
    }

    @Override
    public SegmentEndpoint getEndpoint() {
        return (SegmentEndpoint) super.getEndpoint();
    }

    /**
     * Returns what this source has with other options. The rate limit goes on counting if its numbers stay.
     *
     * @throws IllegalArgumentException if an option is out of its range, or there is no write key
     */
    Sources.Change change(SegmentConfiguration options) {
        getEndpoint().checkWriteKeys(options);
        SegmentConfiguration before = getEndpoint().getConfiguration();
        boolean sameRate = before.getMaxEventsPerSecond() == options.getMaxEventsPerSecond()
                && before.getMaxEventsPerRequest() == options.getMaxEventsPerRequest();
        return new Sources.Change(
                this, options.writeKeys(), options.limits(), sameRate ? rateLimit : options.rateLimit());
    }

    /** Keeps what has changed, for the next start. */
    void changed(Sources.Change change, SegmentConfiguration options) {
        limits = change.limits();
        rateLimit = change.rateLimit();
        getEndpoint().setConfiguration(options);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        SegmentConfiguration configuration = getEndpoint().getConfiguration();
        if (configuration.getInvalidUri() != null) {
            invalid = getEndpoint()
                    .getCamelContext()
                    .getEndpoint(configuration.getInvalidUri())
                    .createAsyncProducer();
            ServiceHelper.startService(invalid);
        }
        if (configuration.isDeduplicate() && delivered == null) {
            delivered = configuration.getIdempotentRepository() == null
                    ? new MessageIdRepository()
                    : configuration.getIdempotentRepository();
            ServiceHelper.startService(delivered);
            again = getEndpoint()
                    .getCamelContext()
                    .getExecutorServiceManager()
                    .newDefaultThreadPool(this, "SegmentDuplicate");
            deduplication = new Deduplication(name, delivered, metrics, this::route, together, again);
        }
        if (configuration.isUseEventLoop()) {
            String blocking = blocking();
            getEndpoint().usesEventLoop(blocking == null);
            if (blocking != null) {
                LOG.info("Source {}: its route runs on worker threads, not on the event loop: {}", name, blocking);
            }
        }
        SegmentComponent component = getEndpoint().getComponent();
        component.deduplicationMeters().add(this, delivered);
        component.trackingApi();
        component.sources().add(this, configuration.writeKeys(), webhook);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        ServiceHelper.stopService(invalid);
    }

    @Override
    protected void doShutdown() throws Exception {
        // Not at stop: senders to a stopped source shall wait (503), not drop their events (400).
        if (!getEndpoint().getCamelContext().isStopping()) {
            getEndpoint().getComponent().remove(this, getEndpoint().awaited());
        }
        ServiceHelper.stopAndShutdownService(invalid);
        if (getEndpoint().getConfiguration().getIdempotentRepository() == null) {
            ServiceHelper.stopAndShutdownService(delivered);
        }
        getEndpoint().getComponent().deduplicationMeters().remove(this);
        if (again != null) {
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdown(again);
        }
        super.doShutdown();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EventLimits limits() {
        return limits;
    }

    @Override
    public NormalizeOptions normalizeOptions(String clientAddress) {
        if (webhook) {
            return NormalizeOptions.WEBHOOK; // the address is Segment's own
        }
        return switch (contextIp) {
            case CLIENT_SIDE -> NormalizeOptions.DEFAULT.clientSideIp(ClientAddress.text(clientAddress, anonymizeIp));
            case ALWAYS -> NormalizeOptions.DEFAULT.ip(ClientAddress.text(clientAddress, anonymizeIp));
            case NEVER -> NormalizeOptions.DEFAULT;
        };
    }

    @Override
    public WebhookSignature signature() {
        return signature;
    }

    @Override
    public BearerTokens bearerTokens() {
        return bearerTokens;
    }

    @Override
    public RateLimit rateLimit() {
        return rateLimit;
    }

    @Override
    public boolean allowsOrigin(String origin) {
        return SegmentConfiguration.allow(origins, origin);
    }

    @Override
    public boolean isReady() {
        return isStarted();
    }

    @Override
    public boolean usesEventLoop() {
        return getEndpoint().usesEventLoop();
    }

    /** Returns what may block the event loop; null if nothing is known to. */
    private String blocking() {
        CamelContext context = getEndpoint().getCamelContext();
        if (getEndpoint().getConfiguration().getInvalidUri() != null) {
            return "invalidUri may block";
        }
        if (getEndpoint().isBridgeErrorHandler()) {
            return "the error handler that bridgeErrorHandler calls may block";
        }
        if (getRoute() == null) {
            return "it is of no route";
        }
        if (delivered != null && !(delivered instanceof MessageIdRepository)) {
            return "its idempotentRepository may block";
        }
        if (getEndpoint().getComponent().getResendRepository() != null) {
            return "resendRepository may block";
        }
        for (InterceptStrategy strategy : context.getCamelContextExtension().getInterceptStrategies()) {
            if (!isOfCamel(strategy)) {
                return "the interceptor " + strategy.getClass().getName() + " may block";
            }
        }
        if (!getRoute().getInterceptStrategies().isEmpty()
                || context.getEndpoints().stream().anyMatch(InterceptSendToEndpoint.class::isInstance)) {
            return "intercept or interceptSendToEndpoint may block";
        }
        for (EventNotifier notifier : context.getManagementStrategy().getEventNotifiers()) {
            if (!isOfCamel(notifier)) {
                return "the event notifier " + notifier.getClass().getName() + " may block";
            }
        }
        for (RoutePolicy policy : getRoute().getRoutePolicyList()) {
            if (!isOfCamel(policy)) {
                return "the route policy " + policy.getClass().getName() + " may block";
            }
        }
        if (!getRoute().getOnCompletions().isEmpty()
                || !getRoute().getOnExceptions().isEmpty()) {
            return "its onCompletion or onException may block";
        }
        return getRoute().getConfigurationId() == null ? null : "a route configuration may add steps that block";
    }

    private static boolean isOfCamel(Object extension) {
        return extension.getClass().getName().startsWith("org.apache.camel.");
    }

    @Override
    public long overheadBytes(int events) {
        long exchanges = together ? 1 : events;
        return MemoryBudget.REQUEST_BYTES
                + MemoryBudget.EXCHANGE_BYTES * exchanges
                + (long) MemoryBudget.EVENT_BYTES * events;
    }

    @Override
    public void process(List<SegmentEvent> events, DeliveryLog log, Tracing.Request span, Outcomes outcomes) {
        for (SegmentEvent event : events) {
            if (event.hasUnreadableTime()) {
                metrics.unreadableTimestamp();
            }
            if (event.hasAmbiguousTime()) {
                metrics.ambiguousTimestamp();
            }
        }
        if (deduplication != null) {
            deduplication.process(events, log, span, outcomes);
        } else if (together) {
            route(events, log, span, ended(events.size(), outcomes));
        } else {
            for (SegmentEvent event : events) {
                route(List.of(event), log, span, ended(1, outcomes));
            }
        }
    }

    private static Deduplication.Routed ended(int events, Outcomes outcomes) {
        return (failed, refused, failure) -> {
            int refusals = refused == null ? 0 : refused.events().size();
            int failures = failed.cardinality() - refusals;
            if (refusals + failures < events) {
                outcomes.ended(events - refusals - failures, null);
            }
            if (refusals > 0) {
                outcomes.ended(refusals, refused);
            }
            if (failures > 0) {
                outcomes.ended(failures, failure);
            }
        };
    }

    /** Returns how many events wait for another one with their messageId. */
    int waiting() {
        return deduplication == null ? 0 : deduplication.waiting();
    }

    private void route(List<SegmentEvent> events, DeliveryLog log, Tracing.Request span, Deduplication.Routed routed) {
        if (together) {
            route(new SegmentBatch(events), log, span, new Ended(), routed);
            return;
        }
        Exchange exchange = createExchange(false);
        exchange.setIn(new SegmentMessage(exchange, name, events.get(0), log));
        trace(exchange, span);
        getAsyncProcessor().process(exchange, doneSync -> {
            Throwable failure = failureOf(exchange);
            releaseExchange(exchange, false);
            BitSet failed = new BitSet();
            failed.set(0, failure == null ? 0 : 1);
            TransformException refusal = TransformException.of(failure);
            if (refusal != null) {
                var refused = new RefusedEvents.Refused(events.get(0), refusal.code(), refusal.getMessage());
                routed.ended(failed, new RefusedEvents(List.of(refused)), null);
                return;
            }
            metrics.done(failure == null ? 1 : 0, failure == null ? 0 : 1);
            routed.ended(failed, failure);
        });
    }

    /** Has the Exchange belong to the trace of its request, for Camel's tracers, for sinks and for other services. */
    private static void trace(Exchange exchange, Tracing.Request span) {
        if (span != null && span.traceParent() != null) {
            exchange.getIn().setHeader(Tracing.TRACE_PARENT, span.traceParent());
            if (span.traceState() != null) {
                exchange.getIn().setHeader(Tracing.TRACE_STATE, span.traceState());
            }
        }
    }

    /** What became of the events of a batch so far. Not thread-safe: the parts of a batch are routed one by one. */
    private static final class Ended {

        /** The indexes of the events that failed or were refused. */
        private final BitSet failed = new BitSet();

        private final List<RefusedEvents.Refused> refused = new ArrayList<>(0);

        /** The first failure that is no refusal. */
        private Throwable failure;

        void tell(Deduplication.Routed routed) {
            routed.ended(failed, refused.isEmpty() ? null : new RefusedEvents(refused), failure);
        }
    }

    /**
     * Routes a batch. When some of its events fail, the others have not been to the steps after the sink that failed.
     * So they go through the route again, where sinks skip what they have delivered.
     *
     * @param soFar  what became of earlier parts
     * @param routed called once, when all events have ended
     */
    private void route(
            SegmentBatch batch, DeliveryLog log, Tracing.Request span, Ended soFar, Deduplication.Routed routed) {
        Exchange exchange = createExchange(false);
        exchange.setIn(new SegmentMessage(exchange, name, batch, log));
        trace(exchange, span);
        getAsyncProcessor().process(exchange, doneSync -> {
            Throwable now = failureOf(exchange);
            SegmentBatch left = now == null ? BatchFailure.leftBehind(exchange, batch) : withoutFailed(exchange, batch);
            releaseExchange(exchange, false);
            if (left.size() == batch.size()) { // each copy has left what another one has not
                now = new IllegalStateException("parts of a batch failed in several branches of the route");
                left = batch.minus(batch);
            }
            note(batch.minus(left), now, soFar);
            if (left.isEmpty()) {
                soFar.tell(routed);
            } else {
                route(left, log, span, soFar, routed);
            }
        });
    }

    /** Notes what became of events: nothing else fails with them. */
    private void note(SegmentBatch ended, Throwable failure, Ended soFar) {
        TransformException refusal = TransformException.of(failure);
        BitSet indexes = ended.indexes();
        if (failure == null) {
            metrics.done(ended.size(), 0);
            return;
        }
        soFar.failed.or(indexes);
        if (refusal == null) {
            metrics.done(0, ended.size());
            soFar.failure = soFar.failure == null ? failure : soFar.failure;
            return;
        }
        indexes.stream()
                .forEach(i ->
                        soFar.refused.add(new RefusedEvents.Refused(ended.get(i), refusal.code(), refusal.message(i))));
    }

    /** Returns the events that the failure of an Exchange does not concern: none for that of a batch of the route's. */
    private static SegmentBatch withoutFailed(Exchange exchange, SegmentBatch batch) {
        SegmentBatch undelivered = BatchFailure.undelivered(exchange);
        boolean known = undelivered != null && undelivered.isOfSameRequest(batch);
        return batch.minus(known ? undelivered : batch);
    }

    @Override
    public void reject(Rejection rejection, byte[] event, Runnable done) {
        broken.refused(rejection.code());
        metrics.rejected(rejection.code());
        if (invalid != null) {
            Exchange exchange = invalid.getEndpoint().createExchange();
            fill(exchange.getIn(), rejection, event);
            AtomicBoolean ended = new AtomicBoolean(); // a producer may throw, before or after it calls back
            try {
                invalid.process(exchange, doneSync -> rejectedEnds(ended, failureOf(exchange), done));
            } catch (Throwable e) { // also an Error: the other events of the request are not to suffer
                rejectedEnds(ended, e, done);
            }
        } else {
            if (getEndpoint().isBridgeErrorHandler()) {
                bridge(rejection, event);
            }
            done.run();
        }
    }

    private void fill(Message message, Rejection rejection, byte[] event) {
        message.setBody(event);
        message.setHeader(SegmentConstants.SOURCE, name);
        message.setHeader(SegmentConstants.INVALID, rejection.code());
        message.setHeader(SegmentConstants.INVALID_MESSAGE, rejection.message());
        if (rejection.messageId() != null) {
            message.setHeader(SegmentConstants.MESSAGE_ID, rejection.messageId());
        }
    }

    private void bridge(Rejection rejection, byte[] event) {
        Exchange exchange = createExchange(false);
        fill(exchange.getIn(), rejection, event);
        getExceptionHandler()
                .handleException(
                        "an event was refused",
                        exchange,
                        new CamelExchangeException(rejection.code() + ": " + rejection.message(), exchange));
        releaseExchange(exchange, false);
    }

    /** Ends a broken event whether it was kept or not: a repeated request would bring it as broken as it is. */
    private void rejectedEnds(AtomicBoolean ended, Throwable failure, Runnable done) {
        if (ended.getAndSet(true)) {
            return;
        }
        if (failure == null) {
            if (losingInvalid.get() && losingInvalid.compareAndSet(true, false)) {
                LOG.info("Source {}: invalidUri takes broken events again", name);
            }
        } else if (losingInvalid.compareAndSet(false, true)) {
            LOG.warn(
                    "Source {}: invalidUri fails, so broken events are lost: {}",
                    name,
                    failure.getClass().getName());
        }
        done.run();
    }

    @Override
    public void sentBy(String library) {
        metrics.sentBy(library);
    }

    @Override
    public void mislabelled() {
        metrics.mislabelled();
    }

    private static Throwable failureOf(Exchange exchange) {
        if (exchange.getException() != null) {
            return exchange.getException();
        }
        return exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()
                ? new IllegalStateException("the route marked the exchange for rollback")
                : null;
    }

    /**
     * Warns once when the source begins to fail, and logs once that it has recovered. Sinks log their own failures, so
     * those are not repeated here. Of other failures only the class is logged, because the message may quote the event.
     */
    @Override
    public void requestDone(int events, int failed, Throwable firstFailure, long nanos) {
        if (failed > 0) {
            if (!isLoggedBySink(firstFailure) && failing.compareAndSet(false, true)) {
                LOG.warn(
                        "Source {}: {} of {} events of a request failed, so its sender is asked to repeat it: {}",
                        name,
                        failed,
                        events,
                        firstFailure.getClass().getName());
            }
            return;
        }
        metrics.delivered(nanos);
        if (failing.get() && failing.compareAndSet(true, false)) {
            LOG.info("Source {}: delivers again", name);
        }
    }

    private static boolean isLoggedBySink(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DeliveryException) {
                return true;
            }
        }
        return false;
    }
}
