package io.camelsegment.tracking.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Workload;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.camelsegment.observation.Observation;
import io.camelsegment.observation.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that does not arrive in time ends its own request alone: with HTTP/2, others share its connection. */
class SlowBodyTest {

    /** The tracking API's timers are so many times as fast as it thinks. */
    private static final long TIMER_SPEED = 60;

    private static final String EVENT = "{\"userId\":\"u1\",\"writeKey\":\"KEY\"}";

    private final Vertx vertx = Vertx.vertx();
    private final MemoryBudget budget = new MemoryBudget(10_000_000);
    private final Source source = new Source();
    private TrackingApi api;
    private HttpServer server;
    private HttpClient client;
    private HttpConnection connection;

    @BeforeEach
    void start() {
        Router router = Router.router(vertx);
        Sources sources = new Sources(System::nanoTime, () -> 0);
        sources.add(source, Set.of("KEY"), false);
        api = new TrackingApi(
                withFastTimers(vertx),
                router,
                "/v1",
                sources,
                TrustedProxies.NONE,
                budget,
                new Workload(),
                (name, call, code, repeats) -> {},
                new Observation(null),
                null,
                () -> true);
        server = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false),
                new PoolOptions().setHttp2MaxSize(1));
    }

    @AfterEach
    void stop() {
        source.release();
        await(vertx.close());
    }

    private static Vertx withFastTimers(Vertx vertx) {
        return (Vertx) Proxy.newProxyInstance(
                Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, (proxy, method, arguments) -> {
                    Object[] faster = arguments;
                    if (method.getName().equals("setTimer")) {
                        faster = new Object[] {Math.max(1, (long) arguments[0] / TIMER_SPEED), arguments[1]};
                    }
                    try {
                        return method.invoke(vertx, faster);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private HttpClientRequest post(String path) {
        HttpClientRequest request = await(client.request(new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(server.actualPort())
                .setMethod(HttpMethod.POST)
                .setURI(path)));
        if (connection == null) {
            connection = request.connection();
        }
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(request.connection()).as("one connection for all").isSameAs(connection);
        return request;
    }

    /** The status of the answer to a request, and its reset. */
    private record Stalled(Future<Integer> status, Future<Void> reset) {}

    /** Sends the headers and the first byte of a body that never ends. */
    private Stalled stall(int declared) {
        HttpClientRequest request = post("/v1/page");
        Promise<Void> reset = Promise.promise();
        request.exceptionHandler(failure -> reset.tryComplete());
        Future<Integer> status = status(request.response());
        request.putHeader("Content-Length", Integer.toString(declared));
        await(request.write(Buffer.buffer("{")));
        return new Stalled(status, reset.future());
    }

    private static Future<Integer> status(Future<HttpClientResponse> response) {
        return response.compose(answer -> answer.body().map(answer.statusCode()));
    }

    @Test
    void anHttp2StreamIsResetAndTheOthersOfItsConnectionGoOn() {
        source.hold();
        Future<Integer> before = status(post("/v1/page").send(EVENT));
        List<Stalled> slow = List.of(stall(1_000), stall(1_000), stall(1_000));

        for (Stalled one : slow) {
            assertThat(await(one.status())).isEqualTo(503);
            await(one.reset());
        }
        source.release();
        Future<Integer> after = status(post("/v1/page").send(EVENT));

        assertThat(await(before)).isEqualTo(200);
        assertThat(await(after)).isEqualTo(200);
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void anHttp2StreamThatWasRefusedEarlyIsResetAsWell() {
        Stalled refused = stall(10_000_000);

        assertThat(await(refused.status())).isEqualTo(400);
        await(refused.reset());

        assertThat(await(status(post("/v1/page").send(EVENT)))).isEqualTo(200);
    }

    @Test
    void oneThatIsUnderWayWhenTheApiStopsIsAnsweredAtOnce() {
        Stalled slow = stall(1_000);
        assertThat(await(status(post("/v1/page").send(EVENT))))
                .as("the server has read what came before")
                .isEqualTo(200);

        api.close();

        assertThat(await(slow.status())).isEqualTo(503);
        await(slow.reset());
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void memoryIsFreeAfterADeliveryThatOutlastsTheServer() {
        source.hold();
        var unused = post("/v1/page").send(EVENT);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(source::isHolding);
        assertThat(budget.heldBytes()).isPositive();
        await(vertx.close());

        source.release();

        assertThat(budget.heldBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_1_1", "HTTP_1_0"})
    void anHttp1ConnectionIsClosedAfterTheAnswer(HttpVersion version) {
        HttpClient old = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(version));
        HttpClientRequest request = await(old.request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/v1/page"));
        Promise<Void> closed = Promise.promise();
        request.connection().closeHandler(v -> closed.complete());
        Future<Integer> status = status(request.response());
        request.putHeader("Content-Length", "1000");
        await(request.write(Buffer.buffer("{")));

        assertThat(await(status)).isEqualTo(503);
        await(closed.future());
    }

    /** Takes events, at once or when it is released. */
    private static final class Source implements TrackingSource {

        private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        private volatile boolean holding;

        void hold() {
            holding = true;
        }

        boolean isHolding() {
            return !held.isEmpty();
        }

        void release() {
            holding = false;
            for (Runnable one = held.poll(); one != null; one = held.poll()) {
                one.run();
            }
        }

        @Override
        public long overheadBytes(int events) {
            return 0;
        }

        @Override
        public void process(List<SegmentEvent> events, DeliveryLog log, Tracing.Request span, Outcomes outcomes) {
            held.add(() -> outcomes.ended(events.size(), null));
            if (!holding) {
                release();
            }
        }

        @Override
        public String name() {
            return "web";
        }

        @Override
        public EventLimits limits() {
            return EventLimits.DEFAULT;
        }

        @Override
        public NormalizeOptions normalizeOptions(String clientAddress) {
            return NormalizeOptions.DEFAULT;
        }

        @Override
        public boolean allowsOrigin(String origin) {
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isStopped() {
            return false;
        }

        @Override
        public void reject(Rejection rejection, byte[] event, Runnable done) {
            done.run();
        }
    }
}
