package io.camelsegment.routes;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;

/** A CamelContext with a real HTTP server on a free port of the loopback address, and a sender for its source. */
final class Collector implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final CamelContext context;
    private final VertxPlatformHttpServer server;

    Collector() throws Exception {
        this(new DefaultCamelContext());
        context.start();
    }

    /**
     * @param context is not started yet; started by its owner
     */
    Collector(CamelContext context) throws Exception {
        this.context = context;
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("127.0.0.1");
        configuration.setBindPort(0);
        server = new VertxPlatformHttpServer(configuration);
        context.addService(server);
    }

    CamelContext context() {
        return context;
    }

    /** Returns where senders send to. */
    String url() {
        return "http://127.0.0.1:" + server.getServer().actualPort() + "/v1";
    }

    /** Sends events as one batch to the source with the write key WEB, and returns the status of the answer. */
    int send(String... events) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/batch"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"writeKey\":\"WEB\",\"batch\":[" + String.join(",", events) + "]}"))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString()).statusCode();
    }

    @Override
    public void close() {
        context.stop();
    }
}
