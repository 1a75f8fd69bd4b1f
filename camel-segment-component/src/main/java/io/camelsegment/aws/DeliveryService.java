package io.camelsegment.aws;

import io.camelsegment.SegmentCredentials;
import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.CallLimit;
import io.camelsegment.delivery.Intake;
import io.camelsegment.delivery.Ledger;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.RetryPolicy;
import io.camelsegment.delivery.SenderRuntime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * What the sinks of one CamelContext share: threads, memory, and by reference count the AWS clients and the senders. Two
 * endpoints with the same connection share a client; if stream and batching are the same too, they share a sender and so
 * fill the same batches. Thread-safe.
 */
public final class DeliveryService extends ServiceSupport {

    /** The name in the registry of the {@link MemoryBudget}; made with its default size when absent. */
    public static final String MEMORY_BUDGET_BEAN = "segmentMemoryBudget";

    private static final String INTAKE_BEAN = "segmentIntake";
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryService.class);
    private static final int MIN_THREADS = 4;

    /** Only the closing of connections is left to do then. */
    private static final int EVENT_LOOPS_STOP_SECONDS = 2;

    private final CamelContext camelContext;
    private final Shared<Object, LimitedClient<?>> clients =
            new Shared<>(limited -> limited.client().close());
    private final Shared<SenderKey, OpenSender> senders = new Shared<>(this::close);
    private final Shared<MeterKey, StreamMeters> meters = new Shared<>(StreamMeters::close);
    private final HealthCheck healthCheck = new DeliveryHealthCheck(this::openSenders);
    private final AtomicReference<Ledger> closed = new AtomicReference<>(Ledger.EMPTY);
    private MeterRegistry meterRegistry;
    private List<Gauge> gauges;
    private ExecutorService executor;
    private ExecutorService callbacks;
    private ScheduledExecutorService timer;
    private SdkEventLoopGroup eventLoops;
    private SenderRuntime runtime;

    private DeliveryService(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** Returns the context's service, made and started if there is none. */
    public static synchronized DeliveryService of(CamelContext context) {
        DeliveryService service = context.hasService(DeliveryService.class);
        if (service == null) {
            service = new DeliveryService(context);
            try {
                context.addService(service, true, true);
            } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeCamelException(e);
            }
        }
        return service;
    }

    /** Returns the context's memory budget, made and bound if there is none. */
    public static synchronized MemoryBudget memoryBudget(CamelContext context) {
        MemoryBudget budget = context.getRegistry().lookupByNameAndType(MEMORY_BUDGET_BEAN, MemoryBudget.class);
        if (budget == null) {
            budget = new MemoryBudget(MemoryBudget.DEFAULT_MAX_BYTES);
            context.getRegistry().bind(MEMORY_BUDGET_BEAN, budget);
        }
        return budget;
    }

    /** Returns the context's intake, made and bound if there is none. */
    public static synchronized Intake intake(CamelContext context) {
        Intake intake = context.getRegistry().lookupByNameAndType(INTAKE_BEAN, Intake.class);
        if (intake == null) {
            intake = new Intake(memoryBudget(context));
            context.getRegistry().bind(INTAKE_BEAN, intake);
        }
        return intake;
    }

    @Override
    protected void doStart() {
        ExecutorServiceManager threads = camelContext.getExecutorServiceManager();
        executor = threads.newThreadPool(this, "SegmentDelivery", unboundedQueue(2));
        callbacks = threads.newThreadPool(this, "SegmentDeliveryCallback", unboundedQueue(poolSize()));
        timer = threads.newScheduledThreadPool(this, "SegmentDeliveryTimer", unboundedQueue(1));
        eventLoops = SdkEventLoopGroup.builder().build();
        registerMeters();
        HealthCheckRegistry health = HealthCheckRegistry.get(camelContext);
        if (health != null) {
            health.register(healthCheck);
        }
        long start = System.nanoTime();
        Intake intake = intake(camelContext);
        runtime = new SenderRuntime(
                intake.inside(executor),
                intake.inside(callbacks),
                (task, delayNanos) -> timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS),
                () -> System.nanoTime() - start,
                () -> ThreadLocalRandom.current().nextDouble(),
                memoryBudget(camelContext),
                intake);
    }

    private void registerMeters() {
        MeterRegistry found = CamelContextHelper.findSingleByType(camelContext, MeterRegistry.class);
        meterRegistry = found == null ? Metrics.globalRegistry : found;
        MemoryBudget budget = memoryBudget(camelContext);
        gauges = List.of(
                Gauge.builder("segment.buffered", budget, MemoryBudget::heldBytes)
                        .description("Bytes accepted and not yet delivered, of all streams")
                        .baseUnit("bytes")
                        .register(meterRegistry),
                Gauge.builder("segment.buffered.max", budget, MemoryBudget::maxBytes)
                        .description("Most bytes that may be accepted and not yet delivered")
                        .baseUnit("bytes")
                        .register(meterRegistry));
    }

    /** Returns the open senders by a name for people. */
    private Map<String, BatchSender> openSenders() {
        Map<String, BatchSender> open = new TreeMap<>();
        senders.all()
                .values()
                .forEach(sender -> open.merge(
                        sender.meterKey().toString(),
                        sender.sender(),
                        // Of two senders for one stream the one that is worse off.
                        (a, b) -> a.health().compareTo(b.health()) >= 0 ? a : b));
        return open;
    }

    private static int poolSize() {
        return Math.max(MIN_THREADS, 2 * Runtime.getRuntime().availableProcessors());
    }

    /** What waits in the queue is bounded by the senders: a few tasks each. */
    private static ThreadPoolProfile unboundedQueue(int threads) {
        ThreadPoolProfile profile = new ThreadPoolProfile("segmentDelivery" + threads);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(threads);
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        return profile;
    }

    /** Returns the sender for the endpoint's stream; to be released once per call. */
    OpenSender acquire(SinkEndpoint<?> endpoint) {
        return senders.acquire(senderKey(endpoint), () -> open(endpoint));
    }

    /** Gives the sender back. The last user delivers what is under way, for at most the delivery timeout. */
    void release(SinkEndpoint<?> endpoint) {
        senders.release(senderKey(endpoint));
    }

    private <C extends SdkAutoCloseable> OpenSender open(SinkEndpoint<C> endpoint) {
        SinkConfiguration configuration = endpoint.getConfiguration();
        C own = endpoint.ownClient();
        AwsCredentialsProvider credentials =
                own == null ? credentials(configuration.connection(), endpoint.getStreamName()) : null;
        LimitedClient<C> client = own == null
                ? sharedClient(endpoint, credentials)
                : new LimitedClient<>(own, new CallLimit(Integer.MAX_VALUE));
        BatchSender sender = new BatchSender(
                endpoint.getStreamName(),
                endpoint.batchLimits(),
                endpoint.batching(),
                RetryPolicy.DEFAULT,
                endpoint.transport(client.client(), credentials),
                runtime,
                client.calls());
        Runnable releaseClient = own == null ? () -> clients.release(clientKey(endpoint)) : () -> {};
        MeterKey meterKey =
                new MeterKey(endpoint.getServiceProtocol(), configuration.getRegion(), endpoint.getStreamName());
        StreamMeters streamMeters = meters.acquire(
                meterKey,
                () -> new StreamMeters(meterRegistry, meterKey.service(), meterKey.region(), meterKey.stream()));
        streamMeters.add(sender);
        return new OpenSender(sender, configuration.getDeliveryTimeout(), releaseClient, meterKey, streamMeters);
    }

    private void close(OpenSender open) {
        open.sender().close(open.closeTimeout());
        closed.updateAndGet(ledger -> ledger.plus(open.sender().ledger()));
        open.meters().remove(open.sender());
        meters.release(open.meterKey());
        open.releaseClient().run();
    }

    @SuppressWarnings("unchecked") // the key holds the scheme, and a scheme has one type of client
    private <C extends SdkAutoCloseable> LimitedClient<C> sharedClient(
            SinkEndpoint<C> endpoint, AwsCredentialsProvider credentials) {
        return (LimitedClient<C>) clients.acquire(
                clientKey(endpoint),
                () -> new LimitedClient<>(
                        endpoint.createClient(endpoint.getConfiguration().connection(), credentials, eventLoops),
                        new CallLimit(AwsClientFactory.MAX_CONNECTIONS)));
    }

    private AwsCredentialsProvider credentials(AwsConnection connection, String stream) {
        if (connection.accessKey() != null) {
            return StaticCredentialsProvider.create(
                    connection.sessionToken() == null
                            ? AwsBasicCredentials.create(connection.accessKey(), connection.secretKey())
                            : AwsSessionCredentials.create(
                                    connection.accessKey(), connection.secretKey(), connection.sessionToken()));
        }
        SegmentCredentials bean = SegmentCredentials.of(camelContext);
        if (connection.profileCredentialsName() != null) {
            return bean.profile(connection.profileCredentialsName());
        }
        return bean.provider(connection.roleAddress(), connection.secretId(), connection.region(), stream);
    }

    private static SenderKey senderKey(SinkEndpoint<?> endpoint) {
        return new SenderKey(
                clientKey(endpoint),
                endpoint.getStreamName(),
                endpoint.batching(),
                endpoint.getConfiguration().packs());
    }

    private static Object clientKey(SinkEndpoint<?> endpoint) {
        Object own = endpoint.ownClient();
        return own == null
                ? new ClientKey(
                        endpoint.getServiceProtocol(),
                        endpoint.getConfiguration().connection())
                : own;
    }

    @Override
    protected void doStop() {
        senders.closeAll();
        clients.closeAll();
        eventLoops
                .eventLoopGroup()
                .shutdownGracefully(0, EVENT_LOOPS_STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly();
        meters.closeAll();
        gauges.forEach(meterRegistry::remove);
        HealthCheckRegistry health = HealthCheckRegistry.get(camelContext);
        if (health != null) {
            health.unregister(healthCheck);
        }
        LOG.info("All streams stopped: {}", closed.getAndSet(Ledger.EMPTY));
        camelContext.getExecutorServiceManager().shutdownGraceful(executor);
        camelContext.getExecutorServiceManager().shutdownGraceful(callbacks);
        camelContext.getExecutorServiceManager().shutdownNow(timer);
    }

    /** A client, and the limit of the calls under way of all streams behind it. */
    private record LimitedClient<C extends SdkAutoCloseable>(C client, CallLimit calls) {}

    private record ClientKey(String service, AwsConnection connection) {}

    private record SenderKey(Object client, String stream, BatchingSettings batching, boolean packs) {}

    private record MeterKey(String service, String region, String stream) {

        @Override
        public String toString() {
            return service + " " + stream + " in " + region;
        }
    }

    /** A sender in use. */
    record OpenSender(
            BatchSender sender,
            Duration closeTimeout,
            Runnable releaseClient,
            MeterKey meterKey,
            StreamMeters meters) {}
}
