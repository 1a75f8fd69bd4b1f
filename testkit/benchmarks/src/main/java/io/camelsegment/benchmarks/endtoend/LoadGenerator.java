package io.camelsegment.benchmarks.endtoend;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Sends requests over many connections from one event loop. Writes and reads HTTP by hand, because Vert.x's client
 * costs more than the measured servers. In an open loop, the latency of a request counts from its scheduled time, even
 * if hanging requests delayed it.
 *
 * <p>One load at a time; any thread may read the counts while it lasts.
 */
final class LoadGenerator implements AutoCloseable {

    private static final long PAUSE_AFTER_REFUSAL_MILLIS = 100;
    private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long PATIENCE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    /** Counts on from load to load, so that no id is used twice. */
    private long number;

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private Run run;

    /** Returns the events answered with 200 since the load began. */
    long delivered() {
        return delivered.get();
    }

    /** Returns the requests answered with another status since the load began. */
    long refused() {
        return refused.get();
    }

    /** Opens the connections and begins the load. */
    void begin(Load load, int port) throws Exception {
        delivered.set(0);
        refused.set(0);
        run = new Run(load, port);
        onEventLoop(run::connect);
    }

    /** Discards the latencies of the warm-up. */
    void resetLatencies() throws Exception {
        onEventLoop(connected -> {
            run.latencies.reset();
            connected.complete();
        });
    }

    /** Stops sending, waits for the answers to requests in flight, and returns the latencies in nanoseconds. */
    Histogram end() throws Exception {
        onEventLoop(run::stop);
        if (run.failure != null) {
            throw new IllegalStateException("the load broke off", run.failure);
        }
        return run.latencies;
    }

    private void onEventLoop(Consumer<Promise<Void>> task) throws Exception {
        Promise<Void> done = Promise.promise();
        run.context.runOnContext(go -> task.accept(done));
        done.future().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close();
    }

    /** One load, confined to its event loop. */
    private final class Run {

        private final Context context = vertx.getOrCreateContext();
        private final Load load;
        private final int port;
        private final List<RequestTemplate> templates = new ArrayList<>();
        private final List<Connection> connections = new ArrayList<>();
        private final ArrayDeque<Connection> idle = new ArrayDeque<>();
        private final Histogram latencies = new Histogram(MAX_LATENCY_NANOS, 3);
        private NetClient client;
        private volatile Throwable failure;
        private int busy;
        private boolean stopping;
        private Promise<Void> stopped;
        private long timer;
        private double nextAt;
        private double interval;

        Run(Load load, int port) {
            this.load = load;
            this.port = port;
            int variants =
                    Math.max(load.writeKeys(), load.eventNames() / load.body().events());
            for (int i = 0; i < Math.max(1, variants); i++) {
                templates.add(RequestTemplate.of(
                        load.body(),
                        load.writeKeys() == 0 ? null : Load.writeKey(i % load.writeKeys()),
                        load.eventNames(),
                        i * load.body().events()));
            }
        }

        void connect(Promise<Void> connected) {
            context.exceptionHandler(thrown -> failure = thrown);
            client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
            List<Future<?>> sockets = new ArrayList<>();
            for (int i = 0; i < load.connections(); i++) {
                sockets.add(
                        client.connect(port, "127.0.0.1").onSuccess(socket -> connections.add(new Connection(socket))));
            }
            Future.all(sockets).<Void>mapEmpty().onSuccess(all -> begin()).onComplete(connected);
        }

        private void begin() {
            long now = System.nanoTime();
            if (load.eventsPerSecond() == 0) {
                connections.forEach(connection -> connection.send(now));
                return;
            }
            idle.addAll(connections);
            interval = load.body().events() * 1e9 / load.eventsPerSecond();
            nextAt = now;
            timer = vertx.setPeriodic(1, tick -> sendDue());
        }

        private void sendDue() {
            long now = System.nanoTime();
            while (nextAt <= now && !idle.isEmpty()) {
                idle.removeFirst().send((long) nextAt);
                nextAt += interval;
            }
        }

        void stop(Promise<Void> done) {
            stopping = true;
            stopped = done;
            vertx.cancelTimer(timer);
            endIfIdle();
        }

        private void endIfIdle() {
            if (stopping && (busy == 0 || failure != null)) {
                client.close().onComplete(stopped);
            }
        }

        private Buffer nextRequest() {
            long n = number++;
            return Buffer.buffer(templates.get((int) (n % templates.size())).request(n));
        }

        private final class Connection {

            private final NetSocket socket;
            private final AnswerReader reader = new AnswerReader();
            private long intended;

            Connection(NetSocket socket) {
                this.socket = socket;
                socket.handler(this::read);
                socket.closeHandler(closed -> {
                    if (!stopping) {
                        throw new IllegalStateException("the server closed a connection");
                    }
                });
            }

            void send(long intendedNanos) {
                intended = intendedNanos;
                busy++;
                socket.write(nextRequest());
            }

            private void read(Buffer bytes) {
                int status = reader.read(bytes.getBytes());
                if (status == 0) {
                    return;
                }
                busy--;
                long now = System.nanoTime();
                if (status == 200) {
                    delivered.addAndGet(load.body().events());
                    latencies.recordValue(Math.min(now - intended, MAX_LATENCY_NANOS));
                } else {
                    refused.incrementAndGet();
                }
                if (stopping) {
                    endIfIdle();
                } else if (load.eventsPerSecond() > 0) {
                    idle.addLast(this);
                    sendDue();
                } else if (status == 200) {
                    send(now);
                } else {
                    vertx.setTimer(PAUSE_AFTER_REFUSAL_MILLIS, go -> {
                        if (!stopping) {
                            send(System.nanoTime());
                        }
                    });
                }
            }
        }
    }
}
