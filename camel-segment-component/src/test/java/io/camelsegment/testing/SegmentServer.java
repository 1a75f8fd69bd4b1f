package io.camelsegment.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;

/** A CamelContext with a real HTTP server on a free port of the loopback address, and a client for it. */
public final class SegmentServer implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private VertxPlatformHttpServer server;

    public SegmentServer(RoutesBuilder... routes) {
        try {
            addServer();
            for (RoutesBuilder builder : routes) {
                context.addRoutes(builder);
            }
            context.start();
        } catch (Exception e) {
            throw new IllegalStateException("the CamelContext did not start", e);
        }
    }

    private void addServer() throws Exception {
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("127.0.0.1");
        configuration.setBindPort(0);
        server = new VertxPlatformHttpServer(configuration);
        context.addService(server);
    }

    /** Stops the context and starts it again, on another port. */
    public void restart() throws Exception {
        context.stop();
        // The old one would refuse all exchanges after a stop that it forced.
        context.setShutdownStrategy(new DefaultShutdownStrategy(context));
        addServer();
        context.start();
    }

    public CamelContext context() {
        return context;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getServer().actualPort() + path);
    }

    /** Starts a POST to a path; null for no write key in the header. */
    public HttpRequest.Builder request(String path, String writeKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
        return writeKey == null ? request : request.header("Authorization", basic(writeKey + ":"));
    }

    public HttpResponse<String> post(String path, String writeKey, String body)
            throws IOException, InterruptedException {
        return send(request(path, writeKey)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    public HttpClient client() {
        return CLIENT;
    }

    public static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        context.stop();
    }
}
