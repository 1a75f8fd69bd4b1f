package io.camelsegment.runtimes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A tracking API that tests program, and a server of keys. Thread-safe. */
final class Receiver implements AutoCloseable {

    /**
     * A request.
     *
     * @param encoding its Content-Encoding; null for none
     */
    record Request(String path, String encoding, String body) {}

    /** What happens before the answer. */
    interface Step {

        /** Returns the status. */
        int answer(Request request) throws InterruptedException;
    }

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Step step = request -> 200;
    private volatile String keys = "";

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/keys", exchange -> answer(exchange, 200, keys));
        server.createContext("/", this::receive);
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        Request request = new Request(
                exchange.getRequestURI().getPath(),
                exchange.getRequestHeaders().getFirst("Content-Encoding"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
        requests.add(request);
        int concurrent = now.incrementAndGet();
        most.accumulateAndGet(concurrent, Math::max);
        int status = 503;
        try {
            status = step.answer(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            now.decrementAndGet();
        }
        answer(exchange, status, "{\"success\":" + (status == 200) + "}");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Returns the most requests that were under way at a time. */
    int mostAtATime() {
        return most.get();
    }

    /** Forgets the requests, and answers the next ones so. */
    void restart(Step next) {
        step = next;
        requests.clear();
        most.set(0);
    }

    /** Serves a set of keys below {@code /keys}. */
    void serveKeys(String json) {
        keys = json;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
