package io.camelsegment.sink;

import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.Ledger;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.RetryPolicy;
import io.camelsegment.delivery.SenderRuntime;
import io.camelsegment.delivery.StreamHealth;
import io.camelsegment.delivery.Workload;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The senders of one CamelContext, with their threads, meters and health check. Endpoints with equal
 * {@linkplain SinkEndpoint#connectionKey() connections} and batching have one sender and so fill the same batches.
 * Thread-safe.
 *
 * <p>A sender outlives its last producer: Camel's caches stop producers that are in use elsewhere, or will be created
 * again for the next event. It goes on with its records, and is closed in the background when it had neither a producer
 * nor a record for a minute.
 */
public final class Senders extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(Senders.class);
    private static final int MIN_THREADS = 4;

    /** How long a stopping context waits for the records of all its streams together, before it gives them up. */
    public static final Duration STOP_TIME = Duration.ofSeconds(5);

    /** How long a stopping context waits for callbacks that block; then they go on beside. */
    public static final Duration CALLBACKS_STOP_TIME = Duration.ofSeconds(1);

    /** How long a stopping context waits for connections to close. */
    public static final Duration CONNECTIONS_STOP_TIME = Duration.ofSeconds(2);

    /** Between two lines in the log about a stream that delivers. */
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    /** How long a sender that nobody uses waits for its next user. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final CamelContext camelContext;
    private final Shared<SenderKey, OpenSender> senders = new Shared<>(this::close);
    private final Shared<StreamName, StreamMeters> meters = new Shared<>(StreamMeters::close);
    private final Map<Class<?>, Object> resources = new ConcurrentHashMap<>();
    private final EventLoops eventLoops;
    private final HealthCheck healthCheck = new DeliveryHealthCheck(this::openSenders);
    private final AtomicBoolean awaitsClosing = new AtomicBoolean();
    private final AtomicReference<Ledger> closed = new AtomicReference<>(Ledger.EMPTY);
    private MeterRegistry meterRegistry;
    private List<Gauge> gauges;
    private ExecutorService callbacks;
    private ScheduledExecutorService timer;
    private Workload.Tasks tasks;
    private SenderRuntime runtime;

    private Senders(CamelContext camelContext) {
        this.camelContext = camelContext;
        this.eventLoops = new EventLoops(camelContext);
    }

    /** Returns the context's senders; the first call creates and starts them. */
    public static synchronized Senders of(CamelContext context) {
        Senders senders = context.hasService(Senders.class);
        if (senders == null) {
            senders = new Senders(context);
            try {
                context.addService(senders, true, true);
            } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeCamelException(e);
            }
        }
        return senders;
    }

    @Override
    protected void doStart() {
        awaitsClosing.set(false);
        eventLoops.start();
        ExecutorServiceManager threads = camelContext.getExecutorServiceManager();
        callbacks = threads.newThreadPool(this, "SegmentDeliveryCallback", unboundedQueue(poolSize()));
        timer = threads.newScheduledThreadPool(this, "SegmentDeliveryTimer", unboundedQueue(1));
        registerMeters();
        HealthCheckRegistry health = HealthCheckRegistry.get(camelContext);
        if (health != null) {
            health.register(healthCheck);
        }
        long start = System.nanoTime();
        Workload workload = SharedBeans.workload(camelContext);
        tasks = workload.newTasks();
        runtime = new SenderRuntime(
                tasks.on(eventLoops),
                tasks.on(callbacks),
                (task, delayNanos) -> timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS),
                () -> System.nanoTime() - start,
                () -> ThreadLocalRandom.current().nextDouble(),
                SharedBeans.memoryBudget(camelContext),
                workload);
        var unused = timer.scheduleWithFixedDelay(
                () -> callbacks.execute(this::logProgress),
                LOG_INTERVAL.toNanos(),
                LOG_INTERVAL.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Logs what each stream did since the last call. */
    void logProgress() {
        meters.all().forEach((name, meters) -> {
            String progress = meters.progress();
            if (progress != null) {
                LOG.info("{}: {}", name, progress);
            }
        });
    }

    private void registerMeters() {
        meterRegistry = SharedBeans.meterRegistry(camelContext);
        MemoryBudget budget = SharedBeans.memoryBudget(camelContext);
        gauges = List.of(
                Gauge.builder("segment.buffered", budget, MemoryBudget::heldBytes)
                        .description("Bytes accepted and not yet delivered, of all streams")
                        .baseUnit("bytes")
                        .tags(contextTag())
                        .register(meterRegistry),
                Gauge.builder("segment.buffered.max", budget, MemoryBudget::maxBytes)
                        .description("Most bytes that may be accepted and not yet delivered")
                        .baseUnit("bytes")
                        .tags(contextTag())
                        .register(meterRegistry));
    }

    /** Contexts may share a registry, in which a second meter of the same name and tags would be lost. */
    private Tags contextTag() {
        return Tags.of("camelContext", camelContext.getName());
    }

    /**
     * A stream at one moment, for people. Immutable.
     *
     * @param name      of the stream
     * @param health    the worse one of several senders
     * @param ailment   the error code that keeps it from delivering; null for none
     * @param warning   a fault to mend although records are delivered; null for none
     * @param ledger    counts since the senders were opened
     * @param heldBytes bytes of the records that are neither delivered nor given up
     * @param oldestAge age of the oldest of them; zero if there is none
     * @param throttled how often each partition throttled a record
     */
    public record StreamStatus(
            StreamName name,
            StreamHealth health,
            String ailment,
            String warning,
            Ledger ledger,
            long heldBytes,
            Duration oldestAge,
            Map<String, Long> throttled) {

        private StreamStatus and(StreamStatus other) {
            StreamStatus worse = health.compareTo(other.health) >= 0 ? this : other;
            Map<String, Long> sum = new TreeMap<>(throttled);
            other.throttled.forEach((partition, count) -> sum.merge(partition, count, Long::sum));
            return new StreamStatus(
                    name,
                    worse.health,
                    worse.ailment,
                    warning == null ? other.warning : warning,
                    ledger.plus(other.ledger),
                    heldBytes + other.heldBytes,
                    oldestAge.compareTo(other.oldestAge) >= 0 ? oldestAge : other.oldestAge,
                    sum);
        }
    }

    /** Returns the open streams, sorted by name. */
    public List<StreamStatus> streams() {
        Map<String, StreamStatus> streams = new TreeMap<>();
        senders.all()
                .values()
                .forEach(open -> streams.merge(
                        open.name().toString(),
                        new StreamStatus(
                                open.name(),
                                open.sender().health(),
                                open.sender().ailment(),
                                open.sender().warning(),
                                open.sender().ledger(),
                                open.sender().heldBytes(),
                                open.sender().oldestAge(),
                                open.sender().throttledByPartition()),
                        StreamStatus::and));
        return List.copyOf(streams.values());
    }

    /** Returns the open senders by display name. */
    private Map<String, BatchSender> openSenders() {
        Map<String, BatchSender> open = new TreeMap<>();
        senders.all()
                .values()
                .forEach(sender -> open.merge(
                        sender.name().toString(),
                        sender.sender(),
                        // Of two senders for one stream, the one in worse health.
                        (a, b) -> a.health().compareTo(b.health()) >= 0 ? a : b));
        return open;
    }

    private static int poolSize() {
        return Math.max(MIN_THREADS, 2 * Runtime.getRuntime().availableProcessors());
    }

    /** The senders bound the queue: each has only a few tasks in it. */
    private static ThreadPoolProfile unboundedQueue(int threads) {
        ThreadPoolProfile profile = new ThreadPoolProfile("segmentDelivery" + threads);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(threads);
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        return profile;
    }

    /** Returns the threads, clock and memory that all senders share. */
    public SenderRuntime runtime() {
        return runtime;
    }

    /**
     * Runs what may block, such as an error handler, on a thread for callbacks; here when the application has stopped.
     */
    void runBlocking(Runnable task) {
        try {
            runtime.callbacks().execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /**
     * Returns a resource that all connections of one kind of service share, such as its clients; the first call creates
     * it. A Camel service is started now, and stopped after the last sender.
     */
    public <T> T resource(Class<T> type, Supplier<T> maker) {
        return type.cast(resources.computeIfAbsent(type, key -> {
            T made = maker.get();
            ServiceHelper.startService(made);
            return made;
        }));
    }

    /** Returns the event loops of all sinks. */
    public EventLoops eventLoops() {
        return eventLoops;
    }

    /**
     * Returns the sender of the endpoint's stream; each call needs one {@link #release}.
     *
     * @throws RejectedExecutionException if the context has stopped
     */
    OpenSender acquire(SinkEndpoint endpoint) {
        return senders.acquire(senderKey(endpoint), () -> open(endpoint));
    }

    /** Releases the sender and returns at once. Records under way go on. */
    void release(SinkEndpoint endpoint) {
        senders.leave(senderKey(endpoint));
        closeUnusedLater();
    }

    private void closeUnusedLater() {
        if (isRunAllowed() && !awaitsClosing.getAndSet(true)) {
            try {
                // Not on the timer's thread: closing a connection may take long.
                var unused = timer.schedule(
                        () -> callbacks.execute(() -> closeUnused(KEPT)), KEPT.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) { // stopping, which closes all
                awaitsClosing.set(false);
            }
        }
    }

    /**
     * Closes the senders that nobody has used for this long and that have no record under way.
     *
     * @return whether some are left that nobody uses
     */
    boolean closeUnused(Duration kept) {
        awaitsClosing.set(false);
        boolean left = senders.closeUnused(kept, open -> open.sender().isIdle());
        if (left) {
            closeUnusedLater();
        }
        return left;
    }

    private OpenSender open(SinkEndpoint endpoint) {
        if (!isRunAllowed()) {
            throw new RejectedExecutionException(
                    "cannot deliver to " + endpoint.streamName() + ": the application is stopping");
        }
        StreamName name = endpoint.streamName();
        BatchingSettings batching = endpoint.batching();
        SinkConnection connection = endpoint.connect(this);
        StreamMeters streamMeters = meters.acquire(name, () -> new StreamMeters(meterRegistry, name, contextTag()));
        BatchSender sender;
        try {
            sender = new BatchSender(
                    name.stream(),
                    endpoint.limits(),
                    batching,
                    RetryPolicy.DEFAULT,
                    new TimedTransport(connection.transport(), streamMeters.calls()),
                    runtime,
                    connection.calls());
        } catch (RuntimeException e) {
            meters.release(name);
            connection.closer().run();
            throw e;
        }
        streamMeters.add(sender);
        return new OpenSender(name, sender, connection.closer(), streamMeters);
    }

    /** Gives up all records, for an application that stops and has no more time for them. */
    public void giveUp() {
        closeSenders(Duration.ZERO);
    }

    private void closeSenders(Duration timeout) {
        BatchSender.closeAll(
                senders.all().values().stream().map(OpenSender::sender).toList(), timeout);
    }

    private void close(OpenSender open) {
        if (isRunAllowed()) { // else it is closed, with all others
            open.sender().close(Duration.ZERO);
        }
        closed.updateAndGet(ledger -> ledger.plus(open.sender().ledger()));
        open.meters().remove(open.sender());
        meters.release(open.name());
        open.closer().run();
    }

    private static SenderKey senderKey(SinkEndpoint endpoint) {
        return new SenderKey(endpoint.connectionKey(), endpoint.batching());
    }

    @Override
    protected void doStop() {
        closeSenders(STOP_TIME);
        senders.closeAll();
        resources.values().forEach(ServiceHelper::stopAndShutdownService);
        resources.clear();
        meters.closeAll();
        gauges.forEach(meterRegistry::remove);
        HealthCheckRegistry health = HealthCheckRegistry.get(camelContext);
        if (health != null) {
            health.unregister(healthCheck);
        }
        LOG.info("All streams stopped: {}", closed.getAndSet(Ledger.EMPTY));
        ExecutorServiceManager threads = camelContext.getExecutorServiceManager();
        threads.shutdownNow(timer);
        // No interrupt: callbacks in their queues end exchanges and give memory back, however long others block.
        threads.shutdown(callbacks);
        await(callbacks);
        tasks.forget();
        eventLoops.stop();
    }

    private void await(ExecutorService threads) {
        try {
            camelContext.getExecutorServiceManager().awaitTermination(threads, CALLBACKS_STOP_TIME.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Decides which endpoints share a sender. May hold secrets, so it prints nothing. */
    private record SenderKey(Object connection, BatchingSettings batching) {

        @Override
        public String toString() {
            return "SenderKey";
        }
    }

    /** A sender in use. */
    record OpenSender(StreamName name, BatchSender sender, Runnable closer, StreamMeters meters) {}
}
