package io.camelsegment.tracking.client;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** A tracking API that gives prepared answers, one per request, and then takes everything. Keeps what it was asked. */
final class ScriptedApi implements AutoCloseable {

    /** Answers one request. */
    interface Answer {
        void to(HttpServerRequest request, Received received);
    }

    /** One request, decompressed. */
    record Received(String path, String authorization, String encoding, JsonObject body, int bytes) {
        List<String> events() {
            return batch().stream()
                    .map(event -> ((JsonObject) event).getString("event"))
                    .toList();
        }

        JsonArray batch() {
            return body.getJsonArray("batch");
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server = vertx.createHttpServer();
    private final Queue<Answer> script = new ArrayDeque<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    ScriptedApi(Answer... answers) {
        script.addAll(List.of(answers));
        server.requestHandler(request -> request.bodyHandler(body -> handle(request, body)));
        await(server.listen(0, "127.0.0.1"));
    }

    private void handle(HttpServerRequest request, Buffer body) {
        String encoding = request.getHeader("Content-Encoding");
        byte[] json = "gzip".equals(encoding) ? gunzip(body.getBytes()) : body.getBytes();
        Received one = new Received(
                request.path(),
                request.getHeader("Authorization"),
                encoding,
                new JsonObject(Buffer.buffer(json)),
                json.length);
        received.add(one);
        Answer answer = script.poll();
        (answer == null ? taken() : answer).to(request, one);
    }

    static Answer taken() {
        return status(200, "{\"success\":true}");
    }

    static Answer status(int status, String body) {
        return (request, received) -> request.response().setStatusCode(status).end(body);
    }

    static Answer retryAfter(int status, String value) {
        return (request, received) -> request.response()
                .setStatusCode(status)
                .putHeader("Retry-After", value)
                .end("{}");
    }

    static Answer cutConnection() {
        return (request, received) -> request.connection().close();
    }

    static Answer silence() {
        return (request, received) -> {};
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/v1";
    }

    List<Received> received() {
        return received;
    }

    private static byte[] gunzip(byte[] bytes) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(io.vertx.core.Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
